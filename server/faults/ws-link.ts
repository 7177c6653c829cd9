import { WebSocket } from 'ws';
import type { Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { RELAY_SUBPROTOCOL, type ToRelay } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { type Link, type LinkSink, numbersOfRows, PING_MS, SILENT_MS } from './link.ts';

type Subscription = Pick<Extract<ToRelay, { t: 'subscribe' }>, 'channel' | 'since' | 'lag' | 'onLag'>;

/** A `/live` connection: says hello, asks for what is given, and ends itself when the server has been silent for too long. */
export class WsLink implements Link {
  readonly #socket: WebSocket;
  readonly #sink: LinkSink;
  #heardAt = performance.now();
  #pinged: NodeJS.Timeout;
  #closedWhy: string | undefined;
  #nextId = 1_000_000;

  constructor(port: number, client: string, subscriptions: readonly Subscription[], sink: LinkSink) {
    this.#sink = sink;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/live`, [RELAY_SUBPROTOCOL], {
      perMessageDeflate: false,
      handshakeTimeout: SILENT_MS,
    });
    this.#socket.on('open', () => {
      this.send({
        t: 'hello',
        contract: CONTRACT_VERSION,
        build: 'faults',
        client: { id: `${client}-of-the-fault-suite`, name: client },
      });
      for (const [id, one] of subscriptions.entries()) this.send({ t: 'subscribe', id, rewind: undefined, ...one });
    });
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary));
    this.#socket.on('error', (error) => this.close(error.message));
    this.#socket.on('close', (code, reason) => this.close(`${code} ${reason.toString()}`));
    this.#pinged = setInterval(() => this.#ping(), PING_MS);
  }

  /** false: it is not open, nothing was sent. */
  send(message: ToRelay): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  refill(channel: string, since: Cursor): boolean {
    this.send({ t: 'unsubscribe', channel });
    return this.send({ t: 'subscribe', id: this.#nextId++, channel, since, rewind: undefined });
  }

  close(why: string): void {
    if (this.#closedWhy !== undefined) return;
    this.#closedWhy = why;
    clearInterval(this.#pinged);
    this.#socket.terminate();
    this.#sink.closed(why);
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > SILENT_MS) this.close('silent');
    else this.send({ t: 'ping', at: Date.now() });
  }

  #take(data: Buffer, isBinary: boolean): void {
    // What was still in the socket when this client gave it up does not count: the next connection asks for it again.
    if (this.#closedWhy !== undefined) return;
    this.#heardAt = performance.now();
    if (!isBinary) {
      this.#sink.message(JSON.parse(data.toString()) as FromRelay);
      return;
    }
    const copy = new ArrayBuffer(data.byteLength);
    new Uint8Array(copy).set(data);
    const { channel, epoch, offset, series, columns, times } = decodeSampleBatch(copy);
    this.#sink.rows({ channel, epoch, offset, items: numbersOfRows(series, columns, times.length) });
  }
}
