import { between, chance, pick } from './chance.ts';
import { type Fix, follow, type Route, routeOf } from './route.ts';

const PORTS: readonly (readonly [number, number])[] = [
  [4.1, 51.9],
  [9.9, 53.9],
  [-5.6, 36],
  [32.3, 31.3],
  [43.4, 12.6],
  [56.3, 26.5],
  [72.8, 18.9],
  [80.2, 6],
  [100.3, 5.5],
  [103.8, 1.2],
  [114.2, 22.2],
  [121.9, 31.2],
  [129.1, 35],
  [139.8, 35.4],
  [-122.5, 37.7],
  [-118.2, 33.7],
  [-79.5, 8.9],
  [-79.9, 9.4],
  [-95, 29.3],
  [-74, 40.5],
  [18.4, -34],
  [-43.2, -23],
  [151.3, -33.9],
  [174.9, -36.8],
  [-157.9, 21.3],
  [178.4, -18.2],
  [-171.8, -13.8],
  [165.4, 60],
  [-166.5, 53.9],
  [25, 60.1],
];

/** Country codes that, as far as is known, nobody holds. */
const PREFIXES = [200, 300, 400, 500, 600, 700];
const TYPES = [70, 70, 79, 80, 89, 30, 30, 52, 31, 36, 37, 60, 69, 40, 50, 55, 33, 0];
const KIND = 2;

export interface SimVessel {
  readonly mmsi: string;
  readonly name: string;
  readonly type: number;
  readonly knots: number;
  readonly route: Route;
  readonly moored: boolean;
  readonly silentHeading: boolean;
}

export function makeVessel(index: number): SimVessel {
  const of = (salt: number): number => chance(KIND, index, salt);
  const from = pick(PORTS, of(1));
  const to = pick(
    PORTS.filter((port) => port !== from),
    of(2),
  );
  const moored = of(3) < 0.6;
  const knots = between(4, 22, of(4));
  const special = ['00200', '99200', '111200', '970200'][index % 997];
  return {
    mmsi:
      special === undefined
        ? `${pick(PREFIXES, of(5))}${String(index).padStart(6, '0')}`
        : `${special}${String(Math.floor(index / 997)).padStart(9 - special.length, '0')}`,
    name: of(6) < 0.05 ? 'Unknown' : `SYN ${pick(['ALDER', 'BIRCH', 'CEDAR', 'EBONY', 'HAZEL'], of(7))} ${index}`,
    type: pick(TYPES, of(8)),
    knots: moored ? 0.1 : knots,
    route: routeOf(from, to, knots * 0.514444, of(9)),
    moored,
    silentHeading: of(10) < 0.3,
  };
}

const fix: Fix = { lon: 0, lat: 0, trackDeg: 0, part: 0 };

function vesselAt(it: SimVessel, ms: number): Fix {
  follow(it.route, it.moored ? 0 : ms / 1_000, fix);
  fix.lon = Math.round(fix.lon * 1e5) / 1e5;
  fix.lat = Math.round(fix.lat * 1e5) / 1e5;
  return fix;
}

/** Of the registry: AIS's words for "not available" come through. */
export function vesselRecord(it: SimVessel, at: number): object {
  const now = vesselAt(it, at);
  const course = Math.round(now.trackDeg * 10) / 10;
  return {
    id: `ais_${it.mmsi}`,
    mmsi: it.mmsi,
    name: it.name,
    lat: now.lat,
    lng: now.lon,
    sog: it.silentHeading && it.moored ? 102.3 : it.knots,
    cog: it.moored ? 360 : course,
    heading: it.silentHeading ? 511 : Math.round(course) % 360,
    shipType: it.type === 30 ? 'fishing' : it.type === 0 ? null : it.type,
    destination: it.moored ? null : 'SYN HARBOUR@@@',
    source: 'aisstream',
    timestamp: new Date(at).toISOString(),
  };
}

export function vesselEntity(it: SimVessel, at: number): object {
  const now = vesselAt(it, at);
  const time = new Date(at).toISOString();
  return {
    id: `vessel-${it.mmsi}`,
    type: 'vessel',
    geometry: { type: 'Point', coordinates: [now.lon, now.lat] },
    state: { heading: Math.round(now.trackDeg) % 360 },
    time: { observed_at: time, valid_from: time },
    confidence: 0.9,
    source: 'ais',
    properties: { mmsi: it.mmsi, speed: it.knots, heading: Math.round(now.trackDeg) % 360 },
    s2_cell: '',
  };
}
