import { expect, test } from 'vitest';
import { readElements } from './elements.ts';
import { catalogueOf, hexOf, mmsiOf } from './identity.ts';
import { readMapCommand } from './map-command.ts';
import { cleanAis, cleanText, reasonOf } from './text.ts';
import { parseExactTime, parseTime } from './time.ts';
import { guessUnits, unitsOf } from './units.ts';
import { categoryOfType, categoryOfWord, classOfMmsi } from './vessel-category.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

test.each([
  ['2026-11-20T12:00:00.000Z', NOON],
  ['2026-11-20T12:00:00Z', NOON],
  ['2026-11-20T13:00:00+01:00', NOON],
  ['2026-11-20T13:00:00.5+0100', NOON + 500],
  ['2026-11-20 12:00:00', NOON],
  ['2026-11-20 12:00:00.1 +0000 UTC', NOON + 100],
  ['2026-11-20', Date.UTC(2026, 10, 20)],
  [String(NOON / 1_000), NOON],
  [NOON / 1_000 + 0.25, NOON + 250],
  ['2026-13-20T12:00:00.000Z', undefined],
  ['2026-11-20T25:00:00.000Z', undefined],
  ['1999-12-31T23:59:59.000Z', undefined],
  [0, undefined],
  [Number.NaN, undefined],
  [{}, undefined],
])('time %j', (value, expected) => {
  expect(parseTime(value)).toBe(expected);
});

test('an epoch keeps its fraction of a millisecond', () => {
  expect(parseExactTime('2026-11-20T12:00:00.000250')).toBeCloseTo(NOON + 0.25, 3);
});

test('text: trimmed, without what turns or hides it, cut between characters', () => {
  expect(cleanText('  SKY411  ')).toBe('SKY411');
  expect(cleanText('a\u202eb\u0007c')).toBe('abc');
  expect(cleanText(' \u0000 ')).toBeUndefined();
  expect(cleanText(`${'x'.repeat(119)}😀`)).toBe('x'.repeat(119));
  expect(cleanAis('COAST PATROL@@@')).toBe('COAST PATROL');
  expect(cleanText('Kp @ 5')).toBe('Kp @ 5');
  expect(cleanText(7)).toBeUndefined();
});

test('a failure is told without addresses', () => {
  expect(reasonOf('Error: connect ECONNREFUSED 192.0.2.9:8003')).toBe('connect ECONNREFUSED …');
  expect(reasonOf('cannot fetch http://mas.internal:8001/x now')).toBe('cannot fetch … now');
});

test('identities', () => {
  expect(['A0F1E2', '~2AB31F', 'xyz123', 'abc12', 7].map(hexOf)).toEqual([
    'a0f1e2',
    '~2ab31f',
    undefined,
    undefined,
    undefined,
  ]);
  expect([338990001, '3669901', '12345', '0000000', '', null, '33899000a'].map(mmsiOf)).toEqual([
    '338990001',
    '003669901',
    'bad',
    'bad',
    undefined,
    undefined,
    'bad',
  ]);
  expect([25544, '25544', 'A0000', 'Z9999', 'J0001', 'P0001', 'I0000', 0, -1, 1.5].map(catalogueOf)).toEqual([
    25_544,
    25_544,
    100_000,
    339_999,
    180_001,
    230_001,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('units: by source, then by prefix, then by what the numbers allow', () => {
  expect(unitsOf('opensky', 'lol-a')).toBe('metric');
  expect(unitsOf(undefined, 'lol-a0f1e2')).toBe('aviation');
  expect(unitsOf('somebody', 'lol-a0f1e2')).toBe('unknown');
  expect(guessUnits('opensky+adsb.lol', false, 418, 29_000)).toBe('aviation');
  expect(guessUnits('opensky+adsb.lol', false, 200, 9_000)).toBe('metric');
  expect(guessUnits('adsb.lol+opensky', false, 200, 9_000)).toBe('aviation');
  expect(guessUnits('somebody', true, 200, 9_000)).toBe('metric');
  expect(guessUnits(undefined, false, 200, 9_000)).toBe('aviation');
});

test('vessels: types, words and what the number itself says', () => {
  expect([0, 30, 31, 52, 69, 70, 89, 99, 24, 45, 10, undefined].map(categoryOfType)).toEqual([
    undefined,
    'fishing',
    'towing',
    'tug',
    'passenger',
    'cargo',
    'tanker',
    'other',
    'wig',
    'high_speed',
    'other',
    undefined,
  ]);
  expect(['Cargo', 'law enforcement', 'Search and Rescue', 'zeppelin', 'Unknown'].map(categoryOfWord)).toEqual([
    'cargo',
    'law_enforcement',
    'sar',
    'other',
    undefined,
  ]);
  expect(['111232506', '002320001', '992351000', '982350001', '970012345', '232000001'].map(classOfMmsi)).toEqual([
    'sar_aircraft',
    'coast_station',
    'aid_to_navigation',
    'daughter_craft',
    'distress_beacon',
    undefined,
  ]);
});

test('elements: OMM first, TLE where there is nothing else or the OMM is broken', () => {
  const tle = {
    line1: '1 40059U 14037A   26323.09097222  .00000450  00000+0  10500-3 0  9997',
    line2: '2 40059  98.2050 210.1100 0001420  88.4210 271.7150 14.57102200660017',
  };
  const omm = {
    meanMotion: 15,
    eccentricity: 0.001,
    inclination: 53,
    raAscNode: 1,
    argPericenter: 2,
    meanAnomaly: 3,
    tleEpoch: '2026-11-19T06:00:00.000000',
  };
  expect(readElements({ ...tle, ...omm }, undefined, 40_059)).toMatchObject({ elements: { form: 'omm' } });
  expect(readElements({ ...tle, ...omm, eccentricity: 1 }, undefined, 40_059)).toMatchObject({
    elements: { form: 'tle' },
  });
  expect(readElements({ ...omm, meanMotion: 18.5 }, undefined, 1)).toEqual({ refused: 'elements' });
  expect(readElements(tle, undefined, 40_060)).toEqual({ refused: 'tle-mismatch' });
  expect(readElements({ ...tle, line1: tle.line1.slice(0, 60) }, undefined, 40_059)).toEqual({ refused: 'tle-length' });
  expect(readElements({}, undefined, 1)).toBeUndefined();
});

test('map commands are an allow-list with ranges', () => {
  expect(readMapCommand({ type: 'setZoom', zoom: 9 })).toEqual({ do: 'set-zoom', zoom: 9, confirm: false });
  expect(readMapCommand({ type: 'clearFilters' })).toEqual({ do: 'clear-filters', confirm: true });
  for (const bad of [
    { type: 'setZoom', zoom: 99 },
    { type: 'flyTo', center: [200, 0] },
    { type: 'flyTo', center: [1, 2], zoom: -1 },
    { type: 'panBy', offset: [1] },
    { type: 'eval', code: '1' },
    { type: 'constructor' },
    'flyTo',
    null,
  ])
    expect(readMapCommand(bad)).toBeUndefined();
});
