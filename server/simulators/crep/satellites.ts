import { between, chance } from './chance.ts';

const KIND = 3;
const DAY_MS = 86_400_000;

/**
 * Shells of invented satellites. Elements only: their places on the wire are 0, 0. Numbers have six digits and no TLE form; every tenth
 * has five, and TLE lines besides.
 */
export function satelliteRecord(index: number, startMs: number): object {
  const of = (salt: number): number => chance(KIND, index, salt);
  const shell = of(1);
  const low = shell < 0.93;
  const walker = shell < 0.6;
  const polar = !walker && shell < 0.8;
  const navigation = !low && shell < 0.96;
  const elliptical = shell >= 0.995;
  const old = index % 300 === 299;
  if (index % 1_500 === 1_499) return decayed(index, startMs);
  const epoch = new Date(startMs - of(2) * 2 * DAY_MS - (old ? 25 * DAY_MS : 0));
  const elements = {
    inclination: round(
      walker
        ? 53.05
        : polar
          ? between(96.5, 98.9, of(3))
          : navigation
            ? 55
            : elliptical
              ? 63.4
              : low
                ? between(30, 90, of(3))
                : between(0, 8, of(3)),
      4,
    ),
    meanMotion: round(
      walker
        ? 15.06
        : polar
          ? between(14.4, 15.2, of(4))
          : navigation
            ? 2.0056
            : elliptical
              ? 2.006
              : low
                ? between(13, 15.5, of(4))
                : 1.0027,
      8,
    ),
    eccentricity: round(elliptical ? 0.72 : between(0.0001, 0.003, of(5)), 7),
    raAscNode: round(of(6) * 360, 4),
    argPericenter: round(elliptical ? 270 : of(7) * 360, 4),
    meanAnomaly: round(of(8) * 360, 4),
    bstar: low ? round(between(1e-5, 5e-4, of(9)), 8) : 0,
  };
  const base = {
    name: `SYN-${index}`,
    lat: 0,
    lng: 0,
    altitude: null,
    velocity: null,
    country: 'TST',
    orbitType: low ? (polar ? 'SSO' : 'LEO') : elliptical ? 'HEO' : navigation ? 'MEO' : 'GEO',
    objectType: index % 17 === 0 ? 'ROCKET BODY' : 'PAYLOAD',
    timestamp: new Date(startMs).toISOString(),
  };
  if (index % 10 !== 0) {
    return {
      ...base,
      id: `ct-${900_000 + index}`,
      noradId: 900_000 + index,
      period: round(1_440 / elements.meanMotion, 2),
      source: 'celestrak',
      tleEpoch: epoch.toISOString().replace('Z', '000'),
      ...elements,
    };
  }
  const noradId = 80_000 + index / 10;
  return {
    ...base,
    id: `satnogs-${noradId}`,
    noradId,
    period: null,
    inclination: null,
    source: 'satnogs',
    tleEpoch: epoch.toISOString(),
    ...linesOf(noradId, epoch, elements),
  };
}

/** It came down long ago: SGP4 must give no place for it. */
const decayed = (index: number, startMs: number): object => ({
  id: `ct-${900_000 + index}`,
  noradId: 900_000 + index,
  name: `SYN-DECAYED-${index}`,
  lat: 0,
  lng: 0,
  altitude: null,
  velocity: null,
  orbitType: 'LEO',
  objectType: 'DEBRIS',
  country: 'TST',
  source: 'celestrak',
  timestamp: new Date(startMs).toISOString(),
  tleEpoch: new Date(startMs - 111 * DAY_MS).toISOString().replace('Z', '000'),
  inclination: 51.6,
  meanMotion: 16.35,
  eccentricity: 0.0009,
  raAscNode: 10,
  argPericenter: 20,
  meanAnomaly: 30,
  bstar: 0.02,
});

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

interface Elements {
  readonly inclination: number;
  readonly meanMotion: number;
  readonly eccentricity: number;
  readonly raAscNode: number;
  readonly argPericenter: number;
  readonly meanAnomaly: number;
  readonly bstar: number;
}

function linesOf(noradId: number, epoch: Date, it: Elements): { readonly line1: string; readonly line2: string } {
  const year = epoch.getUTCFullYear();
  const day = (epoch.getTime() - Date.UTC(year, 0, 1)) / DAY_MS + 1;
  const angle = (value: number): string => value.toFixed(4).padStart(8);
  const line1 = `1 ${noradId}U 26900A   ${String(year).slice(2)}${day.toFixed(8).padStart(12, '0')}  .00000000  00000+0 ${exponent(it.bstar)} 0  999`;
  const line2 = `2 ${noradId} ${angle(it.inclination)} ${angle(it.raAscNode)} ${it.eccentricity.toFixed(7).slice(2)} ${angle(it.argPericenter)} ${angle(it.meanAnomaly)} ${it.meanMotion.toFixed(8).padStart(11)}    1`;
  return { line1: withChecksum(line1), line2: withChecksum(line2) };
}

/** `1.05e-4` as ` 10500-3`: a point before the digits that is not written. */
function exponent(value: number): string {
  if (value === 0) return ' 00000+0';
  const power = Math.floor(Math.log10(value)) + 1;
  const digits = Math.min(99_999, Math.round((value / 10 ** power) * 100_000));
  return ` ${String(digits).padStart(5, '0')}${power > 0 ? '+' : '-'}${Math.abs(power)}`;
}

function withChecksum(line: string): string {
  let sum = 0;
  for (const character of line)
    sum += character === '-' ? 1 : character >= '0' && character <= '9' ? Number(character) : 0;
  return `${line}${sum % 10}`;
}
