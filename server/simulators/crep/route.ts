const RAD = Math.PI / 180;
const EARTH_M = 6_371_008.8;

/** A great circle between two places, there and back for ever. */
export interface Route {
  readonly ax: number;
  readonly ay: number;
  readonly az: number;
  readonly bx: number;
  readonly by: number;
  readonly bz: number;
  /** Radians. */
  readonly angle: number;
  /** One way, s. */
  readonly seconds: number;
  readonly phaseS: number;
}

export function routeOf(
  from: readonly [number, number],
  to: readonly [number, number],
  mps: number,
  phase: number,
): Route {
  const [ax, ay, az] = vector(from);
  const [bx, by, bz] = vector(to);
  const angle = Math.max(1e-6, Math.acos(Math.max(-1, Math.min(1, ax * bx + ay * by + az * bz))));
  const seconds = (angle * EARTH_M) / mps;
  return { ax, ay, az, bx, by, bz, angle, seconds, phaseS: phase * 2 * seconds };
}

const vector = ([lon, lat]: readonly [number, number]): [number, number, number] => [
  Math.cos(lat * RAD) * Math.cos(lon * RAD),
  Math.cos(lat * RAD) * Math.sin(lon * RAD),
  Math.sin(lat * RAD),
];

export interface Fix {
  lon: number;
  lat: number;
  trackDeg: number;
  /** How far between the two places, 0–1. */
  part: number;
}

/** Where it is at a time, into `fix`. */
export function follow(route: Route, tS: number, fix: Fix): Fix {
  const along = (tS + route.phaseS) % (2 * route.seconds);
  const back = along > route.seconds;
  const part = back ? 2 - along / route.seconds : along / route.seconds;
  const sin = Math.sin(route.angle);
  const wa = Math.sin((1 - part) * route.angle) / sin;
  const wb = Math.sin(part * route.angle) / sin;
  const x = wa * route.ax + wb * route.bx;
  const y = wa * route.ay + wb * route.by;
  const z = wa * route.az + wb * route.bz;
  // The derivative of the place along the way is its direction.
  const da = -Math.cos((1 - part) * route.angle);
  const db = Math.cos(part * route.angle);
  const sign = back ? -1 : 1;
  const dx = sign * (da * route.ax + db * route.bx);
  const dy = sign * (da * route.ay + db * route.by);
  const dz = sign * (da * route.az + db * route.bz);
  const flat = Math.sqrt(x * x + y * y);
  const north = flat < 1e-9 ? dz : dz * flat - z * ((x * dx + y * dy) / flat);
  const east = flat < 1e-9 ? 0 : (x * dy - y * dx) / flat;
  fix.lon = Math.atan2(y, x) / RAD;
  fix.lat = Math.atan2(z, flat) / RAD;
  fix.trackDeg = (Math.atan2(east, north) / RAD + 360) % 360;
  fix.part = part;
  return fix;
}
