import { readHubRecord } from '../../../src/decode/signalr/hub-record.ts';
import { RECORD_END, RecordSplitter } from '../../../src/decode/signalr/record-splitter.ts';
import type { SimHost } from '../simulator.ts';

/** What carries a connection's text: a socket, an event stream, or answers to long polls. */
export interface Carrier {
  readonly name: 'WebSockets' | 'ServerSentEvents' | 'LongPolling';
  send(text: string): void;
  /** In order. */
  close(): void;
  /** Without a word. */
  cut(): void;
}

export interface HubTimers {
  readonly handshakeMs: number;
  readonly keepAliveMs: number;
  readonly timeoutMs: number;
}

/** Of .NET and of NatureOS. */
export const HUB_TIMERS: HubTimers = { handshakeMs: 15_000, keepAliveMs: 15_000, timeoutMs: 30_000 };

/** Of one record of a client, characters; a larger one ends the connection. */
const MOST_CHARS = 32 * 1_024;
const WATCH_MS = 250;
const MERGE_MS = 60;

export interface HubEvents {
  onReady(connection: HubConnection): void;
  onInvocation(
    connection: HubConnection,
    target: string,
    args: readonly unknown[],
    invocationId: string | undefined,
  ): void;
  onClosed(connection: HubConnection): void;
}

/** The server's end of one connection, once a transport carries it: handshake, pings, and its groups. */
export class HubConnection {
  readonly id: string;
  readonly groups = new Set<string>();
  readonly carrier: Carrier;
  readonly #host: SimHost;
  readonly #events: HubEvents;
  readonly #timers: HubTimers;
  readonly #splitter = new RecordSplitter(MOST_CHARS);
  readonly #stopWatch: () => void;
  #phase: 'handshake' | 'ready' | 'closed' = 'handshake';
  /** On a clock that does not jump. */
  #heardAt: number;
  #saidAt: number;
  /** Records that wait to be sent as one message. */
  #merged = '';

  constructor(id: string, carrier: Carrier, host: SimHost, events: HubEvents, timers: HubTimers) {
    this.id = id;
    this.carrier = carrier;
    this.#host = host;
    this.#events = events;
    this.#timers = timers;
    this.#heardAt = performance.now();
    this.#saidAt = this.#heardAt;
    this.#stopWatch = host.every(Math.min(WATCH_MS, timers.keepAliveMs), () => this.#watch());
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  receive(data: string | Uint8Array): void {
    if (this.#phase === 'closed') return;
    this.#heardAt = performance.now();
    const { records, tooLarge } = this.#splitter.push(data);
    for (const record of records) this.#record(record);
    if (tooLarge) this.close('The maximum message size of 32768B was exceeded.', false);
  }

  say(record: object): void {
    if (this.#phase !== 'ready') return;
    this.#saidAt = performance.now();
    this.#write(JSON.stringify(record) + RECORD_END);
  }

  invoke(target: string, argument: unknown): void {
    this.say({ type: 1, target, arguments: [argument] });
  }

  /** A close message, and the end. */
  close(error: string | undefined, allowReconnect: boolean): void {
    this.say({ type: 7, ...(error !== undefined && { error }), ...(allowReconnect && { allowReconnect }) });
    this.#flush();
    this.#end(() => this.carrier.close());
  }

  drop(): void {
    this.#end(() => this.carrier.cut());
  }

  /** The other side is gone. */
  over(): void {
    this.#end(() => undefined);
  }

  #record(text: string): void {
    if (this.#phase === 'handshake') {
      this.#handshake(text);
      return;
    }
    const record = readHubRecord(text);
    if (record.is === 'invocation') this.#events.onInvocation(this, record.target, record.args, record.invocationId);
    else if (record.is === 'bad') this.close('Connection closed with an error.', false);
    else if (record.is === 'close') this.#end(() => this.carrier.close());
  }

  #handshake(text: string): void {
    const asked = parsed(text);
    const version = Number(asked.version);
    const error =
      asked.protocol !== 'json'
        ? `The protocol '${String(asked.protocol)}' is not supported.`
        : version !== 1 && version !== 2
          ? `The server does not support version ${String(asked.version)} of the 'json' protocol.`
          : undefined;
    this.carrier.send(JSON.stringify(error === undefined ? {} : { error }) + RECORD_END);
    if (error !== undefined) {
      this.#end(() => this.carrier.close());
      return;
    }
    this.#phase = 'ready';
    this.#events.onReady(this);
  }

  #watch(): void {
    const now = performance.now();
    const silentMs = now - this.#heardAt;
    if (this.#phase === 'handshake' && silentMs > this.#timers.handshakeMs) this.drop();
    else if (silentMs > this.#timers.timeoutMs) this.close('Client timeout elapsed without a message.', false);
    else if (now - this.#saidAt >= this.#timers.keepAliveMs) this.say({ type: 6 });
  }

  /** One record may come in several messages, and several in one. */
  #write(text: string): void {
    if (this.#host.fault('merged-records')) {
      if (this.#merged === '') this.#host.once(MERGE_MS, () => this.#flush());
      this.#merged += text;
      return;
    }
    this.#flush();
    if (!this.#host.fault('split-records') || this.carrier.name !== 'WebSockets') {
      this.carrier.send(text);
      return;
    }
    const third = Math.ceil(text.length / 3);
    for (let at = 0; at < text.length; at += third) this.carrier.send(text.slice(at, at + third));
  }

  #flush(): void {
    const text = this.#merged;
    this.#merged = '';
    if (text !== '' && this.#phase !== 'closed') this.carrier.send(text);
  }

  #end(end: () => void): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#stopWatch();
    end();
    this.#events.onClosed(this);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
