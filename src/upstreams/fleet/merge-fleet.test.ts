import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLEET_SOURCES, type FleetDevice, identityOf, mergeFleet, type Sighting } from './merge-fleet.ts';

const NOW = 1_800_000_000_000;

const seen = (source: Sighting['source'], id: string, more: Partial<Sighting> = {}): Sighting => ({
  ...{ source, id, identities: [id], name: undefined, kind: undefined, firmware: undefined, place: undefined },
  ...{ said: 'online', state: 'live', heardAt: NOW, provenance: 'measured', values: [] },
  ...more,
});
const ids = (devices: readonly FleetDevice[]) =>
  devices.map(({ sightings }) => sightings.map(({ source, id }) => `${source}:${id}`));

test('the same board by its id or its MAC is one device, and it says why', () => {
  const usb = seen('usb', 'board-1', { identities: ['10:B4:1D:0A:1B:2C', 'MB-7'] });
  const merged = mergeFleet([seen('mas', 'mb-7'), seen('natureos', '10b41d0a1b2c'), usb, seen('mesh', '!aa')], NOW);
  expect(ids(merged)).toEqual([['usb:board-1', 'mas:mb-7', 'natureos:10b41d0a1b2c'], ['mesh:!aa']]);
  expect(merged[0]?.because).toEqual(['10b41d0a1b2c', 'mb-7']);
  expect(merged[1]?.because).toEqual([]);
});

test('words that anybody may say make nobody one', () => {
  for (const word of ['', 'unknown', 'MycoBrain', '00:00:00:00:00:00', undefined])
    expect(identityOf(word)).toBeUndefined();
  expect(
    mergeFleet([seen('mas', 'a', { identities: ['unknown'] }), seen('redis', 'b', { identities: ['UNKNOWN'] })], NOW),
  ).toHaveLength(2);
});

test('whoever says both names of a device makes it one, whichever source that is; unless a source would have it twice', () => {
  const bridge = (source: Sighting['source']) =>
    mergeFleet([seen('mas', 'A'), seen('natureos', 'B'), seen(source, 'c', { identities: ['A', 'B'] })], NOW);
  for (const source of ['usb', 'mycorrhizae'] as const) {
    expect(bridge(source)).toHaveLength(1);
    expect(bridge(source)[0]).toMatchObject({ because: ['a', 'b'], conflicts: [] });
  }
  const twice = mergeFleet(
    [seen('mas', 'A'), seen('mas', 'B'), seen('mycorrhizae', 'c', { identities: ['A', 'B'] })],
    NOW,
  );
  expect(ids(twice)).toEqual([['mas:A', 'mycorrhizae:c'], ['mas:B']]);
  expect(twice.map(({ conflicts }) => conflicts)).toEqual([['b'], ['b']]);
});

test('a source that comes or goes may change a device’s key, and never the words it is found by', () => {
  const usb = seen('usb', 'board-1', { identities: ['MB-7', '10:B4:1D:0A:1B:2C'] });
  const alone = mergeFleet([seen('redis', 'mb-7')], NOW)[0];
  const both = mergeFleet([seen('redis', 'mb-7'), usb], NOW)[0];
  expect(alone?.key).not.toBe(both?.key);
  expect(both?.knownAs).toContain(alone?.key);
  const twice = mergeFleet([seen('mas', 'A'), seen('mas', 'B'), seen('redis', 'c', { identities: ['A', 'B'] })], NOW);
  const [one, other] = twice.map(({ knownAs }) => new Set(knownAs));
  expect(one?.isDisjointFrom(other ?? new Set())).toBe(true);
});

test('long words that begin alike are not one', () => {
  const long = 'x'.repeat(128);
  expect(mergeFleet([seen('mas', `${long}1`), seen('natureos', `${long}2`)], NOW)).toHaveLength(2);
});

test('two of one source are never one: the conflict is told on both', () => {
  const merged = mergeFleet(
    [seen('usb', 'a', { identities: ['MB-7'] }), seen('usb', 'b', { identities: ['MB-7'] })],
    NOW,
  );
  expect(merged).toHaveLength(2);
  expect(merged.map(({ conflicts }) => conflicts)).toEqual([['mb-7'], ['mb-7']]);
  expect(new Set(merged.map(({ key }) => key)).size).toBe(2);
});

test('a fresh value of the more direct source is shown; a stale one never beats a fresh one', () => {
  const value = (at: number, v: number) => ({
    name: 't',
    value: v,
    unit: '°C',
    at,
    provenance: 'measured' as const,
    staleMs: 10_000,
  });
  const of = (usbAt: number, masAt: number) =>
    mergeFleet(
      [seen('usb', 'x', { values: [value(usbAt, 1)] }), seen('mas', 'x', { values: [value(masAt, 2)] })],
      NOW,
    )[0]?.values[0];
  expect(of(NOW - 5_000, NOW)).toMatchObject({ value: 1, source: 'usb' });
  expect(of(NOW - 50_000, NOW)).toMatchObject({ value: 2, source: 'mas' });
  expect(of(NOW - 50_000, NOW - 90_000)).toMatchObject({ value: 1, source: 'usb' });
});

test('whatever comes in whatever order, the same list; nothing is lost, nothing twice', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'unknown', 'AA:BB:CC:DD:EE:FF', 'aabbccddeeff');
  const sighting = fc
    .tuple(
      fc.constantFrom(...FLEET_SOURCES),
      fc.string({ minLength: 1, maxLength: 3 }),
      fc.array(word, { maxLength: 3 }),
    )
    .map(([source, id, identities]) => seen(source, id, { identities }));
  const unique = fc.uniqueArray(sighting, { selector: ({ source, id }) => `${source}:${id}`, maxLength: 20 });
  fc.assert(
    fc.property(unique, fc.func(fc.nat()), (all, shuffle) => {
      const merged = mergeFleet(all, NOW);
      const other = [...all].sort((a, b) => shuffle(a) - shuffle(b));
      expect(ids(mergeFleet(other, NOW))).toEqual(ids(merged));
      expect(ids(merged).flat().sort()).toEqual(all.map(({ source, id }) => `${source}:${id}`).sort());
      for (const { sightings } of merged)
        expect(new Set(sightings.map(({ source }) => source)).size).toBe(sightings.length);
    }),
  );
});
