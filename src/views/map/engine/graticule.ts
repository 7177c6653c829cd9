import type { Feature } from 'geojson';

const STEP_DEG = 15;
const LAT_MOST = 85;

/** Meridians and parallels every 15°. */
export function graticule(): Feature {
  const lines: number[][][] = [];
  for (let lon = -180; lon <= 180; lon += STEP_DEG)
    lines.push([
      [lon, -LAT_MOST],
      [lon, LAT_MOST],
    ]);
  for (let lat = -75; lat <= 75; lat += STEP_DEG)
    lines.push(Array.from({ length: 73 }, (_, step) => [-180 + step * 5, lat]));
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}

const RAD = Math.PI / 180;

/** Where it is night: the half of the Earth away from the sun. Good to a quarter of a degree, which is less than dusk is wide. */
export function nightArea(now: number): Feature {
  const days = now / 86_400_000 - 10_957.5;
  const anomaly = (357.528 + 0.9856003 * days) * RAD;
  const longitude = (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD;
  const tilt = 23.439 * RAD;
  const declination = Math.asin(Math.sin(tilt) * Math.sin(longitude));
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(longitude), Math.cos(longitude));
  const sidereal = (280.46061837 + 360.98564736629 * days) * RAD;
  const subsolarLon = (ascension - sidereal) / RAD;
  const dark = declination > 0 ? -90 : 90;
  const edge: number[][] = [];
  for (let lon = -180; lon <= 180; lon += 3) {
    const hour = (lon - subsolarLon) * RAD;
    edge.push([lon, Math.atan(-Math.cos(hour) / Math.tan(declination || 1e-6)) / RAD]);
  }
  const ring = [[-180, dark], ...edge, [180, dark], [-180, dark]];
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } };
}
