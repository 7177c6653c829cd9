import { expect, test } from 'vitest';
import { FEED_INDEX, type FeedListing } from '../../src/contract/upstream/redis.ts';
import type { Out } from '../../src/upstreams/out.ts';
import { isFeedRecord, RedisReader } from '../../src/upstreams/redis/reader.ts';
import { recordingBus } from '../bus/feeds/test-bus.ts';
import { FakeClock } from '../fake-clock.ts';
import { simulateFeeds } from './redis.ts';

/** Which parts got something, with the provenances there were; and what was counted. */
function tally() {
  const parts = new Map<string, Set<unknown>>();
  const counts = new Map<string, number>();
  const add = (part: string, record: object): void => {
    parts.set(part, (parts.get(part) ?? new Set()).add((record as { provenance?: unknown }).provenance));
  };
  const out: Out = {
    put: (part, _key, record) => add(part, record),
    event: add,
    rows: add,
    remove: () => undefined,
    replace: () => undefined,
    gap: () => undefined,
    count: (what, reason) => void counts.set(`${what}:${reason}`, (counts.get(`${what}:${reason}`) ?? 0) + 1),
  };
  return { parts, counts, out };
}

test('two minutes of pretended feeds fill every part, and every record says that it is invented', () => {
  const clock = new FakeClock();
  clock.advance(Date.UTC(2026, 8, 2) - clock.now());
  const { bus, taken } = recordingBus();
  const stop = simulateFeeds(bus, clock);
  clock.advance(120_000);

  const records = taken.flatMap(({ publication }) => (publication.t === 'events' ? publication.records : []));
  const state = [...bus.state].filter(([name]) => name !== FEED_INDEX).flatMap(([, keys]) => [...keys.values()]);
  const all = [...records, ...state].filter(isFeedRecord);
  expect(all).toHaveLength(records.length + state.length);
  expect(all.every(({ flags }) => flags.includes('simulated'))).toBe(true);
  expect(all.some(({ flags }) => flags.includes('nan-repaired'))).toBe(true);
  expect(all.map(({ from }) => from)).not.toContain('mycorrhizae:device.MB-7.commands');

  const { parts, counts, out } = tally();
  const reader = new RedisReader();
  for (const record of all)
    if (!record.from.startsWith('mycorrhizae:') && record.from !== 'crep:flights')
      reader.read(record, out, { now: clock.now(), simulated: false });
  expect([...parts.keys()].sort()).toEqual([
    'agents',
    'alerts',
    'bus',
    'devices',
    'entities',
    'experiments',
    'mesh',
    'observations',
    'other',
    'security',
    'system',
    'tasks',
    'telemetry',
    'tools',
  ]);
  expect([...parts.values()].map((provenances) => [...provenances])).toEqual([...parts].map(() => ['simulated']));
  expect(counts.get('deduped:packet')).toBeGreaterThan(10);
  expect(counts.get('deduped:task')).toBeGreaterThan(0);
  expect(counts.get('late:older-updated-at')).toBeGreaterThan(0);

  const listings = [...(bus.state.get(FEED_INDEX)?.values() ?? [])] as FeedListing[];
  expect(listings.find(({ from }) => from === 'devices:telemetry')).toMatchObject({ state: 'live', simulated: true });
  expect(listings.find(({ from }) => from === 'mycorrhizae:device.*')?.dropped).toMatchObject({
    withheld: expect.any(Number),
  });
  expect(bus.state.get('state/feed/crep.flights')?.size).toBeGreaterThan(10);

  stop();
  expect(clock.pending).toBe(0);
  expect(bus.state.get(FEED_INDEX)?.size).toBe(0);
});
