import {
  MYCORRHIZAE_CONNECTS_PER_MINUTE,
  MYCORRHIZAE_MAX_PATTERNS,
  MYCORRHIZAE_PATTERNS,
  MYCORRHIZAE_SILENT_MS,
  MYCORRHIZAE_STALE_MS,
  type MycorrhizaeSubscription,
} from '../../../src/contract/upstream/mycorrhizae.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { Lag } from '../../../src/upstreams/mycorrhizae/lag.ts';
import { isPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import type { MycorrhizaeReader } from '../../../src/upstreams/mycorrhizae/reader.ts';
import type { AdapterHost } from '../adapter.ts';
import type { Line } from '../line.ts';
import { ConnectBudget } from './connect-budget.ts';
import { judge } from './judge.ts';

const TELL_MS = 2_000;
/** The store of keys fails, not our key: asked for again after this, ms. */
const STORE_AGAIN_MS = 60_000;

interface Subscription {
  readonly pattern: string;
  readonly line: Line;
  readonly name: string;
  readonly lag: Lag;
  messages: number;
  lastAt: number | undefined;
  told: string;
}

/** One connection for each pattern, all of them into one reader. */
export class MycorrhizaeSubscriptions {
  readonly #host: AdapterHost;
  readonly #reader: MycorrhizaeReader;
  readonly #open = new Map<string, Subscription>();
  readonly #budget = new ConnectBudget(MYCORRHIZAE_CONNECTS_PER_MINUTE);
  #isAskingHealth = false;

  constructor(host: AdapterHost, reader: MycorrhizaeReader) {
    this.#host = host;
    this.#reader = reader;
    for (const pattern of MYCORRHIZAE_PATTERNS) this.subscribe(pattern);
    this.#tell();
  }

  /** Why not; undefined: it is listened to now. */
  subscribe(pattern: unknown): string | undefined {
    if (!isPattern(pattern)) return 'a pattern has 1 to 200 of A-Z a-z 0-9 _ : - . * #';
    if (this.#open.has(pattern)) return undefined;
    if (this.#open.size >= MYCORRHIZAE_MAX_PATTERNS)
      return `${MYCORRHIZAE_MAX_PATTERNS} patterns are listened to already; each costs a connection`;
    const name = this.#nameOf(pattern);
    const lag = new Lag();
    const line = this.#host.sse({
      name,
      path: () => this.#path(pattern),
      staleMs: MYCORRHIZAE_STALE_MS,
      silentMs: MYCORRHIZAE_SILENT_MS,
      backoff: { firstMs: 1_000, mostMs: 60_000 },
      // There is no history over there: asking for it would only look as if there were.
      resume: false,
      onOpen: () => lag.restart(),
      onEvent: (event, out) => {
        const message = this.#reader.event(event, out, this.#host.context(), { pattern, lag });
        if (message === undefined) return;
        subscription.messages += 1;
        subscription.lastAt = message.rx;
      },
      judge: (answer) => judge(answer, this.#host.now(), (why) => void this.#askHealth(line, why)),
    });
    const subscription: Subscription = { pattern, line, name, lag, messages: 0, lastAt: undefined, told: '' };
    this.#open.set(pattern, subscription);
    line.start();
    return undefined;
  }

  /** False: it was not listened to. */
  unsubscribe(pattern: string): boolean {
    const subscription = this.#open.get(pattern);
    if (subscription === undefined) return false;
    subscription.line.stop();
    this.#open.delete(pattern);
    this.#host.out.remove('patterns', [pattern]);
    return true;
  }

  list(): readonly MycorrhizaeSubscription[] {
    return [...this.#open.values()].map(({ pattern, line, messages, lastAt }) => ({
      t: 'pattern',
      pattern,
      stock: MYCORRHIZAE_PATTERNS.includes(pattern),
      line: line.id,
      messages,
      lastAt,
    }));
  }

  /** A pattern as the name of a connection; `#` and `*` have words, so two patterns could have one name. */
  #nameOf(pattern: string): string {
    const words = pattern.replaceAll('#', 'all').replaceAll('*', 'any').replaceAll(':', '-').slice(0, 56);
    const taken = new Set([...this.#open.values()].map(({ name }) => name));
    let name = words;
    for (let n = 2; taken.has(name); n++) name = `${words}-${n}`;
    return name;
  }

  #path(pattern: string): string {
    // Thrown into the connection's own back-off: nothing leaves this computer.
    if (!this.#budget.take(this.#host.mono()))
      throw new Error('too many connections within a minute: the key would be locked for everybody');
    return `/api/stream/subscribe?channel=${encodeURIComponent(pattern)}`;
  }

  /** "Bad key" is also what is said while the store of keys is broken; the service's health tells which. */
  async #askHealth(line: Line, why: string): Promise<void> {
    if (this.#isAskingHealth) return;
    this.#isAskingHealth = true;
    const answer = await this.#host.request('GET', '/health');
    this.#isAskingHealth = false;
    const isDegraded = answer.ok && isJsonObject(answer.value) && answer.value.status === 'degraded';
    if (!isDegraded || line.state.is !== 'refused') return;
    line.refuse(`its store of keys is failing (its health says degraded), so it cannot know ours: ${why}`);
    this.#host.schedule(STORE_AGAIN_MS, () => {
      if (line.state.is === 'refused') line.restart('the store of keys may work again');
    });
  }

  #tell(): void {
    for (const record of this.list()) {
      const subscription = this.#open.get(record.pattern);
      const text = JSON.stringify(record);
      if (subscription === undefined || subscription.told === text) continue;
      subscription.told = text;
      this.#host.out.put('patterns', record.pattern, record);
    }
    this.#host.schedule(TELL_MS, () => this.#tell());
  }
}
