import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOCK_OFFSET_MS, endsConnections, FLAP_MS, faultAnswer, GENERAL_FAULTS, hugeText, SOON_MS } from './faults.ts';
import { Outlet } from './host-outlet.ts';
import { readRequest, refuse, targetOf } from './host-request.ts';
import { HostSocket } from './host-socket.ts';
import type { SimulatorState } from './host-state.ts';
import { HostStream } from './host-stream.ts';
import { HostTimers } from './host-timers.ts';
import type { SimAnswer, SimHost, Simulator, SimulatorKind } from './simulator.ts';

export type Complain = (slug: string, error: unknown) => void;

/** One simulator on a port of its own, so that it can be gone for real. General faults are done here, below it. */
export class SimulatorRun {
  readonly kind: SimulatorKind;
  readonly #complain: Complain;
  readonly #random: () => number;
  readonly #faults = new Set<string>();
  readonly #dials = new Map<string, number>();
  readonly #timers: HostTimers;
  readonly #outlets = new Set<Outlet>();
  readonly #hanging = new Set<Socket>();
  readonly #counts = { sockets: 0, streams: 0, requests: 0, handshakes: 0, messages: 0, bytes: 0, failures: 0 };
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 32 * 1024 * 1024 });
  readonly #simulator: Simulator;
  readonly #server: Server;
  #port = 0;
  #flaps = 0;

  constructor(kind: SimulatorKind, random: () => number, complain: Complain) {
    this.kind = kind;
    this.#complain = complain;
    this.#random = random;
    for (const [name, { initial }] of Object.entries(kind.dials)) this.#dials.set(name, initial);
    this.#timers = new HostTimers((task) => this.#guard(task));
    this.#simulator = kind.start(this.#host());
    this.#server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#failed(error);
        response.destroy();
      });
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Where its own paths begin. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  state(): SimulatorState {
    const { slug, about, faults, dials } = this.kind;
    const shown = (names: Readonly<Record<string, string>>, general: boolean) =>
      Object.entries(names).map(([name, text]) => ({ name, about: text, on: this.#faults.has(name), general }));
    return {
      slug,
      about,
      url: this.url,
      ...this.#counts,
      // One of its own may have a general one's name: then both are done.
      faults: [...shown(faults, false), ...shown(GENERAL_FAULTS, true).filter(({ name }) => !(name in faults))],
      dials: Object.entries(dials).map(([name, dial]) => ({
        name,
        about: dial.about,
        value: this.#dials.get(name) ?? dial.initial,
        most: dial.most,
      })),
    };
  }

  /** False: it has no such fault. */
  async setFault(name: string, on: boolean): Promise<boolean> {
    if (!Object.hasOwn(GENERAL_FAULTS, name) && !Object.hasOwn(this.kind.faults, name)) return false;
    if (this.#faults.has(name) === on) return true;
    if (on) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === 'gone') await this.#setGone(on);
    if (name === 'hang' && !on) for (const socket of this.#hanging) socket.destroy();
    if (on && endsConnections(name)) this.#endAll(name === 'close-1000' ? 'close' : 'cut');
    if (on && (name === 'huge-frame' || name === 'burst')) for (const outlet of this.#outlets) outlet.strike(name);
    return true;
  }

  /** False: it has no such dial, or the number is not within it. */
  setDial(name: string, value: number): boolean {
    const dial = Object.hasOwn(this.kind.dials, name) ? this.kind.dials[name] : undefined;
    if (dial === undefined || !Number.isFinite(value) || value < 0 || value > dial.most) return false;
    this.#dials.set(name, value);
    return true;
  }

  async close(): Promise<void> {
    this.#timers.close();
    this.#guard(() => this.#simulator.close?.());
    this.#endAll('cut');
    for (const socket of this.#hanging) socket.destroy();
    await this.#stopListening();
    this.#sockets.close();
  }

  #host(): SimHost {
    return {
      now: () => Date.now() + (this.#faults.has('clock-3h') ? CLOCK_OFFSET_MS : 0),
      random: this.#random,
      every: (ms, tick) => this.#timers.every(ms, tick),
      once: (ms, callback) => this.#timers.once(ms, callback),
      fault: (name) => this.#faults.has(name),
      dial: (name) => this.#dials.get(name) ?? 0,
    };
  }

  async #setGone(isGone: boolean): Promise<void> {
    if (isGone) await this.#stopListening();
    else await this.listen();
  }

  #stopListening(): Promise<void> {
    if (!this.#server.listening) return Promise.resolve();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#endAll('cut');
      // Those that were upgraded are not the server's any more.
      for (const socket of this.#hanging) socket.destroy();
      this.#server.closeAllConnections();
    });
  }

  #endAll(how: 'close' | 'cut'): void {
    for (const outlet of this.#outlets) outlet.end(how);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counts.requests++;
    if (this.#hang(request.socket)) return;
    if (this.#faults.has('drop')) {
      request.socket.destroy();
      return;
    }
    const fault = faultAnswer(this.#faults);
    if (fault !== undefined) {
      const { status, type, body, headers } = fault;
      response.writeHead(status, { 'Content-Type': type, ...headers }).end(body);
      return;
    }
    const target = targetOf(request);
    const asked = target && (await readRequest(request, target));
    if (asked === undefined) {
      response.writeHead(400).end();
      return;
    }
    const answer = await this.#simulator.http?.(asked);
    if (response.destroyed) return;
    this.#send(response, answer ?? { status: 404, json: { detail: 'Not Found' } });
  }

  #send(response: ServerResponse, answer: SimAnswer): void {
    if ('stream' in answer) {
      this.#stream(response, answer);
      return;
    }
    const { status = 200, headers } = answer;
    const type = 'json' in answer ? 'application/json' : (answer.type ?? 'text/plain; charset=utf-8');
    const text = 'json' in answer ? JSON.stringify(answer.json) : answer.text;
    const body = Buffer.from(this.#faults.has('huge-frame') ? hugeText() : text);
    this.#counts.bytes += body.length;
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, ...headers });
    if (this.#faults.has('half-frame') && body.length > 1)
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    else response.end(body);
  }

  #stream(response: ServerResponse, { headers, stream }: Extract<SimAnswer, { stream: unknown }>): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...headers });
    response.flushHeaders();
    const wire = new HostStream(response);
    const outlet = this.#open(new Outlet(wire, this.#faults, this.#counts));
    this.#counts.streams++;
    let onEnd = (): void => undefined;
    response.once('close', () => {
      this.#counts.streams--;
      this.#outlets.delete(outlet);
      this.#guard(onEnd);
    });
    onEnd = stream(wire.forSimulator((text) => outlet.say(text)));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#counts.handshakes++;
    // Its close follows and is all that matters.
    socket.on('error', () => socket.destroy());
    if (this.#hang(socket as Socket)) return;
    if (this.#faults.has('drop')) {
      socket.destroy();
      return;
    }
    const fault = faultAnswer(this.#faults);
    const target = targetOf(request);
    if (fault !== undefined || target === undefined) {
      refuse(socket, fault ?? { status: 400, type: 'text/plain', body: '' });
      return;
    }
    const hostSocket = new HostSocket();
    const outlet = new Outlet(hostSocket, this.#faults, this.#counts);
    hostSocket.say = (data) => outlet.say(data);
    let status: number | undefined = 403;
    if (this.#simulator.socket !== undefined)
      this.#guard(() => {
        status = this.#simulator.socket?.(target.path, target.query, hostSocket.forSimulator);
      });
    const guard = (task: () => void): void => this.#guard(task);
    if (status !== undefined) {
      hostSocket.over(guard);
      refuse(socket, {
        status,
        type: 'application/json',
        body: JSON.stringify({ detail: STATUS_CODES[status] ?? '' }),
      });
      return;
    }
    const onEarlyEnd = (): void => hostSocket.over(guard);
    socket.once('close', onEarlyEnd);
    this.#sockets.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      socket.off('close', onEarlyEnd);
      this.#counts.sockets++;
      ws.once('close', () => {
        this.#counts.sockets--;
        this.#outlets.delete(outlet);
      });
      hostSocket.attach(ws, guard);
      this.#open(outlet);
    });
  }

  /** What the faults that are on do to a new connection, once the other side has seen it open. */
  #open(outlet: Outlet): Outlet {
    this.#outlets.add(outlet);
    const soon = (ms: number, task: () => void): unknown =>
      this.#timers.once(ms, () => this.#outlets.has(outlet) && task());
    if (this.#faults.has('close-1000')) soon(SOON_MS, () => outlet.end('close'));
    if (this.#faults.has('flap')) soon(FLAP_MS, () => outlet.end(this.#flaps++ % 2 === 0 ? 'close' : 'cut'));
    for (const fault of ['huge-frame', 'burst'] as const)
      if (this.#faults.has(fault)) soon(SOON_MS, () => outlet.strike(fault));
    return outlet;
  }

  #hang(socket: Socket): boolean {
    if (!this.#faults.has('hang')) return false;
    this.#hanging.add(socket);
    socket.once('close', () => this.#hanging.delete(socket));
    return true;
  }

  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#counts.failures++;
    this.#complain(this.kind.slug, error);
  }
}
