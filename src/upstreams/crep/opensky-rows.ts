import type { Json } from './json.ts';

/** State rows of OpenSky (crep §3.2), as records of the plain shape; what is no row stays what it is. */
export const openskyRows = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => (Array.isArray(row) ? recordOf(row) : row));

function recordOf(row: readonly unknown[]): Json {
  const [
    icao24,
    callsign,
    country,
    positionS,
    contactS,
    lon,
    lat,
    baroM,
    onGround,
    mps,
    track,
    climb,
    ,
    geoM,
    squawk,
    ,
    ,
    category,
  ] = row;
  return {
    icao24,
    callsign,
    lat,
    lng: lon,
    altitude: baroM ?? geoM,
    velocity: mps,
    heading: track,
    verticalRate: climb,
    onGround,
    squawk,
    category,
    source: 'opensky',
    timestamp: positionS ?? contactS,
    properties: { origin_country: country },
  };
}
