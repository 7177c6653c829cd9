import type { Feature, Position } from 'geojson';
import type { LonLat } from '../../contract/upstream/crep.ts';
import { destination, distanceM, EARTH_M } from '../../upstreams/crep/geo/sphere.ts';
import { splitLine } from '../../upstreams/crep/geo/split-line.ts';

const RAD = Math.PI / 180;

/** A line on the map, cut where it crosses ±180. */
export function lineFeature(points: readonly LonLat[]): Feature {
  return {
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiLineString', coordinates: splitLine(points) as unknown as Position[][] },
  };
}

/** A circle on the sphere, m. As a line: an area across the antimeridian or a pole has no simple outline. */
export function circleFeature([lon, lat]: LonLat, radiusM: number, steps = 96): Feature {
  const points = Array.from({ length: steps + 1 }, (_, step) =>
    destination(lon, lat, (360 * step) / steps, Math.min(radiusM, Math.PI * EARTH_M * 0.999)),
  );
  return lineFeature(points);
}

/** From one place to another along a great circle. */
export function pathFeature(from: LonLat, to: LonLat): Feature {
  const total = distanceM(from[0], from[1], to[0], to[1]);
  const bearing = bearingDeg(from, to);
  const steps = Math.max(2, Math.min(128, Math.ceil(total / 50_000)));
  return lineFeature(
    Array.from({ length: steps + 1 }, (_, step) => destination(from[0], from[1], bearing, (total * step) / steps)),
  );
}

/** Direction in which one leaves `from` to come to `to`, 0–360. */
export function bearingDeg([lon1, lat1]: LonLat, [lon2, lat2]: LonLat): number {
  const dLon = (lon2 - lon1) * RAD;
  const y = Math.sin(dLon) * Math.cos(lat2 * RAD);
  const x = Math.cos(lat1 * RAD) * Math.sin(lat2 * RAD) - Math.sin(lat1 * RAD) * Math.cos(lat2 * RAD) * Math.cos(dLon);
  return (Math.atan2(y, x) / RAD + 360) % 360;
}

/** How far a satellite at this height sees, m along the ground. */
export const footprintM = (heightKm: number): number =>
  EARTH_M * Math.acos(EARTH_M / (EARTH_M + Math.max(0, heightKm) * 1_000));

/** How high above the horizon a satellite stands, degrees; below 0: it does not. */
export function elevationDeg(site: LonLat, at: LonLat, heightKm: number): number {
  const angle = distanceM(site[0], site[1], at[0], at[1]) / EARTH_M;
  const ratio = EARTH_M / (EARTH_M + heightKm * 1_000);
  return Math.atan2(Math.cos(angle) - ratio, Math.sin(angle)) / RAD;
}
