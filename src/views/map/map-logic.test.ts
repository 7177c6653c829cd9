import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CrepAircraft, CrepRecord } from '../../contract/upstream/crep.ts';
import { unwrapped } from './engine/coast.ts';
import { BLEND_S, type EntityRow, EntityRows, FLAGS } from './engine/entity-rows.ts';
import { nightArea } from './engine/graticule.ts';
import {
  latOf,
  lonOf,
  mercatorX,
  mercatorY,
  northAt,
  perMetre,
  perMetreAt,
  sineOf,
  stepsOf,
} from './engine/mercator.ts';
import { toCsv, toGeoJson } from './export.ts';
import { addFence, FenceWatch, readFences } from './fences.ts';
import { isFound, passes, readFilter, writeFilter } from './filter.ts';
import { bearingDeg, elevationDeg, footprintM } from './geometry.ts';
import { passesOver } from './passes.ts';
import { rowOf } from './row-of.ts';
import { readMapAddress, writeMapAddress } from './state.ts';
import { TrailBook } from './trail-book.ts';
import { unitText } from './units.ts';
import { readWish, wishWords } from './wishes.ts';

const NOW = 1_800_000_000_000;

const plane = (more: Partial<CrepAircraft> = {}): CrepAircraft => ({
  ...{ kind: 'aircraft', key: 'aircraft:3c4b26', label: 'DLH4AB', category: 'commercial', lon: 8, lat: 50, everyMs: 0 },
  ...{ altM: 10_000, speedMps: 250, trackDeg: 90, headingDeg: undefined, vrateMps: 0, onGround: false },
  ...{ squawk: undefined, x: { registration: 'D-AIAB' }, at: NOW, atFrom: 'source', rx: NOW, source: 'opensky' },
  ...{ provenance: 'measured', flags: [] },
  ...more,
});

const row = (more: Partial<EntityRow> = {}): EntityRow => ({
  ...{ shape: 'aircraft', kind: 'aircraft', lon: 8, lat: 50, at: NOW, speedMps: 250, trackDeg: 90, ageFrom: NOW },
  ...{ freshMs: 15_000, ageingMs: 60_000, mapMs: 300_000, mostS: 60, emergency: false },
  ...more,
});

test('Web Mercator there and back', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -85, max: 85, noNaN: true }),
      (lon, lat) => {
        expect(lonOf(mercatorX(lon))).toBeCloseTo(lon, 9);
        expect(latOf(mercatorY(lat))).toBeCloseTo(lat, 9);
      },
    ),
  );
});

test('a row is carried on by its course, no longer than its kind allows, and goes on smoothly from a new fix', () => {
  const rows = new EntityRows(NOW);
  rows.put(rows.slotFor('a'), row(), NOW);
  const slot = rows.slotOf('a') ?? -1;
  const at = (ms: number) => rows.shown(slot, NOW + ms, true) ?? [Number.NaN, Number.NaN];
  const tenS = lonOf(at(10_000)[0]) - 8;
  expect(tenS).toBeCloseTo((2_500 / (111_195 * Math.cos((50 * Math.PI) / 180))) * 1, 3);
  expect(at(60_000)[0]).toBeCloseTo(at(59_999)[0], 6);
  expect(at(200_000)[0]).toBeCloseTo(at(60_000)[0], 6);
  expect(rows.shown(slot, NOW + 10_000, false)?.[0]).toBeCloseTo(mercatorX(8), 7);
  // A fix a little behind where it was shown: it starts from where it was, and is where the fix says soon after.
  const before = at(10_000)[0];
  rows.put(rows.slotFor('a'), row({ at: NOW + 10_000, ageFrom: NOW + 10_000, lon: 8.03 }), NOW + 10_000);
  expect(at(10_000)[0]).toBeCloseTo(before, 7);
  expect(rows.shown(slot, NOW + 10_000 + BLEND_S * 1_000, true)?.[0]).toBeCloseTo(
    mercatorX(8.03) + 0.8 * (rows.data[slot * 20 + 4] ?? 0),
    6,
  );
  // A real jump is one.
  rows.put(rows.slotFor('a'), row({ at: NOW + 10_000, ageFrom: NOW + 10_000, lon: 20 }), NOW + 10_000);
  expect(at(10_000)[0]).toBeCloseTo(mercatorX(20), 6);
});

test('moored, slow on the ground, without a course: it stands still', () => {
  const rows = new EntityRows(NOW);
  rows.put(rows.slotFor('moored'), row({ navStatus: 5 }), NOW);
  rows.put(rows.slotFor('taxi'), row({ onGround: true, speedMps: 1 }), NOW);
  rows.put(rows.slotFor('lost'), row({ trackDeg: undefined }), NOW);
  for (const key of ['moored', 'taxi', 'lost'])
    expect(rows.shown(rows.slotOf(key) ?? -1, NOW + 30_000, true)?.[0]).toBeCloseTo(mercatorX(8), 7);
});

test('rows: removed and hidden are not found, kept ones are however old, slots are used again', () => {
  const rows = new EntityRows(NOW);
  for (let index = 0; index < 3_000; index += 1)
    rows.put(rows.slotFor(`k${index}`), row({ lon: index / 100, speedMps: undefined }), NOW);
  const find = (lon: number, ms = 0) => rows.nearest(mercatorX(lon), mercatorY(50), 1e-6, NOW + ms, true);
  expect(find(12.34)).toBe('k1234');
  // In any copy of the world.
  expect(find(12.34 - 720)).toBe('k1234');
  rows.setFlag(rows.slotOf('k1234') ?? -1, FLAGS.hidden, true);
  expect(find(12.34)).toBeUndefined();
  rows.setFlag(rows.slotOf('k1234') ?? -1, FLAGS.kept, true);
  expect(find(12.34)).toBe('k1234');
  expect(find(12.34, 1e7)).toBe('k1234');
  expect(find(12.35, 1e7)).toBeUndefined();
  const slot = rows.slotOf('k5');
  rows.remove('k5');
  expect(find(0.05)).toBeUndefined();
  rows.put(rows.slotFor('new'), row({ lon: 99 }), NOW);
  expect(rows.slotOf('new')).toBe(slot);
  expect(rows.size).toBe(3_000);
});

test('a record without a place has no row; an event ends when it ends', () => {
  expect(rowOf(plane({ lon: undefined, lat: undefined }), undefined)).toBeUndefined();
  expect(rowOf(plane(), undefined)).toMatchObject({ mostS: 60, shape: 'aircraft' });
  const event: CrepRecord = {
    ...{ kind: 'event', key: 'event:1', label: 'Quake', category: 'earthquake', lon: 1, lat: 1, everyMs: 0 },
    ...{ severity: 'low', status: 'active', magnitude: 5, depthKm: 1, expiresAt: 1, shape: undefined, x: undefined },
    ...{ at: 0, atFrom: 'source', rx: NOW, source: 'usgs', provenance: 'measured', flags: [] },
  } as const;
  expect(rowOf(event, undefined)?.mapMs).toBe(0);
});

test('filters speak of what they are about, and an address is the screen', () => {
  const filter = readFilter('altLowM:5000;ground:air;category:commer;severity:high;hours:3;junk:1;orbit:LEO');
  expect(passes(filter, plane(), NOW)).toBe(true);
  expect(passes(filter, plane({ altM: 4_000 }), NOW)).toBe(false);
  expect(passes(filter, plane({ altM: undefined }), NOW)).toBe(false);
  expect(readFilter(writeFilter(filter))).toEqual(filter);
  expect(passes({ emergency: true }, plane(), NOW)).toBe(false);
  for (const find of ['dlh4', '3C4B26', 'd-aiab', ' ']) expect(isFound(find, plane())).toBe(true);
  expect(isFound('nobody', plane())).toBe(false);
  const address = readMapAddress({
    lon: '8',
    lat: '50',
    z: '7',
    hide: 'event',
    show: 'night',
    sel: 'x',
    filter: 'hours:3',
    units: 'aviation',
    predict: 'off',
    table: '1',
  });
  expect(readMapAddress(writeMapAddress(address) as Record<string, string>)).toEqual(address);
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('lon', 'lat', 'z', 'hide', 'show', 'filter', 'units', 'do', 'sel'), fc.string()),
      (search) => {
        const { camera } = readMapAddress(search);
        expect(Math.abs(camera.lat)).toBeLessThanOrEqual(85);
        expect(Number.isFinite(camera.zoom)).toBe(true);
      },
    ),
  );
});

test('fences: the first look is no crossing; enter and leave are told once', () => {
  const fence = { id: 'f', name: 'Lab', lon: 8, lat: 50, radiusM: 10_000 };
  const watch = new FenceWatch();
  const look = (lon: number) => watch.look([fence], [{ key: 'a', name: 'DLH', at: [lon, 50] }], NOW, () => true);
  expect(look(8)).toBe(false);
  expect(watch.inside('f')).toBe(1);
  expect(look(9)).toBe(true);
  expect(look(9)).toBe(false);
  expect(look(8.05)).toBe(true);
  expect(watch.crossings.map(({ is, name }) => [is, name])).toEqual([
    ['enter', 'DLH'],
    ['leave', 'DLH'],
  ]);
  // Silence is no departure.
  expect(watch.look([fence], [], NOW, () => false)).toBe(true);
  expect(watch.crossings[0]).toMatchObject({ is: 'lost', name: 'DLH' });
  expect(addFence([], { ...fence, radiusM: Number.NaN })).toEqual([]);
  expect(readFences('[{"id":1},null,7]')).toEqual([]);
  expect(readFences('{')).toEqual([]);
  expect(readFences(JSON.stringify([fence]))).toEqual([fence]);
});

test('a pass is when a satellite stands above the horizon of a site', () => {
  expect(elevationDeg([8, 50], [8, 50], 400)).toBeCloseTo(90, 3);
  expect(elevationDeg([8, 50], [60, 10], 400)).toBeLessThan(0);
  expect(footprintM(400) / 1_000).toBeCloseTo(2_201, -1);
  const track = Array.from({ length: 200 }, (_, step) => ({ at: step * 1_000, lon: 8, lat: step - 50, heightKm: 400 }));
  const [pass, ...more] = passesOver([8, 50], track);
  expect(more).toEqual([]);
  expect(pass?.mostDeg).toBeGreaterThan(85);
  expect(pass?.from).toBeGreaterThan(75_000);
  expect(
    passesOver(
      [8, 50],
      track.map((point) => ({ ...point, lon: 100 })),
    ),
  ).toEqual([]);
  expect(bearingDeg([0, 0], [10, 0])).toBeCloseTo(90, 6);
});

test('what is taken away: texts stay texts, places are those on the map', () => {
  const csv = toCsv([plane({ label: '=HYPERLINK("x")', source: 'a,b' })], () => [8.1, 50]);
  expect(csv.split('\r\n')[1]).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csv).toContain('"a,b"');
  const geo = JSON.parse(
    toGeoJson([plane(), plane({ key: 'aircraft:x' })], (it) => (it.key === 'aircraft:x' ? undefined : [1, 2])),
  );
  expect(geo.features).toHaveLength(1);
  expect(geo.features[0].geometry.coordinates).toEqual([1, 2]);
});

test('wishes: only those on the list, in words', () => {
  expect(readWish('{"type":"flyTo","center":[8,50]}')).toMatchObject({ do: 'fly-to' });
  for (const bad of ['', '{', '7', '{"type":"eval"}', '{"type":"flyTo","center":[800,50]}'])
    expect(readWish(bad)).toBeUndefined();
  expect(wishWords({ do: 'zoom-by', delta: 1, confirm: false })).toBe('Zoom by 1');
});

test('units are exact, trails are bounded, coasts go on past 180°, and it is night somewhere', () => {
  expect(unitText(304.8, 'height', 'aviation')).toBe('1,000 ft');
  expect(unitText(514.444, 'speed', 'aviation')).toBe('1,000 kt');
  expect(unitText(undefined, 'speed', 'metric')).toBe('–');
  const trails = new TrailBook();
  for (let index = 0; index < 60; index += 1) trails.add(`k${index}`, [0, 0], 1);
  expect(trails.of('k0')).toEqual([]);
  for (let at = 0; at < 1_500; at += 1) trails.add('k59', [at, 0], at + 2);
  expect(trails.of('k59')).toHaveLength(1_000);
  trails.add('k59', [0, 0], 1);
  expect(trails.of('k59').at(-1)).toEqual([1_499, 0]);
  expect(
    unwrapped([
      [179, 1],
      [-179, 2],
      [179, 3],
    ]).map(([lon]) => lon),
  ).toEqual([179, 181, 179]);
  // At noon UTC on an equinox the sun is over Greenwich: midnight is at 180°.
  const night = nightArea(Date.UTC(2026, 2, 20, 12));
  expect(night.geometry.type).toBe('Polygon');
});

test('the quick way to a place on the map is right to a metre, where people live to 20 cm; scale and angles to what a minute needs', () => {
  const METRE = perMetre(0);
  for (let lat = -85.05; lat <= 85.05; lat += 0.0173) {
    const steps = stepsOf(lat);
    const y = lat < 0 ? 1 - northAt(steps) : northAt(steps);
    expect(Math.abs(y - mercatorY(lat)) * Math.cos((lat * Math.PI) / 180)).toBeLessThan(
      (Math.abs(lat) < 60 ? 0.2 : 1) * METRE,
    );
    expect(Math.abs(perMetreAt(steps) / perMetre(lat) - 1)).toBeLessThan(0.002);
  }
  for (let degrees = -720; degrees <= 720; degrees += 0.37) {
    expect(Math.abs(sineOf(degrees) - Math.sin((degrees * Math.PI) / 180))).toBeLessThan(4e-5);
  }
});
