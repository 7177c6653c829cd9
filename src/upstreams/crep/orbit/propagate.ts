import { checkForDecay, type PositionAndVelocity, sgp4 } from 'satellite.js';
import type { Orbit } from './satrec.ts';

/** Position and velocity in TEME, km and km/s; undefined when SGP4 gives none or the object has decayed. */
export function temeAt(orbit: Orbit, minutes: number): PositionAndVelocity | undefined {
  const state = sgp4(orbit.satrec, minutes);
  // SGP4 alone goes on to invent places for what came down long ago.
  return state === null || checkForDecay(orbit.satrec) ? undefined : state;
}

const KM_EQUATOR = 6378.137;
const FLATTENING = (6378.137 - 6356.7523142) / 6378.137;
const E2 = 2 * FLATTENING - FLATTENING * FLATTENING;
/** Lower it burns, higher it is none of Earth's (crep §6.11). */
export const LEAST_KM = 80;
export const MOST_KM = 500_000;
const RAD = Math.PI / 180;

/** Writes degrees and km at `at`; false (and NaN) when there is no point. */
export function geodeticAt(
  orbit: Orbit,
  tMs: number,
  gmst: number,
  to: Float64Array | Float32Array,
  at: number,
): boolean {
  const state = temeAt(orbit, (tMs - orbit.epochMs) / 60_000);
  if (state !== undefined) {
    const { x, y, z } = state.position;
    const flat = Math.sqrt(x * x + y * y);
    let lat = Math.atan2(z, flat * (1 - E2));
    let prime = 0;
    // Three rounds are below a millimetre for everything that is above the ground.
    for (let round = 0; round < 3; round++) {
      const sin = Math.sin(lat);
      prime = KM_EQUATOR / Math.sqrt(1 - E2 * sin * sin);
      lat = Math.atan2(z + E2 * prime * sin, flat);
    }
    const cos = Math.cos(lat);
    const km = cos > 1e-6 ? flat / cos - prime : Math.abs(z) / Math.abs(Math.sin(lat)) - prime * (1 - E2);
    if (km >= LEAST_KM && km <= MOST_KM) {
      let lon = (Math.atan2(y, x) - gmst) / RAD;
      lon = ((((lon + 180) % 360) + 360) % 360) - 180;
      to[at] = lon;
      to[at + 1] = lat / RAD;
      to[at + 2] = km;
      return true;
    }
  }
  to[at] = to[at + 1] = to[at + 2] = Number.NaN;
  return false;
}

/** Greenwich mean sidereal time, radians (Vallado; UT1 taken as UTC). */
export function gmstAt(tMs: number): number {
  const centuries = (tMs / 86_400_000 + 2_440_587.5 - 2_451_545) / 36_525;
  const seconds =
    -6.2e-6 * centuries ** 3 +
    0.093104 * centuries ** 2 +
    (876_600 * 3_600 + 8_640_184.812866) * centuries +
    67_310.54841;
  const radians = ((seconds * RAD) / 240) % (2 * Math.PI);
  return radians < 0 ? radians + 2 * Math.PI : radians;
}
