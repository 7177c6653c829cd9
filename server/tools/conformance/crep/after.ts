import { CREP_KINDS, type CrepRecord } from '../../../../src/contract/upstream/crep.ts';
import { ageOf } from '../../../../src/upstreams/crep/age.ts';
import { lonDelta } from '../../../../src/upstreams/crep/geo/angles.ts';
import { advance } from '../../../../src/upstreams/crep/geo/sphere.ts';
import type { CrepStore } from '../../../../src/upstreams/crep/store.ts';
import { type Before, isAlike, READ } from './entities.ts';
import { type Fields, fieldsOf } from './line.ts';
import { recordingOut } from './recording-out.ts';

/** State of the store after a line of the sequence, at its clock. */
export function checkAfter(
  after: Fields,
  store: CrepStore,
  now: number,
  before: ReadonlyMap<string, Before>,
): string | undefined {
  store.sweep(now, recordingOut());
  for (const [name, value] of Object.entries(after)) {
    const problem = Array.isArray(value)
      ? checkKeys(name, value.map(String), store, now, before)
      : checkFacts(name, value, store, now);
    if (problem !== undefined) return `after: ${name}: ${problem}`;
  }
  return undefined;
}

type Test = (it: CrepRecord, now: number, before: Before | undefined) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  fresh: (it, now) => ageOf(it, now) === 'fresh',
  ageing: (it, now) => ageOf(it, now) === 'ageing',
  stale: (it, now) => ageOf(it, now) === 'stale',
  gone_from_map: (it, now) => ageOf(it, now) === 'off-map' || ageOf(it, now) === 'expired',
  kept_in_store: () => true,
  short_way: (it, _, before) =>
    it.lon !== undefined &&
    before?.lon !== undefined &&
    Math.abs(lonDelta(before.lon, it.lon)) < 180 &&
    it.lon !== before.lon,
  no_extrapolation: stands,
};

/** Drawn now and ten seconds later at the same place, which is the one at the end of its motion. */
function stands(it: CrepRecord, now: number): boolean {
  if (it.lon === undefined || it.lat === undefined) return false;
  const from = { ...it, lon: it.lon, lat: it.lat };
  const age = (now - it.at) / 1_000;
  return JSON.stringify(advance(from, age)) === JSON.stringify(advance(from, age + 10));
}

function checkKeys(
  name: string,
  keys: readonly string[],
  store: CrepStore,
  now: number,
  before: ReadonlyMap<string, Before>,
): string | undefined {
  for (const key of keys) {
    const it = store.get(key);
    if (name === 'forgotten') {
      if (it !== undefined) return `${key} is still there`;
      continue;
    }
    const test = TESTS[name];
    if (test === undefined) return 'nothing checks it';
    if (it === undefined) {
      if (name === 'gone_from_map') continue;
      return `${key} is not in the store`;
    }
    if (!test(it, now, before.get(key))) return `${key} is ${ageOf(it, now)} at ${it.lon}, ${it.lat}`;
  }
  return undefined;
}

function checkFacts(name: string, value: unknown, store: CrepStore, now: number): string | undefined {
  if (name === 'count') {
    const count = CREP_KINDS.reduce((sum, kind) => sum + store.count(kind), 0);
    return count === value ? undefined : `expected ${String(value)}, got ${count}`;
  }
  for (const [key, expected] of Object.entries(fieldsOf(value))) {
    const it = store.get(key);
    if (it === undefined) return `${key} is not in the store`;
    if (name === 'pos') {
      const [lon, lat] = expected as number[];
      if (!isAlike('lon', lon, it.lon) || !isAlike('lat', lat, it.lat)) return `${key} is at ${it.lon}, ${it.lat}`;
      continue;
    }
    if (name === 'flags') {
      const lacks = (expected as string[]).find((flag) => !it.flags.includes(flag.replaceAll('_', '-')));
      if (lacks !== undefined) return `${key} has no flag ${lacks}`;
      continue;
    }
    const read = READ[name];
    if (read === undefined) return 'nothing checks it';
    if (!isAlike(name, expected, read(it, now)))
      return `${key}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(read(it, now))}`;
  }
  return undefined;
}
