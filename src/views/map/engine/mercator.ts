import { mercatorClip } from '../../../upstreams/crep/geo/angles.ts';
import { EARTH_M } from '../../../upstreams/crep/geo/sphere.ts';

const RAD = Math.PI / 180;

/** Web Mercator of the whole world in 0 … 1; y grows to the south. */
export const mercatorX = (lon: number): number => (lon + 180) / 360;
export function mercatorY(lat: number): number {
  const sin = Math.sin(mercatorClip(lat) * RAD);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
}

export const lonOf = (x: number): number => x * 360 - 180;
export const latOf = (y: number): number => Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) / RAD;

/** Mercator per metre at a latitude: the map is stretched away from the equator. */
export const perMetre = (lat: number): number =>
  1 / (2 * Math.PI * EARTH_M * Math.max(0.01, Math.cos(mercatorClip(lat) * RAD)));
