import { readElements } from '../../../../src/upstreams/crep/elements.ts';
import { geodeticAt, gmstAt, temeAt } from '../../../../src/upstreams/crep/orbit/propagate.ts';
import { type Orbit, orbitOf } from '../../../../src/upstreams/crep/orbit/satrec.ts';
import type { VectorLine } from '../ndjson-file.ts';
import { type Fields, fieldsOf } from './line.ts';

/** Elements are read as from an answer, then propagated as the orbit worker does. */
export function checkOrbit(line: VectorLine): string | undefined {
  const lines = Array.isArray(line.tle) ? line.tle.map(String) : undefined;
  const item = lines === undefined ? fieldsOf(line.omm) : { line1: lines[0], line2: lines[1] };
  const read = readElements(item, undefined, undefined);
  if (read === undefined || 'refused' in read)
    return `the elements were not read: ${read?.refused ?? 'there are none'}`;
  const form = lines === undefined ? 'omm' : 'tle';
  if (read.elements.form !== form) return `read as ${read.elements.form}`;
  const orbit = orbitOf(read.elements);
  const expect = fieldsOf(line.expect);
  const tolerance = fieldsOf(line.tol);
  if (line.op === 'propagate_minutes') {
    if (orbit === undefined) return 'SGP4 refuses the elements';
    return firstOf(expect.minutes, (at) => checkState(at, orbit, Number(at.min), tolerance));
  }
  return firstOf(expect.positions, (at) => checkPosition(at, orbit, tolerance));
}

function firstOf(list: unknown, check: (fields: Fields) => string | undefined): string | undefined {
  if (!Array.isArray(list) || list.length === 0) return 'there is nothing to compare with';
  for (const one of list) {
    const problem = check(fieldsOf(one));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkPosition(at: Fields, orbit: Orbit | undefined, tolerance: Fields): string | undefined {
  const tMs = Number(at.t_ms);
  const place = new Float64Array(3);
  const found = orbit !== undefined && geodeticAt(orbit, tMs, gmstAt(tMs), place, 0);
  if (at.result === null) return found ? `a point at ${tMs}: ${place.join(', ')}` : undefined;
  if (!found || orbit === undefined) return `no point at ${tMs}`;
  const [lon = 0, lat = 0, km = 0] = place;
  const degrees = Number(tolerance.lat_lon_deg);
  if (Math.abs(lat - Number(at.lat)) > degrees) return `latitude ${lat} at ${tMs}, expected ${String(at.lat)}`;
  const away = Math.abs(lon - Number(at.lon)) % 360;
  if (Math.min(away, 360 - away) > degrees) return `longitude ${lon} at ${tMs}, expected ${String(at.lon)}`;
  if (Math.abs(km - Number(at.alt_km)) > Number(tolerance.alt_km))
    return `height ${km} at ${tMs}, expected ${String(at.alt_km)}`;
  return checkState(at, orbit, (tMs - orbit.epochMs) / 60_000, tolerance);
}

/** Velocities are in km/s, where a thousandth of the position's tolerance is as strict. */
function checkState(at: Fields, orbit: Orbit, minutes: number, tolerance: Fields): string | undefined {
  const state = temeAt(orbit, minutes);
  if (at.result === null) return state === undefined ? undefined : `a state at ${minutes} min`;
  if (state === undefined) return `no state at ${minutes} min`;
  const km = Number(tolerance.teme_km);
  return (
    checkVector('position', at.teme_km, state.position, km) ??
    checkVector('velocity', at.teme_kms, state.velocity, km / 100)
  );
}

function checkVector(
  name: string,
  expected: unknown,
  actual: { readonly x: number; readonly y: number; readonly z: number },
  tolerance: number,
): string | undefined {
  if (!Array.isArray(expected)) return undefined;
  const got = [actual.x, actual.y, actual.z];
  return got.every((value, index) => Math.abs(value - Number(expected[index])) <= tolerance)
    ? undefined
    : `${name}: expected ${expected.join(', ')}, got ${got.join(', ')}`;
}
