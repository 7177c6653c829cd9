import { mercatorClip } from '../../../upstreams/crep/geo/angles.ts';
import { EARTH_M } from '../../../upstreams/crep/geo/sphere.ts';

const RAD = Math.PI / 180;

/** Web Mercator of the whole world in 0 … 1; y grows to the south. */
export const mercatorX = (lon: number): number => (lon + 180) / 360;
export const mercatorY = (lat: number): number => yOfSine(sineOfLat(lat));

/** What both `y` and the scale of a latitude are made of: thousands of reports a second need it once each. */
export const sineOfLat = (lat: number): number => Math.sin(mercatorClip(lat) * RAD);
export const yOfSine = (sine: number): number => 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);

export const lonOf = (x: number): number => x * 360 - 180;
export const latOf = (y: number): number => Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) / RAD;

/** Mercator per metre at a latitude: the map is stretched away from the equator. */
export const perMetre = (lat: number): number => perMetreOfSine(sineOfLat(lat));
export const perMetreOfSine = (sine: number): number =>
  1 / (2 * Math.PI * EARTH_M * Math.max(0.01, Math.sqrt(1 - sine * sine)));

/** Sines of whole degrees, one turn and the next. */
const SINES = Float64Array.from({ length: 362 }, (_, degree) => Math.sin(degree * RAD));

/** The sine of an angle in degrees, to 4 in 100,000: half a metre at the end of a minute's flight. */
export function sineOf(degrees: number): number {
  const turned = degrees - 360 * Math.floor(degrees / 360);
  const whole = Math.floor(turned);
  const from = SINES[whole] ?? 0;
  return from + (turned - whole) * ((SINES[whole + 1] ?? 0) - from);
}
