import type { OrbitElements } from '../../contract/upstream/crep.ts';
import { firstNumber } from './common.ts';
import { catalogueOf } from './identity.ts';
import { type Json, objectOf, stringOf } from './json.ts';
import { parseExactTime } from './time.ts';

/** Elements of a satellite, or why there are none; undefined when it brought nothing at all. */
export type ElementsRead = { readonly elements: OrbitElements } | { readonly refused: string } | undefined;

const MOST_REV_PER_DAY = 18;

/** OMM elements first, TLE lines second: new objects have no TLE form (crep §6.11). */
export function readElements(item: Json, properties: Json | undefined, catalogue: number | undefined): ElementsRead {
  const omm = readOmm(item, properties);
  if (omm !== undefined && 'elements' in omm) return omm;
  const lines = linesOf(item) ?? (properties === undefined ? undefined : linesOf(properties));
  if (lines === undefined) return omm;
  return readTle(lines[0], lines[1], catalogue);
}

export function linesOf(item: Json): readonly [line1: string, line2: string] | undefined {
  const tle = objectOf(item.tle);
  const line1 = stringOf(item.line1 ?? item.tle1 ?? item.tle_line1 ?? item.TLE_LINE1 ?? tle?.line1);
  const line2 = stringOf(item.line2 ?? item.tle2 ?? item.tle_line2 ?? item.TLE_LINE2 ?? tle?.line2);
  return line1 === undefined || line2 === undefined ? undefined : [line1.trimEnd(), line2.trimEnd()];
}

function readOmm(item: Json, properties: Json | undefined): ElementsRead {
  const field = (camel: string, upper: string): number | undefined =>
    firstNumber(item[camel], item[upper], properties?.[camel], properties?.[upper]);
  const meanMotion = field('meanMotion', 'MEAN_MOTION');
  if (meanMotion === undefined) return undefined;
  const epoch = parseExactTime(
    item.tleEpoch ??
      item.epoch ??
      item.EPOCH ??
      properties?.epoch ??
      properties?.tleEpoch ??
      properties?.EPOCH ??
      objectOf(item.tle)?.epoch ??
      objectOf(objectOf(item.provenance)?.metadata)?.epoch,
  );
  const eccentricity = field('eccentricity', 'ECCENTRICITY');
  const inclination =
    field('inclination', 'INCLINATION') ?? firstNumber(item.inclination_deg, objectOf(item.orbitalParams)?.inclination);
  const raan = field('raAscNode', 'RA_OF_ASC_NODE');
  const argPericenter = field('argPericenter', 'ARG_OF_PERICENTER');
  const meanAnomaly = field('meanAnomaly', 'MEAN_ANOMALY');
  if (
    epoch === undefined ||
    eccentricity === undefined ||
    inclination === undefined ||
    raan === undefined ||
    argPericenter === undefined ||
    meanAnomaly === undefined ||
    !(eccentricity >= 0 && eccentricity < 1) ||
    !(meanMotion > 0 && meanMotion <= MOST_REV_PER_DAY)
  )
    return { refused: 'elements' };
  const bstar = field('bstar', 'BSTAR') ?? 0;
  return {
    elements: {
      form: 'omm',
      epochMs: epoch,
      meanMotion,
      eccentricity,
      inclination,
      raan,
      argPericenter,
      meanAnomaly,
      bstar,
    },
  };
}

const TLE_CHARS = 69;

function readTle(line1: string, line2: string, catalogue: number | undefined): ElementsRead {
  if (line1.length !== TLE_CHARS || line2.length !== TLE_CHARS || !line1.startsWith('1 ') || !line2.startsWith('2 '))
    return { refused: 'tle-length' };
  if (!hasChecksum(line1) || !hasChecksum(line2)) return { refused: 'tle-checksum' };
  const number = catalogueOf(line1.slice(2, 7));
  if (number === undefined || number !== catalogueOf(line2.slice(2, 7))) return { refused: 'tle-mismatch' };
  if (catalogue !== undefined && catalogue !== number) return { refused: 'tle-mismatch' };
  const epochMs = tleEpoch(line1);
  const fields = [line2.slice(8, 16), line2.slice(17, 25), line2.slice(34, 42), line2.slice(43, 51)].map(Number);
  const eccentricity = Number(`0.${line2.slice(26, 33).replaceAll(' ', '0')}`);
  const meanMotion = Number(line2.slice(52, 63));
  const sound =
    epochMs !== undefined &&
    fields.every(Number.isFinite) &&
    eccentricity >= 0 &&
    eccentricity < 1 &&
    meanMotion > 0 &&
    meanMotion <= MOST_REV_PER_DAY;
  return sound ? { elements: { form: 'tle', epochMs, line1, line2 } } : { refused: 'elements' };
}

/** The last digit is the sum of the others, a minus counting one. */
function hasChecksum(line: string): boolean {
  let sum = 0;
  for (let at = 0; at < TLE_CHARS - 1; at++) {
    const code = line.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) sum += code - 0x30;
    else if (code === 0x2d) sum += 1;
  }
  return line.charCodeAt(TLE_CHARS - 1) - 0x30 === sum % 10;
}

/** Two digits of the year (57 and above: the last century), then the day with its fraction, 1 January being 1. */
function tleEpoch(line1: string): number | undefined {
  const year = Number(line1.slice(18, 20));
  const day = Number(line1.slice(20, 32));
  if (!Number.isInteger(year) || !(day >= 1 && day < 367)) return undefined;
  return Date.UTC(year < 57 ? 2_000 + year : 1_900 + year, 0, 1) + (day - 1) * 86_400_000;
}

/** The catalogue number that is in the first line. */
export const tleCatalogue = (lines: readonly [string, string] | undefined): number | undefined =>
  lines === undefined ? undefined : catalogueOf(lines[0].slice(2, 7));
