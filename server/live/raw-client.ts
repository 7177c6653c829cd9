import { WebSocket } from 'ws';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { RELAY_SUBPROTOCOL } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';

/** A message as a test looks at it. */
export type Got = { readonly t: string } & Readonly<Record<string, unknown>>;

/** A client of `/live` that sends what it is told and keeps what it gets, for tests and benches. */
export class RawClient {
  readonly socket: WebSocket;
  readonly got: Got[] = [];
  readonly samples: Buffer[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #waiters: (() => void)[] = [];

  constructor(port: number, options: { readonly headers?: Record<string, string>; readonly protocol?: string } = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/live`, [options.protocol ?? RELAY_SUBPROTOCOL], {
      headers: options.headers ?? {},
      perMessageDeflate: false,
    });
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.samples.push(data);
      else this.got.push(JSON.parse(data.toString()));
      this.#changed();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#changed();
    });
    this.socket.on('error', () => this.#changed());
  }

  #changed(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Resolves once `find` gives something; asked again after each message and the close. */
  async until<T>(find: (client: this) => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find(this);
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  message(t: string, match: (message: Got) => boolean = () => true): Promise<Got> {
    return this.until(({ got }) => got.find((message) => message.t === t && match(message)));
  }

  answer(rid: number): Promise<Got> {
    return this.message('answer', (message) => message.rid === rid);
  }

  send(message: object | string | Uint8Array): void {
    this.socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  async open(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING)
      await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    return this;
  }

  async hello(name: string): Promise<this> {
    await this.open();
    this.send({ t: 'hello', contract: CONTRACT_VERSION, build: 'test', client: { id: `secret-id-of-${name}`, name } });
    await this.message('welcome');
    return this;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.until(({ closed }) => closed);
  }
}

export const boardStatus = (id: string): BoardStatus => ({
  id,
  name: 'Bench',
  path: { is: 'tab', tab: 'tab-1' },
  phase: { is: 'open', since: 1_700_000_000_000 },
  provenance: 'measured',
  usb: { vendorId: 0x303a, productId: 0x1001 },
  identity: { ...EMPTY_IDENTITY, firmware: '1.0' },
  health: EMPTY_HEALTH,
  commands: ['status'],
  hasOutputs: true,
  outputs: 'off',
  share: { is: 'private' },
  pair: undefined,
});
