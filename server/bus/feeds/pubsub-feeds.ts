import { isUtf8 } from 'node:buffer';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Clock } from '../../clock.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { ChannelFeed } from './feed-config.ts';
import { type Complaint, excerptOf, readMessage } from './read-message.ts';
import { isGlob } from './redis-glob.ts';
import { isRefusal, type OpenLink, reasonOf, sleep, untilAborted } from './redis-link.ts';
import { keyAt } from './state-key.ts';
import { withheldBecause } from './withhold.ts';

const MAX_CHANNEL_BYTES = 256;
const REFUSED_RETRY_MS = 30_000;

/** A channel or pattern of a foreign Redis. */
export class PubSubFeed extends Feed {
  readonly #how: ChannelFeed;

  constructor(how: ChannelFeed, parts: FeedParts) {
    super(parts);
    this.#how = how;
  }

  get pattern(): string {
    return this.#how.pattern;
  }

  /** A message as it came. Never throws for what is in it. */
  take(bytes: Buffer, channelBytes: Buffer): void {
    const now = this.clock.now();
    this.tally.received(now);
    const dropped = this.#read(bytes, channelBytes, now);
    if (dropped !== undefined) this.drop(dropped);
  }

  #read(bytes: Buffer, channelBytes: Buffer, now: EpochMs): Complaint | undefined {
    if (!this.isOurs()) return { why: 'not-leading', excerpt: undefined };
    if (!isUtf8(channelBytes)) return { why: 'not-utf8', excerpt: excerptOf(channelBytes) };
    if (channelBytes.length > MAX_CHANNEL_BYTES) return { why: 'oversize', excerpt: undefined };
    const channel = channelBytes.toString();
    // Without an excerpt: what must not leave does not go to the log either.
    if (withheldBecause(channel) !== undefined) return { why: 'withheld', excerpt: undefined };
    const read = readMessage(channel, bytes, now, this.#how.time);
    if (!read.ok) return read;
    const { record, identity, hasTime } = read;
    const { target } = this;
    const key = target.kind === 'state' ? keyAt(record, this.#how.key ?? []) : undefined;
    if (target.kind === 'state' && key === undefined) return { why: 'no-key', excerpt: excerptOf(bytes) };
    if (target.same.isRepeat(channel, identity, hasTime, now)) return { why: 'duplicate', excerpt: undefined };
    if (record.flags.includes('channel-mismatch')) this.tally.mismatched++;
    if (key === undefined) target.append(record, { onDone: this.#done });
    else target.put(key, record, this.#how.ttlMs, this.#done);
    return undefined;
  }

  readonly #done = ({ ok }: { readonly ok: boolean }): void => this.tally.count(ok ? 'delivered' : 'bus-refused');
}

/** Subscribes all, one by one, so that one that is not allowed does not keep the others away. Runs until the connection ends. */
export async function runPubSub(
  { client, signal, up }: OpenLink,
  feeds: readonly PubSubFeed[],
  clock: Clock,
): Promise<void> {
  let waiting = feeds;
  while (!signal.aborted) {
    const refused: PubSubFeed[] = [];
    for (const feed of waiting) if (!(await subscribe(client, feed, signal))) refused.push(feed);
    up();
    waiting = refused;
    await (waiting.length === 0 ? untilAborted(signal) : sleep(clock, REFUSED_RETRY_MS, signal));
  }
}

async function subscribe(client: OpenLink['client'], feed: PubSubFeed, signal: AbortSignal): Promise<boolean> {
  const take = (bytes: Buffer, channel: Buffer): void => {
    if (signal.aborted) return;
    // The first message can be here before the answer to the subscription is seen; the gap belongs before it.
    if (feed.isLost) feed.back(true);
    feed.take(bytes, channel);
  };
  try {
    if (isGlob(feed.pattern)) await client.pSubscribe(feed.pattern, take, true);
    else await client.subscribe(feed.pattern, take, true);
    feed.back(true);
    return true;
  } catch (error) {
    const why = reasonOf(error);
    // A password that is missing concerns the connection, not this channel.
    if (!isRefusal(why) || why.startsWith('NOAUTH')) throw error;
    feed.state({ is: 'refused', why });
    return false;
  }
}
