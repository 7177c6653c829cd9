import type { ChannelName } from '../../src/contract/channel.ts';
import type { Delivery, FromHub } from '../../src/contract/from-hub.ts';
import type { HubStats, Outcome, SubscribeRequest } from '../../src/contract/hub-api.ts';
import type { SubId, TabId } from '../../src/contract/ids.ts';
import type { MonoMs } from '../../src/contract/time.ts';
import type { Channels } from './channels.ts';
import type { HubEnv } from './hub-env.ts';
import type { Reader } from './reader.ts';

/** Deliveries sent and not yet drawn. A frozen tab costs these eight and nothing more. */
export const WINDOW = 8;
/** A tab that is behind by fewer deliveries than this keeps up: what is new goes to it at once. */
const EAGER = 4;
/** Not more often than this to a tab that is further behind. */
const COALESCE_MS = 5;
const MAX_SUBS = 512;

interface Subscription {
  readonly sub: SubId;
  readonly channel: ChannelName;
  readonly everyMs: number;
  readonly reader: Reader;
  lastAt: MonoMs;
}

/** One tab's subscriptions and its credit: what is due goes out as one delivery, as long as the tab keeps drawing. */
export class TabSession {
  readonly tab: TabId;
  readonly #channels: Channels;
  readonly #env: HubEnv;
  readonly #post: (message: FromHub, transfer: readonly ArrayBuffer[]) => void;
  readonly #subs = new Map<SubId, Subscription>();
  readonly #due = new Set<Subscription>();
  #sentCredit = 0;
  #ackedCredit = 0;
  #lastFlush: MonoMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  #timerAt: MonoMs = Number.POSITIVE_INFINITY;
  #soon = false;
  #closed = false;
  readonly #count = { delivered: 0, conflated: 0, thinned: 0, dropped: 0, bytes: 0 };

  constructor(
    tab: TabId,
    channels: Channels,
    env: HubEnv,
    post: (message: FromHub, transfer: readonly ArrayBuffer[]) => void,
  ) {
    this.tab = tab;
    this.#channels = channels;
    this.#env = env;
    this.#post = post;
  }

  subscribe(request: SubscribeRequest): Outcome {
    const { sub, channel, rewind } = request;
    this.unsubscribe(sub);
    if (this.#subs.size >= MAX_SUBS) return refuse('limit-reached', `a tab has at most ${MAX_SUBS} subscriptions`);
    let subscription: Subscription | undefined;
    const wake = () => {
      if (subscription !== undefined) this.#wake(subscription);
    };
    const reader = this.#channels.read(channel, { sub, wake, rewind });
    if (reader === undefined) return refuse('no-such-channel', `there is no channel "${channel}"`);
    const everyMs = Math.max(0, request.everyMs ?? 0);
    subscription = { sub, channel, everyMs, reader, lastAt: Number.NEGATIVE_INFINITY };
    this.#subs.set(sub, subscription);
    this.#wake(subscription);
    return { ok: true, value: undefined };
  }

  unsubscribe(sub: SubId): void {
    const subscription = this.#subs.get(sub);
    if (subscription === undefined) return;
    this.#subs.delete(sub);
    this.#due.delete(subscription);
    subscription.reader.close();
  }

  /** The tab has drawn this delivery and all before it. A number never sent is worth no more than the last one sent. */
  ack(credit: number): void {
    this.#ackedCredit = Math.max(this.#ackedCredit, Math.min(credit, this.#sentCredit));
    if (this.#due.size > 0) this.#flushSoon();
  }

  stats(): HubStats['tabs'][number] {
    return { tab: this.tab, subs: this.#subs.size, unacked: this.#unacked, ...this.#count };
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    for (const sub of [...this.#subs.keys()]) this.unsubscribe(sub);
  }

  get #unacked(): number {
    return this.#sentCredit - this.#ackedCredit;
  }

  #wake(subscription: Subscription): void {
    if (this.#due.has(subscription)) return;
    this.#due.add(subscription);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#closed || this.#soon || this.#unacked >= WINDOW) return;
    const wait = this.#unacked < EAGER ? 0 : this.#lastFlush + COALESCE_MS - this.#env.mono();
    if (wait > 0) {
      this.#flushAfter(wait);
      return;
    }
    // Everything that is published in this turn goes out together.
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      this.#flush();
    });
  }

  #flushAfter(ms: number): void {
    const at = this.#env.mono() + ms;
    if (at >= this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#env.schedule(ms, () => {
      this.#cancelTimer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed || this.#unacked >= WINDOW) return;
    const now = this.#env.mono();
    const items: Delivery[] = [];
    const transfer: ArrayBuffer[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const subscription of this.#due) {
      const waitMs = subscription.lastAt + subscription.everyMs - now;
      if (waitMs > 0) {
        nextMs = Math.min(nextMs, waitMs);
        continue;
      }
      const taken = subscription.reader.take();
      items.push(...taken.items);
      transfer.push(...taken.transfer);
      this.#count.bytes += taken.bytes;
      this.#count.conflated += taken.conflated;
      this.#count.thinned += taken.thinned;
      this.#count.dropped += taken.dropped;
      subscription.lastAt = now;
      if (subscription.reader.pending) nextMs = Math.min(nextMs, Math.max(COALESCE_MS, subscription.everyMs));
      else this.#due.delete(subscription);
    }
    if (items.length > 0) {
      this.#lastFlush = now;
      this.#sentCredit += 1;
      this.#count.delivered += 1;
      this.#post({ t: 'deliver', credit: this.#sentCredit, items }, transfer);
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#flushAfter(nextMs);
  }
}

const refuse = (code: 'limit-reached' | 'no-such-channel', message: string): Outcome => ({
  ok: false,
  error: { code, message },
});
