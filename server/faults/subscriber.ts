import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { type Door, Doors } from './doors.ts';
import { type Link, numbersOf, type Rows } from './link.ts';
import type { Numbered, SubscriberLine } from './log-line.ts';
import { parseEventId, SseLink } from './sse-link.ts';
import { WsLink } from './ws-link.ts';

export interface SubscriberSpec {
  readonly s: number;
  readonly wire: 'ws' | 'sse';
  readonly doors: readonly Door[];
  readonly roams: boolean;
  readonly channels: readonly ChannelName[];
}

/** After a hole the channel is asked for again, at most once in so long. */
const REFILL_MS = 500;

type WithoutHead<T> = T extends unknown ? Omit<T, 's' | 'at'> : never;

/**
 * A client of the relay as the protocol asks for one: it keeps a cursor per channel, moves it only by what it got or was told, comes back
 * with it, and asks again when it finds a hole. It writes down all it saw and judges nothing.
 */
export class Subscriber {
  readonly spec: SubscriberSpec;
  readonly positions = new Map<ChannelName, Cursor>();
  readonly #log: (line: SubscriberLine) => void;
  readonly #random: () => number;
  readonly #doors: Doors;
  readonly #refilledAt = new Map<ChannelName, number>();
  #lastEventId: string | undefined;
  /** What the connection of now asked for. */
  #asked: ReadonlyMap<ChannelName, Cursor> = new Map();
  #link: Link | undefined;
  #server = 0;
  #timer: NodeJS.Timeout | undefined;
  #waitMs: number | undefined;
  #isStopped = false;
  isDegraded = false;

  constructor(spec: SubscriberSpec, random: () => number, log: (line: SubscriberLine) => void) {
    this.spec = spec;
    this.#random = random;
    this.#log = log;
    this.#doors = new Doors(spec.doors, spec.roams, random);
  }

  start(): void {
    const { spec } = this;
    const door = this.#doors.next();
    this.#server = door.server;
    const sink = {
      message: (message: FromRelay) => this.#take(message),
      rows: (rows: Rows) => this.#records(rows.channel, rows.epoch, rows.offset, rows.items),
      closed: (why: string) => this.#closed(why),
    };
    this.#asked = spec.wire === 'sse' ? parseEventId(this.#lastEventId ?? '') : new Map(this.positions);
    if (spec.wire === 'sse') {
      const onId = (id: string): void => {
        this.#lastEventId = id;
      };
      this.#link = new SseLink(door.port, spec.channels, this.#lastEventId, onId, sink);
    } else {
      const subscriptions = spec.channels.map((channel) => ({ channel, since: this.positions.get(channel) }));
      this.#link = new WsLink(door.port, `subscriber-${spec.s}`, subscriptions, sink);
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#link?.close('done');
  }

  #write(line: WithoutHead<SubscriberLine>): void {
    this.#log({ s: this.spec.s, at: Date.now(), ...line } as SubscriberLine);
  }

  #closed(why: string): void {
    this.#link = undefined;
    this.#write({ is: 'closed', why });
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), this.#waitMs ?? this.#doors.waitMs());
    this.#waitMs = undefined;
  }

  #take(message: FromRelay): void {
    switch (message.t) {
      case 'welcome':
        this.isDegraded = message.degraded !== undefined;
        this.#write({ is: 'open', server: this.#server, degraded: this.isDegraded });
        break;
      case 'health':
        this.isDegraded = message.degraded !== undefined;
        this.#write({ is: 'health', degraded: this.isDegraded });
        break;
      case 'subscribed':
        this.#subscribed(message);
        break;
      case 'events':
        this.#records(message.channel, message.epoch, message.from, message.records.map(numbersOf));
        break;
      case 'gap':
        this.#write({
          is: 'gap',
          channel: message.channel,
          gap: message.gap,
          cursor: message.cursor,
          from: message.from,
        });
        this.positions.set(message.channel, message.cursor);
        break;
      case 'thinned':
        this.#write({ is: 'thinned', channel: message.channel, n: message.n, cursor: message.cursor });
        this.positions.set(message.channel, message.cursor);
        break;
      case 'state': {
        const { t: _, ...state } = message;
        this.#write({ is: 'state', ...state });
        this.positions.set(message.channel, message.cursor);
        break;
      }
      case 'reconnect':
        this.#waitMs = message.afterMs + 20;
        this.#link?.close(`asked to come back after ${message.afterMs} ms`);
        break;
      case 'refused':
        this.#write({ is: 'refused', code: message.error.code, message: message.error.message });
        break;
      case 'answer':
        if (message.ok) break;
        this.#write({ is: 'refused', code: message.error.code, message: message.error.message });
        this.#waitMs = message.retryAfterMs;
        this.#link?.close(`subscribe refused: ${message.error.code}`);
        break;
    }
  }

  #subscribed(message: Extract<FromRelay, { t: 'subscribed' }>): void {
    const { channel, cursor, recovered, gap, from } = message;
    this.#write({ is: 'subscribed', channel, since: this.#asked.get(channel), cursor, recovered, gap, from });
    this.#doors.opened();
    // State: the snapshot or the changes that follow carry their own cursor.
    if (message.kind !== 'state' || !this.positions.has(channel)) this.positions.set(channel, cursor);
  }

  #records(channel: ChannelName, epoch: string, from: number, items: readonly Numbered[]): void {
    this.#write({ is: 'records', channel, epoch, from, items });
    const position = this.positions.get(channel);
    if (position === undefined) return;
    if (epoch === position.epoch && from <= position.offset) {
      const offset = Math.max(position.offset, from + items.length);
      this.positions.set(channel, { epoch, offset });
      return;
    }
    const now = performance.now();
    if (now - (this.#refilledAt.get(channel) ?? Number.NEGATIVE_INFINITY) < REFILL_MS + this.#random() * REFILL_MS)
      return;
    this.#refilledAt.set(channel, now);
    if (this.#link?.refill(channel, position) === true) {
      this.#asked = new Map([...this.#asked, [channel, position]]);
      return;
    }
    this.#lastEventId = [...this.positions].map(([name, at]) => `${name}=${at.epoch}:${at.offset}`).join(' ');
    this.#link?.close('a hole');
  }
}
