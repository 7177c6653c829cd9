import { between, chance, pick } from './chance.ts';
import { type Fix, follow, type Route, routeOf } from './route.ts';

/** Places that planes fly between; several pairs cross 180° or pass the pole. */
const HUBS: readonly (readonly [number, number])[] = [
  [-73.8, 40.6],
  [-87.9, 42],
  [-84.4, 33.6],
  [-118.4, 33.9],
  [-122.4, 37.6],
  [-80.3, 25.8],
  [-97, 32.9],
  [-79.6, 43.7],
  [-99.1, 19.4],
  [-104.7, 39.9],
  [-0.5, 51.5],
  [2.5, 49],
  [8.6, 50],
  [4.8, 52.3],
  [-3.6, 40.5],
  [12.2, 41.8],
  [28.7, 41.3],
  [37.4, 55.9],
  [23.9, 38],
  [139.8, 35.5],
  [126.4, 37.5],
  [116.6, 40.1],
  [121.8, 31.1],
  [113.9, 22.3],
  [121, 14.5],
  [101.7, 2.7],
  [104, 1.4],
  [100.7, 13.7],
  [106.7, -6.1],
  [55.4, 25.3],
  [51.6, 25.3],
  [46.7, 24.9],
  [77.1, 28.6],
  [72.9, 19.1],
  [77.7, 13.2],
  [-46.5, -23.4],
  [-58.5, -34.8],
  [31.4, 30.1],
  [28.2, -26.1],
  [151.2, -33.9],
];

const HEX_BASE = 0xf0_0000;
const KIND = 1;

/** One aircraft for ever; where it is follows from the time. */
export interface SimAircraft {
  readonly index: number;
  readonly hex: string;
  readonly callsign: string;
  readonly mps: number;
  readonly cruiseM: number;
  readonly route: Route;
  readonly squawk: string;
  readonly parked: boolean;
}

const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';

export function makeAircraft(index: number): SimAircraft {
  const of = (salt: number): number => chance(KIND, index, salt);
  const from = pick(HUBS, of(1));
  const to = pick(
    HUBS.filter((hub) => hub !== from),
    of(2),
  );
  const letters = pick([...LETTERS], of(3)) + pick([...LETTERS], of(4));
  const named = of(5);
  const hex = (HEX_BASE + index).toString(16);
  const emergency = index % 5_000 === 4_321;
  return {
    index,
    hex: of(6) < 0.01 ? `~${hex}` : hex,
    callsign:
      named < 0.03 ? 'Unknown' : named < 0.05 ? `RCH${100 + (index % 900)}` : `T${letters}${1 + (index % 9_999)}`,
    mps: between(70, 260, of(7)),
    cruiseM: Math.round(between(3_000, 12_500, of(8)) / 7.62) * 7.62,
    route: routeOf(from, to, between(70, 260, of(7)), of(9)),
    squawk: emergency ? pick(['7500', '7600', '7700'], of(10)) : String(1_000 + (index % 6_000)).replace(/[89]/g, '7'),
    parked: of(11) < 0.05,
  };
}

const fix: Fix = { lon: 0, lat: 0, trackDeg: 0, part: 0 };

/** Its numbers at a time, in SI. */
export interface AircraftNow {
  readonly lon: number;
  readonly lat: number;
  readonly altM: number;
  readonly mps: number;
  readonly trackDeg: number;
  readonly climbMps: number;
  readonly onGround: boolean;
}

export function aircraftAt(it: SimAircraft, ms: number): AircraftNow {
  follow(it.route, it.parked ? 0 : ms / 1_000, fix);
  const edge = Math.min(fix.part, 1 - fix.part) * it.route.seconds;
  const climbing = Math.min(1, (edge * 10) / it.cruiseM);
  return {
    lon: Math.round(fix.lon * 1e5) / 1e5,
    lat: Math.round(fix.lat * 1e5) / 1e5,
    altM: it.parked ? 0 : Math.round(it.cruiseM * climbing),
    mps: it.parked ? 0 : it.mps,
    trackDeg: Math.round(fix.trackDeg * 10) / 10,
    climbMps: it.parked || climbing >= 1 ? 0 : fix.part < 0.5 ? 10 : -7,
    onGround: it.parked,
  };
}

const FOOT_M = 0.3048;
const KNOT_MPS = 0.514444;
const FPM_MPS = 0.00508;

/** How one of the upstream's sources would say it. */
export function aircraftRecord(
  it: SimAircraft,
  at: number,
  source: 'opensky' | 'adsb.lol' | 'opensky+adsb.lol',
): object {
  const now = aircraftAt(it, at);
  const metric = source !== 'adsb.lol';
  return {
    id: `${metric ? 'osky' : 'lol'}-${it.hex}`,
    icao: metric ? it.hex : it.hex.toUpperCase(),
    callsign: metric ? it.callsign.padEnd(8) : it.callsign,
    lat: now.lat,
    lng: now.lon,
    altitude: metric ? now.altM : Math.round(now.altM / FOOT_M),
    heading: now.trackDeg,
    velocity: metric ? Math.round(now.mps * 10) / 10 : Math.round(now.mps / KNOT_MPS),
    verticalRate: metric ? now.climbMps : Math.round(now.climbMps / FPM_MPS),
    onGround: now.onGround,
    source,
    timestamp: new Date(at).toISOString(),
  };
}

/** As the entity socket has it: metres, and a time without a zone. */
export function aircraftEntity(it: SimAircraft, at: number): object {
  const now = aircraftAt(it, at);
  const time = new Date(at).toISOString().slice(0, 19);
  return {
    id: `06d3fa1e-5b1f-5ce9-9a51-${it.index.toString(16).padStart(12, '0')}`,
    type: 'aircraft',
    geometry: { type: 'Point', coordinates: [now.lon, now.lat, now.altM] },
    state: { altitude: now.altM, velocity: { x: now.mps, y: now.climbMps }, classification: null },
    time: { observed_at: time, valid_from: time },
    confidence: 0.86,
    source: 'opensky',
    properties: {
      icao24: it.hex,
      callsign: it.callsign,
      origin_country: 'Testland',
      velocity: now.mps,
      heading: now.trackDeg,
      vertical_rate: now.climbMps,
      on_ground: now.onGround,
      squawk: it.squawk,
    },
    s2_cell: '9f1c2b3a4d5e6f70',
  };
}
