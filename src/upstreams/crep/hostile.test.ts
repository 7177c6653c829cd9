import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CREP_KINDS, CREP_MOST, type CrepRecord } from '../../contract/upstream/crep.ts';
import type { Out } from '../out.ts';
import { ageOf, rendering } from './age.ts';
import { hintsOf } from './kinds.ts';
import { readMessage, readValue } from './read.ts';
import { readEventOf } from './read-event.ts';
import { CrepStore } from './store.ts';

const NOW = 1_795_176_000_000;

function countingOut() {
  const counts = new Map<string, number>();
  const out: Out = {
    put: () => undefined,
    remove: () => undefined,
    replace: () => undefined,
    event: () => undefined,
    rows: () => undefined,
    gap: () => undefined,
    count: (what, reason, excerpt) => {
      expect(reason.length).toBeLessThan(80);
      expect(excerpt?.length ?? 0).toBeLessThanOrEqual(200);
      counts.set(`${what}:${reason}`, (counts.get(`${what}:${reason}`) ?? 0) + 1);
    },
  };
  return { out, counts };
}

const contextOf = (path: string) => ({ now: NOW, simulated: false, everyMs: 0, hints: hintsOf(path) });

const PATHS = [
  '/api/oei/flightradar24',
  '/api/oei/aisstream',
  '/api/oei/satellites',
  '/api/crep/unified',
  '/api/natureos/global-events',
  '/api/crep/feed/usgs-quakes',
  '/api/mindex/earth/map/bbox?layer=vessels',
  '/api/entities/stream',
  '/api/worldview/v1/stream/live.aircraft',
];

/** What every record must be, whatever it was made of. */
function expectSound(it: CrepRecord): void {
  expect(CREP_KINDS).toContain(it.kind);
  expect(it.key).toMatch(new RegExp(`^${it.kind}:.`));
  expect(it.key.length).toBeLessThan(400);
  expect((it.lon === undefined) === (it.lat === undefined)).toBe(true);
  if (it.lon !== undefined && it.lat !== undefined) {
    expect(Math.abs(it.lon)).toBeLessThanOrEqual(180);
    expect(Math.abs(it.lat)).toBeLessThanOrEqual(90);
    expect(it.lon === 0 && it.lat === 0).toBe(false);
  }
  expect(it.label?.length ?? 0).toBeLessThanOrEqual(120);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
  expect(it.label ?? '').not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(Number.isFinite(it.at)).toBe(true);
  expect(it.at).toBeLessThanOrEqual(NOW + 120_000);
  if ('speedMps' in it && it.speedMps !== undefined) {
    expect(it.speedMps).toBeGreaterThanOrEqual(0);
    expect(it.speedMps).toBeLessThanOrEqual(1_000);
  }
  if ('trackDeg' in it && it.trackDeg !== undefined) expect(it.trackDeg >= 0 && it.trackDeg < 360).toBe(true);
  structuredClone(it);
  ageOf(it, NOW);
  rendering(it, NOW);
}

const check = (store: CrepStore): void => {
  for (const it of store.told()) expectSound(it);
};

const fixtures = ['rest', 'streams', 'malformed'].flatMap((name) =>
  readFileSync(new URL(`./fixtures/${name}.ndjson`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly json?: unknown;
          readonly hex?: string;
          readonly sse?: { readonly data: unknown };
        },
    ),
);
const messages = fixtures.map(({ json, hex, sse }) =>
  hex === undefined ? JSON.stringify(json ?? sse?.data ?? null) : Buffer.from(hex, 'hex').toString('utf8'),
);

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const message = fc.constantFrom(...messages.filter(isJson));
const path = fc.constantFrom(...PATHS);
const SPITE: readonly unknown[] = [
  null,
  true,
  '',
  '0',
  'NaN',
  -1,
  0,
  1e308,
  -1e308,
  Number.POSITIVE_INFINITY,
  4.2,
  '1e400',
  [],
  {},
  [[]],
  'Unknown',
  'ground',
  'x'.repeat(5_000),
  '\u202e\u0000@@@',
  '2026-11-20T12:00:00Z',
  '9999-99-99T99:99:99.999Z',
  { type: 'Point', coordinates: ['a', {}] },
  '__proto__',
  'constructor',
];

test('any JSON at any place: no exception, and only sound records', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), path, (value, at) => {
      const store = new CrepStore();
      readValue(value, store, countingOut().out, contextOf(at));
      check(store);
    }),
    { numRuns: 500 },
  );
});

/** Replaces some values somewhere inside. */
function spoil(value: unknown, random: () => number): unknown {
  if (random() < 0.04) return SPITE[Math.floor(random() * SPITE.length)];
  if (Array.isArray(value)) return value.map((item) => spoil(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random() > 0.02)
      .map(([name, inner]) => [name, spoil(inner, random)]),
  );
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 0x100_0000;
  };
}

test('real messages with some fields spoilt or gone, many into one store', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), path, fc.nat(), (texts, at, seed) => {
      const store = new CrepStore();
      const random = randomOf(seed);
      const { out } = countingOut();
      for (const text of texts) {
        readValue(spoil(JSON.parse(text), random), store, out, contextOf(at));
        check(store);
      }
      store.sweep(NOW + 3_600_000, out);
      for (const kind of CREP_KINDS) store.publish(kind, out);
    }),
    { numRuns: 600 },
  );
});

test('frames that are cut or corrupt are dropped and counted, and the next good one is read', () => {
  const good = messages.find((text) => text.includes('"a9e001"')) ?? '';
  fc.assert(
    fc.property(
      message,
      fc.nat({ max: 5_000 }),
      fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 255 })), { maxLength: 5 }),
      (text, cut, flips) => {
        const store = new CrepStore();
        const { out, counts } = countingOut();
        const bytes = Buffer.from(text).subarray(0, cut);
        for (const [place, value] of flips) if (place < bytes.length) bytes[place] = value;
        const reading = readMessage(bytes, store, out, contextOf('/api/entities/stream'));
        if (reading.is === 'unknown') expect([...counts.keys()].join()).toMatch(/bad_json|bad_utf8/);
        check(store);
        readMessage(good, store, out, contextOf('/api/entities/stream'));
        expect(store.get('aircraft:a9e001')).toBeDefined();
      },
    ),
    { numRuns: 300 },
  );
});

test('a frame that is too large is dropped unread', () => {
  const { out, counts } = countingOut();
  const reading = readMessage(new Uint8Array(8 * 1024 * 1024 + 1), new CrepStore(), out, contextOf('/x'));
  expect(reading).toMatchObject({ is: 'unknown', why: 'too_large' });
  expect(counts.get('dropped:too_large')).toBe(1);
});

test('events of any name, wrappers without end, and lists of lists', () => {
  const store = new CrepStore();
  const { out } = countingOut();
  let nested: unknown = { id: 'a', type: 'aircraft' };
  for (let depth = 0; depth < 2_000; depth++) nested = { payload: nested };
  for (const name of ['', 'toString', '__proto__', 'vessel', 'error', 'disconnected', 'message'])
    for (const value of [nested, [[[[]]]], null, 7, 'x'])
      readEventOf(name, value, store, out, contextOf('/api/stream/crep'));
  expect(store.count('aircraft')).toBe(0);
});

test('a flood of emergencies does not outgrow the bound of its kind', () => {
  const store = new CrepStore();
  const { out, counts } = countingOut();
  const aircraft = Array.from({ length: CREP_MOST.aircraft + 500 }, (_, index) => ({
    icao: index.toString(16).padStart(6, '0'),
    squawk: '7700',
    lat: 1,
    lng: 1,
    timestamp: NOW - index,
    source: 'opensky',
  }));
  readValue({ aircraft }, store, out, contextOf('/x'));
  store.sweep(NOW, out);
  expect(store.count('aircraft')).toBe(CREP_MOST.aircraft);
  expect(counts.get('dropped:too-many-aircraft')).toBe(500);
  expect(store.get('aircraft:000000')).toBeDefined();
});
