import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { type Got, RawClient } from '../live/raw-client.ts';

/** A moment before the next attempt, ms. */
export const AGAIN_MS = 40;

interface Handlers {
  onUp(): void;
  onMessage(message: Got): void;
  onSamples?(buffer: Buffer): void;
}

/** A client that is connected for ever: when one server does not want it, to the next of its servers. */
export class SteadyClient {
  readonly name: string;
  readonly #ports: readonly number[];
  readonly #handlers: Handlers;
  #client: RawClient | undefined;
  #isUp = false;
  #stopped = false;
  #lastRid = 0;

  constructor(name: string, ports: readonly number[], handlers: Handlers) {
    this.name = name;
    this.#ports = ports;
    this.#handlers = handlers;
    this.#connect(0);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  nextRid(): number {
    return ++this.#lastRid;
  }

  send(message: object | Uint8Array): void {
    if (this.#isUp) this.#client?.send(message);
  }

  stop(): void {
    this.#stopped = true;
    this.#client?.socket.terminate();
  }

  #connect(turn: number): void {
    if (this.#stopped) return;
    const client = new RawClient(this.#ports[turn % this.#ports.length] ?? 0);
    this.#client = client;
    client.socket.on('open', () => {
      const id = `secret-id-of-${this.name}`;
      client.send({ t: 'hello', contract: CONTRACT_VERSION, build: 'test', client: { id, name: this.name } });
    });
    client.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#handlers.onSamples?.(data);
      else this.#heard(JSON.parse(data.toString()));
    });
    client.socket.on('close', () => {
      this.#isUp = false;
      setTimeout(() => this.#connect(turn + 1), AGAIN_MS);
    });
  }

  #heard(message: Got): void {
    if (message.t === 'welcome') {
      this.#isUp = true;
      this.#handlers.onUp();
    } else this.#handlers.onMessage(message);
  }
}
