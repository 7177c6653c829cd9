import { mercatorClip } from '../../../upstreams/crep/geo/angles.ts';
import { EARTH_M } from '../../../upstreams/crep/geo/sphere.ts';

const RAD = Math.PI / 180;

/** The whole world at zoom 0, px. */
export const TILE_PX = 512;

/** Web Mercator of the whole world in 0 … 1; y grows to the south. */
export const mercatorX = (lon: number): number => (lon + 180) / 360;
export const mercatorY = (lat: number): number => yOf(mercatorClip(lat));
function yOf(lat: number): number {
  const sine = Math.sin(lat * RAD);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export const lonOf = (x: number): number => x * 360 - 180;
export const latOf = (y: number): number => Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) / RAD;

/** Mercator per metre at a latitude: the map is stretched away from the equator. */
export const perMetre = (lat: number): number =>
  1 / (2 * Math.PI * EARTH_M * Math.max(0.01, Math.cos(mercatorClip(lat) * RAD)));

/** Steps of a degree. Between two of them a line is off by 20 cm, near the map's edge by less than a metre. */
const STEPS = 64;
/** `y` of the north, a step each, to beyond the map's edge. */
const NORTH = Float64Array.from({ length: 86 * STEPS }, (_, step) => yOf(step / STEPS));
const PER_STEP = (STEPS * 180) / (Math.PI * EARTH_M);

/** Where a latitude is in `stepsOf`'s table: thousands of reports a second need `y` and scale, and neither to the centimetre. */
export const stepsOf = (lat: number): number => Math.abs(mercatorClip(lat)) * STEPS;

/** `y` at so many steps from the equator, to the north; of the south it is 1 − `y`. */
export function northAt(steps: number): number {
  const whole = Math.floor(steps);
  const from = NORTH[whole] ?? 0;
  return from + (steps - whole) * ((NORTH[whole + 1] ?? 0) - from);
}

/** Mercator per metre there: how steep the table is. */
export function perMetreAt(steps: number): number {
  const whole = Math.floor(steps);
  return ((NORTH[whole] ?? 0) - (NORTH[whole + 1] ?? 0)) * PER_STEP;
}

/** Sines of whole degrees, one turn and the next. */
const SINES = Float64Array.from({ length: 362 }, (_, degree) => Math.sin(degree * RAD));

/** The sine of an angle in degrees, to 4 in 100,000: half a metre at the end of a minute's flight. */
export function sineOf(degrees: number): number {
  const turned = degrees - 360 * Math.floor(degrees / 360);
  const whole = Math.floor(turned);
  const from = SINES[whole] ?? 0;
  return from + (turned - whole) * ((SINES[whole + 1] ?? 0) - from);
}
