import { expect, test } from 'vitest';
import type { CrepAircraft, CrepEvent, CrepRecord, CrepVessel } from '../../contract/upstream/crep.ts';
import type { Out } from '../out.ts';
import { ageOf, deviceStatus, eventStatus, rendering } from './age.ts';
import { hintsOf } from './kinds.ts';
import { readValue } from './read.ts';
import { CrepStore } from './store.ts';

const NOW = 1_795_176_000_000;
const iso = (ms: number): string => new Date(ms).toISOString();

function startStore() {
  const store = new CrepStore();
  const told: string[] = [];
  const out: Out = {
    put: (part, key) => told.push(`put ${part} ${key}`),
    remove: (part, keys) => told.push(`remove ${part} ${keys.join()}`),
    replace: () => undefined,
    event: () => undefined,
    rows: () => undefined,
    gap: () => undefined,
    count: (what, reason) => told.push(`${what}:${reason}`),
  };
  const read = (value: unknown, { now = NOW, everyMs = 0, path = '/api/x' } = {}) =>
    readValue(value, store, out, { now, simulated: false, everyMs, hints: hintsOf(path) });
  return { store, out, read, told };
}

const plane = (change: object) => ({
  aircraft: [
    {
      icao: 'abc123',
      callsign: 'TST1',
      lat: 10,
      lng: 20,
      altitude: 9_000,
      heading: 90,
      velocity: 200,
      source: 'opensky',
      timestamp: iso(NOW),
      ...change,
    },
  ],
});
const ship = (change: object) => ({
  vessels: [
    {
      mmsi: '338990001',
      name: 'TESTER',
      lat: 32.69,
      lng: -117.17,
      sog: 6,
      cog: 10,
      source: 'aisstream',
      timestamp: iso(NOW),
      ...change,
    },
  ],
});

test('the same answer again publishes nothing, and a newer one only what moved', () => {
  const { store, out, read, told } = startStore();
  const two = { aircraft: [...plane({}).aircraft, { ...plane({}).aircraft[0], icao: 'abc124' }] };
  read(two);
  expect(store.publish('aircraft', out)).toBe(2);
  read(two);
  expect(store.publish('aircraft', out)).toBe(0);
  read(plane({ lng: 20.01, timestamp: iso(NOW + 5_000) }), { now: NOW + 5_000 });
  expect(store.publish('aircraft', out)).toBe(1);
  expect(told.filter((line) => line.startsWith('put')).at(-1)).toBe('put aircraft aircraft:abc123');
});

test('a fix without a time that has not moved is not made new by being said again', () => {
  const { store, read } = startStore();
  const without = plane({ timestamp: undefined });
  read(without);
  read(without, { now: NOW + 60_000 });
  const it = store.get('aircraft:abc123') as CrepRecord;
  expect(it.at).toBe(NOW);
  expect(ageOf(it, NOW + 60_000)).toBe('ageing');
  expect(it.flags).toContain('time-estimated');
});

test('a jump is held until a second report agrees; one that goes back was a mistake', () => {
  const { store, read } = startStore();
  read(ship({}));
  read(ship({ lat: 48.2, lng: 16.3, timestamp: iso(NOW + 10_000) }), { now: NOW + 10_000 });
  const it = store.get('vessel:338990001') as CrepVessel;
  expect([it.lon, it.lat, it.at]).toEqual([-117.17, 32.69, NOW]);
  expect(it.flags).toContain('teleport');
  // The very same report is no second one.
  read(ship({ lat: 48.2, lng: 16.3, timestamp: iso(NOW + 10_000) }), { now: NOW + 11_000 });
  expect(it.lat).toBe(32.69);
  read(ship({ lat: 48.21, lng: 16.31, timestamp: iso(NOW + 20_000) }), { now: NOW + 20_000 });
  expect([it.lon, it.lat]).toEqual([16.31, 48.21]);
  expect(it.flags).not.toContain('teleport');

  read(plane({}));
  read(plane({ lat: -40, timestamp: iso(NOW + 5_000) }));
  read(plane({ lat: 10.01, timestamp: iso(NOW + 10_000) }));
  const other = store.get('aircraft:abc123') as CrepAircraft;
  expect(other.lat).toBe(10.01);
  expect(other.flags).not.toContain('teleport');
});

test('of one moment the last wins, as long as both can be right', () => {
  const { store, read } = startStore();
  read(plane({}));
  read(plane({ lng: 20.03 }));
  expect(store.get('aircraft:abc123')).toMatchObject({ lon: 20.03, flags: [] });
  read(plane({ lng: 60 }));
  expect(store.get('aircraft:abc123')).toMatchObject({ lon: 20.03, flags: ['teleport'] });
});

test('a name that came first does not make the first position late', () => {
  const { store, read } = startStore();
  const frame = (kind: string, time: string, message: object) => ({
    MessageType: kind,
    MetaData: { MMSI: 257990051, ShipName: 'TEST FARM   ', time_utc: time },
    Message: { [kind]: message },
  });
  read(frame('ShipStaticData', '2026-11-20 11:59:59.5 +0000 UTC', { Name: 'TEST FARM@@', Type: 55 }));
  read(frame('PositionReport', '2026-11-20 11:59:58 +0000 UTC', { Latitude: 66, Longitude: 12, Sog: 12.4, Cog: 308 }));
  expect(store.get('vessel:257990051')).toMatchObject({
    lon: 12,
    lat: 66,
    label: 'TEST FARM',
    category: 'law_enforcement',
  });
});

test('flags of one report go with the next; an emergency ends when another squawk says so', () => {
  const { store, read } = startStore();
  const at = (step: number, change: object) =>
    read(plane({ timestamp: iso(NOW + step * 1_000), lng: 20 + step / 1_000, ...change }), { now: NOW + step * 1_000 });
  at(0, { squawk: '7700', source: 'opensky+adsb.lol' });
  const it = store.get('aircraft:abc123') as CrepAircraft;
  expect(it.flags).toEqual(['emergency', 'units-guessed']);
  at(1, {});
  expect(it.flags).toEqual(['emergency']);
  at(2, { squawk: '1000' });
  expect(it.flags).toEqual([]);
});

test('removed by its source it is gone at once, and whoever never saw it is told nothing', () => {
  const { store, out, read, told } = startStore();
  read(ship({}));
  store.publish('vessel', out);
  read({ type: 'vessels', action: 'remove', data: { mmsi: '338990001' } });
  store.publish('vessel', out);
  expect(told.at(-1)).toBe('remove vessels vessel:338990001');
  read(ship({ mmsi: '338990002' }));
  read({ type: 'vessels', action: 'remove', data: { mmsi: '338990002' } });
  store.publish('vessel', out);
  expect(told.at(-1)).toBe('remove vessels vessel:338990001');
});

test('forgotten after its time without a report, unless somebody keeps it or it is an emergency', () => {
  const { store, out, read } = startStore();
  read(plane({}));
  read(plane({ icao: 'abc124' }));
  read(plane({ icao: 'abc125', squawk: '7600' }));
  store.keep(['aircraft:abc124']);
  store.sweep(NOW + 16 * 60_000, out);
  expect(['abc123', 'abc124', 'abc125'].map((hex) => store.get(`aircraft:${hex}`) !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
});

test('what is asked seldom may be older before it is called old', () => {
  const { store, read } = startStore();
  read(plane({}), { everyMs: 30_000 });
  const it = store.get('aircraft:abc123') as CrepRecord;
  expect([60, 64, 66, 200, 301].map((s) => ageOf(it, NOW + s * 1_000))).toEqual([
    'fresh',
    'fresh',
    'stale',
    'stale',
    'off-map',
  ]);
});

test('an old fix that is told again and again stays listed, and is not on the map', () => {
  const { store, out, read } = startStore();
  for (let minute = 0; minute < 10; minute++) {
    read(ship({ timestamp: iso(NOW - 9 * 3_600_000) }), { now: NOW + minute * 60_000 });
    store.sweep(NOW + minute * 60_000, out);
  }
  const it = store.get('vessel:338990001') as CrepRecord;
  expect(rendering(it, NOW + 600_000)).toBe('off');
});

test('a flare whose id is new at every fetch stays one event', () => {
  const { store, read } = startStore();
  for (const fetched of [1, 2, 3]) {
    const flare = {
      id: `noaa-flare-0-${fetched}`,
      type: 'solar_flare',
      title: 'M1.4 Solar Flare',
      timestamp: iso(NOW),
      location: { latitude: 0, longitude: 0 },
    };
    read({ events: [flare] }, { path: '/api/natureos/global-events' });
  }
  expect(store.count('event')).toBe(1);
});

test('"active" after its end is expired, "online" with an old contact is offline', () => {
  const { store, read } = startStore();
  read({
    events: [
      {
        id: 'e1',
        type: 'storm',
        title: 'x',
        status: 'active',
        timestamp: iso(NOW),
        expiresAt: iso(NOW + 1_000),
        location: { latitude: 1, longitude: 2 },
      },
    ],
  });
  const event = store.get('event:e1') as CrepEvent;
  expect([eventStatus(event, NOW), eventStatus(event, NOW + 2_000), ageOf(event, NOW + 2_000)]).toEqual([
    'active',
    'expired',
    'expired',
  ]);
  read({ devices: [{ id: 'd1', status: 'online', last_seen: iso(NOW) }] });
  const device = store.get('device:d1');
  if (device?.kind !== 'device') throw new Error('there is no device');
  expect([deviceStatus(device, NOW + 299_000), deviceStatus(device, NOW + 301_000)]).toEqual(['online', 'offline']);
});

test('better elements replace older ones; broken ones erase nothing', () => {
  const { store, read } = startStore();
  const satellite = (change: object) => ({
    satellites: [
      {
        noradId: 900_001,
        name: 'S',
        meanMotion: 15,
        eccentricity: 0.001,
        inclination: 53,
        raAscNode: 1,
        argPericenter: 2,
        meanAnomaly: 3,
        tleEpoch: iso(NOW - 86_400_000),
        timestamp: iso(NOW),
        ...change,
      },
    ],
  });
  read(satellite({}));
  read(satellite({ tleEpoch: iso(NOW - 3_600_000), meanMotion: 15.1 }));
  read(satellite({ tleEpoch: iso(NOW - 1_000), eccentricity: 2 }));
  read(satellite({ tleEpoch: iso(NOW - 200_000_000) }));
  expect(store.get('satellite:900001')).toMatchObject({ elements: { meanMotion: 15.1 }, noElements: undefined });
});
