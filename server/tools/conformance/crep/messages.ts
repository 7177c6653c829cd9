import type { CrepRecord, GeoBox } from '../../../../src/contract/upstream/crep.ts';
import { aisSubscription } from '../../../../src/upstreams/crep/ais-subscription.ts';
import { CREP_BACKOFF, LIVE_STALE_MS } from '../../../../src/upstreams/crep/cadence.ts';
import { hintsOf } from '../../../../src/upstreams/crep/kinds.ts';
import { readValue } from '../../../../src/upstreams/crep/read.ts';
import { CrepStore } from '../../../../src/upstreams/crep/store.ts';
import type { CheckLine, VectorLine } from '../ndjson-file.ts';
import { checkAction, type Outcome } from './actions.ts';
import { checkAfter } from './after.ts';
import { type Before, checkEntity } from './entities.ts';
import { type Cut, feed } from './feed.ts';
import { clockOf, type Fields, fieldsOf } from './line.ts';
import { recordingOut } from './recording-out.ts';
import { checkServer } from './server-said.ts';

/** Whole, byte by byte, and in pieces: the outcome must be one. */
const CUTS: readonly Cut[] = ['whole', 1, 7, 1_000];

/**
 * Lines of `rest`, `streams`, `malformed` and `sequence`. Each has a store of its own; one that goes on from the line before says so in
 * what it expects (`position_held`, `after`).
 */
export function messageCheck(isSequence: boolean): CheckLine {
  const stores = CUTS.map(() => new CrepStore());
  return (line) => {
    const expect = fieldsOf(line.expect);
    if (line.frame === 'silence') return checkSilence(line, expect);
    if (line.frame === 'close' || line.frame === 'handshake') return checkLink(expect);
    if (line.dir === 'c2s') return checkSaid(line, expect);
    for (const [index, cut] of CUTS.entries()) {
      if (!isSequence && !goesOn(expect)) stores[index] = new CrepStore();
      const store = stores[index] ?? new CrepStore();
      const problem = checkFed(line, expect, store, cut);
      if (problem !== undefined) return cut === 'whole' ? problem : `in pieces of ${cut}: ${problem}`;
    }
    return undefined;
  };
}

const entitiesOf = (expect: Fields): Fields[] => (Array.isArray(expect.entities) ? expect.entities.map(fieldsOf) : []);

const goesOn = (expect: Fields): boolean =>
  expect.after !== undefined ||
  entitiesOf(expect).some((entity) => entity.position_held === true || entity.position_unchanged === true);

function checkFed(line: VectorLine, expect: Fields, store: CrepStore, cut: Cut): string | undefined {
  const now = clockOf(line);
  const out = recordingOut();
  if (expect.keep_last === true && pictureOf(store) === '') seed(store, now);
  const picture = expect.keep_last === true ? pictureOf(store) : undefined;
  if (expect.action === 'remove' && Array.isArray(expect.keys)) seedKeys(store, expect.keys.map(String), now);
  const before = positions(store, expect);
  const reading = feed(line, store, out, now, cut);
  const outcome: Outcome = { reading, told: [...store.told()], counts: out.counts };
  return (
    checkAction(String(expect.action), outcome) ??
    checkEntities(expect, outcome.told, store, now, before) ??
    checkPromises(line, expect, outcome, store, out.shown) ??
    (picture === undefined || pictureOf(store) === picture ? undefined : 'the picture from before did not survive') ??
    (expect.after === undefined ? undefined : checkAfter(fieldsOf(expect.after), store, now, before))
  );
}

function checkEntities(
  expect: Fields,
  told: readonly CrepRecord[],
  store: CrepStore,
  now: number,
  before: ReadonlyMap<string, Before>,
): string | undefined {
  const taken = new Set<CrepRecord>();
  for (const expected of entitiesOf(expect)) {
    const actual =
      typeof expected.key === 'string'
        ? store.get(expected.key)
        : told.find((it) => it.kind === expected.kind && it.category === expected.category && !taken.has(it));
    if (actual === undefined) return `${String(expected.key ?? expected.category)}: it is not in the store`;
    taken.add(actual);
    const problem = checkEntity(expected, actual, now, before.get(actual.key));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const KNOWN = new Set(['action', 'entities', 'keep_last', 'reason', 'after']);

function checkPromises(
  line: VectorLine,
  expect: Fields,
  { reading, counts }: Outcome,
  store: CrepStore,
  shown: () => string,
): string | undefined {
  for (const [name, value] of Object.entries(expect)) {
    if (KNOWN.has(name)) continue;
    const actual = promise(name, value, { line, reading, counts, store, shown });
    if (actual === undefined) return `${name}: nothing checks this promise`;
    if (JSON.stringify(actual) !== JSON.stringify(value))
      return `${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(actual)}`;
  }
  return undefined;
}

interface Seen {
  readonly line: VectorLine;
  readonly reading: Outcome['reading'];
  readonly counts: Outcome['counts'];
  readonly store: CrepStore;
  readonly shown: () => string;
}

/** What really is, in the vector's own form. */
function promise(name: string, value: unknown, { line, reading, counts, store, shown }: Seen): unknown {
  switch (name) {
    case 'server_time_ms':
      return reading.serverTimeMs ?? 'none';
    case 'dropped_items':
      return reading.dropped;
    case 'count':
      if (value === 'unknown_kind') return reading.unknownKinds > 0 ? value : 'not counted';
      return counts.has(`dropped:${String(value)}`) ? value : [...counts.keys()];
    case 'keys':
      return reading.removed.filter((key) => store.get(key) === undefined);
    case 'do_not_show': {
      const data = fieldsOf(fieldsOf(line.sse).data ?? line.json);
      const text = `${shown()}${JSON.stringify(reading)}`;
      return (value as string[]).filter((field) => !text.includes(String(data[field])));
    }
    case 'backoff_ms':
      return (value as number[]).map((_, attempt) =>
        Math.min(CREP_BACKOFF.firstMs * 2 ** attempt, CREP_BACKOFF.mostMs),
      );
    case 'source_status': {
      const { link } = reading;
      return { source: link?.source, state: link?.connected === true ? 'ok' : 'down', count: link?.count };
    }
    case 'camera': {
      const { command } = reading;
      return command?.do === 'fly-to' ? { lon: command.center[0], lat: command.center[1], zoom: command.zoom } : 'none';
    }
    case 'until':
      return reading.command?.confirm === true ? 'user_confirms' : 'nothing';
    case 'trail': {
      const last = reading.trail?.points.at(-1);
      const asked = fieldsOf(value);
      const is: Fields = {
        key: reading.trail?.key,
        points: reading.trail?.points.length,
        last_t_ms: last?.at,
        last_alt_m: last?.altM,
      };
      const alike = Object.keys(asked).every((field) =>
        field === 'last_alt_m' ? Math.abs(Number(asked[field]) - Number(is[field])) < 0.1 : asked[field] === is[field],
      );
      return alike ? value : is;
    }
    case 'points':
      return reading.trail?.points.length ?? 'no trail';
    case 'status_panel': {
      const { panel } = reading;
      return {
        R: panel?.radio,
        S: panel?.solar,
        G: panel?.geomagnetic,
        kp: panel?.kp,
        bz_nT: panel?.bzNt,
        wind_kms: panel?.windKmPerS,
      };
    }
    default:
      return undefined;
  }
}

/** A silent link is stale at the latest then. */
const checkSilence = (line: VectorLine, expect: Fields): string | undefined =>
  expect.action === 'mark_stale' && Number(line.silence_ms) >= LIVE_STALE_MS
    ? undefined
    : `a link is stale after ${LIVE_STALE_MS} ms`;

/** Whatever ends a link, it is tried again: a refused socket by its bridge meanwhile. */
const checkLink = (expect: Fields): string | undefined =>
  ['reconnect', 'backoff', 'degrade', 'mark_stale'].includes(String(expect.action))
    ? undefined
    : `a link that ends is tried again, expected ${String(expect.action)}`;

/** What a relay says to the AIS upstream is made here, never in a page; the rest is said to our simulator, which answers as the real one. */
function checkSaid(line: VectorLine, expect: Fields): string | undefined {
  if (expect.action !== 'server_forwards') return checkServer(line, expect);
  const said = fieldsOf(line.json);
  const boxes = (said.BoundingBoxes as number[][][]).map(([a = [], b = []]): GeoBox => {
    return [a[1] ?? 0, a[0] ?? 0, b[1] ?? 0, b[0] ?? 0];
  });
  const ours = JSON.stringify(aisSubscription(String(said.APIKey), boxes));
  return ours === JSON.stringify(line.json) ? undefined : `expected ${JSON.stringify(line.json)}, got ${ours}`;
}

const SEEN = { icao: 'aaaaaa', callsign: 'KEEP1', lat: 47, lng: 8, source: 'opensky', velocity: 200, heading: 90 };

/** A picture that a failure must not clear. */
function seed(store: CrepStore, now: number): void {
  const context = { now, simulated: false, everyMs: 0, hints: hintsOf('/api/oei/flightradar24') };
  readValue({ aircraft: [{ ...SEEN, timestamp: now - 1_000 }] }, store, recordingOut(), context);
}

/** Everything that is in the store, as text. */
const pictureOf = (store: CrepStore): string => [...store.all()].map((it) => JSON.stringify(it)).join('\n');

/** What is to be removed must be there before. */
function seedKeys(store: CrepStore, keys: readonly string[], now: number): void {
  for (const key of keys) {
    const [kind = '', id = ''] = key.split(':', 2);
    const item = { id, mmsi: id, icao: id, noradId: id, device_id: id, title: 'x', lat: 1, lng: 1, timestamp: now };
    const context = {
      now,
      simulated: false,
      everyMs: 0,
      hints: { ...hintsOf('/seed'), kind: kind as CrepRecord['kind'] },
    };
    readValue([item], store, recordingOut(), context);
  }
}

function positions(store: CrepStore, expect: Fields): ReadonlyMap<string, Before> {
  const keys = [
    ...entitiesOf(expect).map(({ key }) => key),
    ...Object.values(fieldsOf(expect.after)).flatMap((value) => (Array.isArray(value) ? value : [])),
  ];
  return new Map(
    keys.flatMap((key) => {
      const it = typeof key === 'string' ? store.get(key) : undefined;
      return it === undefined ? [] : [[it.key, { lon: it.lon, lat: it.lat }] as const];
    }),
  );
}
