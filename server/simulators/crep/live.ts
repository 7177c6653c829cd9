import type { SimHost, SimSocket, SimStream } from '../simulator.ts';
import { aircraftEntity } from './aircraft.ts';
import { vesselEntity } from './vessels.ts';
import type { World } from './world.ts';

const TICK_MS = 100;
const utf8 = new TextEncoder();

/** Entities as they change. One tick makes each frame once, for everybody who listens. */
export class LiveFeed {
  readonly #host: SimHost;
  readonly #world: World;
  readonly #sinks = new Set<(entity: object, type: string) => void>();
  #stop: (() => void) | undefined;
  #turn = 0;
  #owed = 0;

  constructor(host: SimHost, world: World) {
    this.#host = host;
    this.#world = world;
  }

  /** Text first, then binary frames of one bare entity each; sometimes a batch. What a client says is never read. */
  socket(socket: SimSocket): void {
    socket.send(
      JSON.stringify({
        type: 'connected',
        channels: ['entities:lifecycle', 'crep:live'],
        server_time: `${new Date(this.#host.now()).toISOString().replace('Z', '')}000+00:00`,
      }),
    );
    let batch: object[] = [];
    const leave = this.#join((entity) => {
      if (this.#host.fault('bad-frames') && this.#turn % 20 === 0)
        socket.send(Uint8Array.of(0xff, 0xfe, 0x00, 0x01, 0x7b));
      if (this.#turn % 10 !== 0) return socket.send(utf8.encode(JSON.stringify(entity)));
      batch.push(entity);
      if (batch.length < 5) return;
      socket.send(utf8.encode(JSON.stringify({ entities: batch, server_time_ms: this.#host.now() })));
      batch = [];
    });
    socket.onClose(leave);
  }

  /** The website's bridge: each event has the name of its entity's type, so that who listens to `message` hears nothing. */
  stream(stream: SimStream): () => void {
    const greeting = {
      message: 'Entity stream BFF connected',
      masUrl: 'http://mas.internal:8001',
      timestamp: this.#time(),
    };
    stream.event(JSON.stringify(greeting), 'connected');
    return this.#join((entity, type) => stream.event(JSON.stringify(entity), type));
  }

  /** `/api/crep/stream`: the filter is acknowledged and not applied. */
  crepSocket(socket: SimSocket, filter: string | null): void {
    const send = (frame: object): void => socket.send(JSON.stringify(frame));
    send({ type: 'connected', message: 'CREP stream connected', filter, timestamp: this.#time() });
    socket.onMessage((data) => {
      let said: unknown;
      try {
        said = JSON.parse(typeof data === 'string' ? data : '');
      } catch {
        // What is no JSON ends the real one, too.
        return socket.close(1_000);
      }
      const { type, category } = (said ?? {}) as { readonly type?: unknown; readonly category?: unknown };
      if (type === 'ping') send({ type: 'pong', timestamp: this.#time() });
      else if (type === 'set_filter')
        send({ type: 'filter_updated', filter: category ?? null, timestamp: this.#time() });
    });
    socket.onClose(
      this.#join((entity, type) => {
        send({
          type: 'crep_update',
          timestamp: this.#time(),
          source: `crep:${type}`,
          data: { category: type, data: entity },
        });
      }),
    );
  }

  close(): void {
    this.#stop?.();
    this.#sinks.clear();
  }

  #time(): string {
    return new Date(this.#host.now()).toISOString();
  }

  #join(sink: (entity: object, type: string) => void): () => void {
    this.#sinks.add(sink);
    this.#stop ??= this.#host.every(TICK_MS, () => this.#tick());
    return () => {
      this.#sinks.delete(sink);
      if (this.#sinks.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  #tick(): void {
    const host = this.#host;
    this.#owed += (host.dial('livePerS') * TICK_MS) / 1_000;
    const at = host.now() - 400;
    for (; this.#owed >= 1; this.#owed--) {
      const turn = this.#turn++;
      const aircraft = turn % 5 !== 4;
      const count = host.dial(aircraft ? 'aircraft' : 'vessels');
      if (count === 0) continue;
      const index = (turn * 7) % count;
      const entity = aircraft
        ? aircraftEntity(this.#world.aircraft(index), at)
        : vesselEntity(this.#world.vessel(index), at);
      for (const sink of this.#sinks) sink(entity, aircraft ? 'aircraft' : 'vessel');
    }
  }
}
