/** Into −180 … 180, where 180 stays 180. */
export function normalLon(lon: number): number {
  if (lon >= -180 && lon <= 180) return lon;
  const turned = (((lon + 180) % 360) + 360) % 360;
  return turned === 0 && lon > 0 ? 180 : turned - 180;
}

/** The short way from one longitude to another, −180 … 180, east positive. */
export function lonDelta(from: number, to: number): number {
  const delta = (to - from) % 360;
  if (delta > 180) return delta - 360;
  return delta < -180 ? delta + 360 : delta;
}

/** Between two directions the short way: 0 is `from`, 1 is `to`. In 0 … 360, without 360. */
export function angleMix(from: number, to: number, fraction: number): number {
  const mixed = (from + lonDelta(from, to) * fraction) % 360;
  return mixed < 0 ? mixed + 360 : mixed;
}

/** Where Web Mercator is a square. */
export const MERCATOR_MOST_LAT = (Math.atan(Math.sinh(Math.PI)) * 180) / Math.PI;

export const mercatorClip = (lat: number): number => Math.max(-MERCATOR_MOST_LAT, Math.min(MERCATOR_MOST_LAT, lat));
