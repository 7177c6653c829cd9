import { clientWords, naiveUtc, zonedUtc } from '../mas/words.ts';
import type { SimHost, SimSocket } from '../simulator.ts';

/** Sockets B and C: the same records in two envelopes. B ends when it is told something that it does not understand, C goes on. */
export class DataSockets {
  readonly #host: SimHost;
  readonly #b = new Set<SimSocket>();
  readonly #c = new Set<SimSocket>();

  constructor(host: SimHost) {
    this.#host = host;
  }

  say(source: string | null, data: unknown): void {
    if (this.#host.fault('redis-dead')) return;
    const message = { timestamp: naiveUtc(this.#host.now(), this.#host.random), source, data };
    const b = JSON.stringify({ type: 'experiment_data', ...message });
    const c = JSON.stringify({ type: 'scientific_data', ...message, channel: 'experiments:data' });
    for (const socket of this.#b) socket.send(b);
    for (const socket of this.#c) socket.send(c);
  }

  take(kind: 'b' | 'c', socket: SimSocket): void {
    const sockets = kind === 'b' ? this.#b : this.#c;
    sockets.add(socket);
    socket.onClose(() => sockets.delete(socket));
    const stamp = (): string => zonedUtc(this.#host.now(), this.#host.random);
    socket.send(JSON.stringify({ type: 'connected', message: 'Scientific data stream connected', timestamp: stamp() }));
    socket.onMessage((data) => {
      const words = clientWords(data, kind === 'b' ? 'close' : 'ignore', socket);
      if (words?.type === 'ping') socket.send(JSON.stringify({ type: 'pong', timestamp: stamp() }));
    });
  }
}
