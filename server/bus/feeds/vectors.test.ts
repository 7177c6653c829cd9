import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { FakeClock } from '../../fake-clock.ts';
import type { BusPublication } from '../bus.ts';
import { DEFAULT_CHANNELS, DEFAULT_STREAMS } from './default-feeds.ts';
import type { FeedParts } from './feed.ts';
import { FeedTally } from './feed-stats.ts';
import { FeedTarget } from './feed-target.ts';
import { PubSubFeed } from './pubsub-feeds.ts';
import { parseGlob } from './redis-glob.ts';
import type { OpenLink } from './redis-link.ts';
import { SnapshotFeed } from './snapshot-feeds.ts';
import { TailFeed } from './tail-feeds.ts';
import { recordingBus } from './test-bus.ts';
import { withheldIn } from './withhold.ts';

interface Vector {
  readonly id: string;
  readonly via: string;
  readonly title: string;
  readonly channel: string;
  readonly wire?: string;
  readonly entryId?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly expect: {
    readonly outcome: string;
    readonly reason?: string;
    readonly dupOf?: string;
    readonly dedupeKey?: string;
    readonly atMs?: number;
    readonly at?: string;
    readonly source?: string;
    readonly access?: string;
    readonly flags?: readonly string[];
    readonly ids?: readonly string[];
  };
}

const read = (file: string): readonly Vector[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Vector => JSON.parse(line))
    .filter(({ via }) => via === 'pubsub' || via === 'stream');

/** Needs to know what an agent or a packet is: decided where the meaning is known, so here it goes on. */
const TYPED_REASONS = ['no_agent_id', 'no_category'];

const shared = join(import.meta.dirname, '../../../../shared/vectors/redis/messages.ndjson');
const sets = [join(import.meta.dirname, 'fixtures/messages.ndjson'), ...(existsSync(shared) ? [shared] : [])];

test.each(sets)('each message of %s goes on, or not, as the contract says', async (file) => {
  const clock = new FakeClock();
  const { bus, taken } = recordingBus();
  const targets = new Map<string, FeedTarget>();
  const parts = (from: string, to: string): FeedParts => {
    const target = targets.get(to) ?? new FeedTarget(bus, clock, to);
    targets.set(to, target);
    const tally = new FeedTally({ source: 'redis', from, to }, () => undefined);
    return { tally, target, clock, isOurs: () => true, log: () => undefined };
  };
  const channels = DEFAULT_CHANNELS.filter(({ to }) => to.startsWith('events/')).map((how) => ({
    glob: parseGlob(how.pattern),
    feed: new PubSubFeed(how, parts(how.pattern, how.to)),
  }));
  const tails = DEFAULT_STREAMS.filter(({ how }) => how === 'tail').map(
    (how) => new TailFeed(how, parts(how.key, how.to)),
  );
  const snapshots = DEFAULT_STREAMS.filter(({ how }) => how === 'snapshot').map(
    (how) => new SnapshotFeed(how, parts(how.key, how.to)),
  );
  const cases = read(file);
  const byId = new Map(cases.map((one) => [one.id, one]));

  for (const one of cases) {
    const { outcome, reason = '', dupOf = '', atMs, at, source, access, flags = [], ids } = one.expect;
    const before = taken.length;
    const found =
      one.via === 'pubsub'
        ? channels.find(({ glob }) => glob.matches(one.channel))?.feed
        : [...tails, ...snapshots].find(({ key }) => key === one.channel);
    if (outcome === 'withhold') {
      expect(found, one.id).toBeUndefined();
      expect(withheldIn(one.channel), one.id).toBeDefined();
      continue;
    }
    if (found === undefined) throw new Error(`${one.id}: no feed brings in ${one.channel}`);
    const fields = Object.entries(one.fields ?? {}).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)]);
    if (found instanceof PubSubFeed) found.take(Buffer.from(one.wire ?? ''), Buffer.from(one.channel));
    else if (found instanceof TailFeed)
      await found.take([{ id: one.entryId ?? '', fields }], new AbortController().signal);
    else {
      clock.advance(60_000);
      const reply = [[Buffer.from(one.entryId ?? ''), fields]];
      const link: Pick<OpenLink, 'signal' | 'send'> = { signal: new AbortController().signal, send: async () => reply };
      await found.look(link as OpenLink);
    }

    const isTyped = TYPED_REASONS.includes(reason) || byId.get(dupOf)?.expect.dedupeKey !== undefined;
    const goesOn = isTyped || ['deliver', 'partial', 'stale'].includes(outcome);
    const { dropped } = found.tally.stats(clock.now());
    const news = taken.slice(before);
    if (!goesOn) {
      expect(news, `${one.id} ${one.title}`).toEqual([]);
      const why = outcome === 'dedupe' ? 'duplicate' : reason.replaceAll('_', '-');
      expect(dropped, one.id).toHaveProperty([why]);
      continue;
    }
    if (ids !== undefined) {
      expect(keysOf(bus.state.get(found.target.channel)), one.id).toEqual(
        ids.map((id) => id.replaceAll(/[^\w-]/g, '?')),
      );
      continue;
    }
    expect(news, `${one.id} ${one.title}`).toHaveLength(1);
    const record = recordOf(news[0]?.publication);
    expect(record.from, one.id).toBe(one.channel);
    if (at === 'arrival') expect(record, one.id).toMatchObject({ at: clock.now(), atFrom: 'arrival' });
    else if (at !== undefined) expect(record.atFrom, one.id).toBe(at);
    if (atMs !== undefined) expect(record.at, one.id).toBe(atMs);
    if (source !== undefined) expect(record.source, one.id).toBe(source);
    if (access === 'privileged') expect(news[0]?.channel, one.id).toMatch(/^events\/feed\/restricted\./);
    if (flags.includes('channel_mismatch')) expect(record.flags, one.id).toContain('channel-mismatch');
  }
});

const keysOf = (state: ReadonlyMap<string, unknown> | undefined): readonly string[] => [...(state?.keys() ?? [])];

function recordOf(publication: BusPublication | undefined): FeedRecord {
  if (publication?.t !== 'events') throw new Error('no record was published');
  return publication.records[0] as FeedRecord;
}
