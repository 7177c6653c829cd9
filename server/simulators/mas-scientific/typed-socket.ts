import { naiveUtc, parsed } from '../mas/words.ts';
import type { SimHost, SimSocket } from '../simulator.ts';

export const TYPED_EVENTS = [
  'simulation.progress',
  'experiment.step',
  'fci.signal',
  'device.status',
  'telemetry.update',
  'mycelium.state',
  'safety.alert',
  'hypothesis.update',
  'mycobrain.result',
  'lab.instrument',
] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `/ws/scientific`: nothing comes that was not asked for on this very connection. */
export class TypedSockets {
  readonly #host: SimHost;
  readonly #wanted = new Map<SimSocket, Set<string>>();

  constructor(host: SimHost) {
    this.#host = host;
  }

  isWanted(type: string): boolean {
    for (const wanted of this.#wanted.values()) if (wanted.has(type)) return true;
    return false;
  }

  say(type: string, payload: object, more: object = {}): void {
    if (this.#host.fault('typed-idle') || !this.isWanted(type)) return;
    const text = this.#text(type, { payload, ...more });
    for (const [socket, wanted] of this.#wanted) if (wanted.has(type)) socket.send(text);
  }

  take(socket: SimSocket): void {
    this.#wanted.set(socket, new Set());
    socket.onClose(() => this.#wanted.delete(socket));
    const message = 'Connected to MYCA Scientific WebSocket';
    socket.send(this.#text('connected', { payload: { message, availableEvents: TYPED_EVENTS } }));
    socket.onMessage((data) => this.#heard(data, socket));
  }

  #heard(data: string | Uint8Array, socket: SimSocket): void {
    const value = typeof data === 'string' ? parsed(data) : null;
    if (value === undefined) {
      socket.send(this.#text('error', { payload: { message: 'Invalid JSON format' } }));
      return;
    }
    // Whatever it chokes on ends the connection, politely: frames that are no object, and a payload that is null.
    if (!isObject(value) || value.payload === null) {
      socket.close(1000, '');
      return;
    }
    if (value.type === 'ping') {
      socket.send(this.#text('pong', {}));
      return;
    }
    const type = isObject(value.payload) ? value.payload.eventType : undefined;
    if (typeof type !== 'string') return;
    if (value.type === 'subscribe') {
      this.#wanted.get(socket)?.add(type);
      socket.send(this.#text('subscribed', { payload: { eventType: type } }));
    } else if (value.type === 'unsubscribe') this.#wanted.get(socket)?.delete(type);
  }

  #text(type: string, more: object): string {
    return JSON.stringify({ type, ...more, timestamp: naiveUtc(this.#host.now(), this.#host.random) });
  }
}
