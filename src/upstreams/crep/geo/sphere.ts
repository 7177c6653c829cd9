import type { CrepKind, LonLat } from '../../../contract/upstream/crep.ts';
import { normalLon } from './angles.ts';

/** Mean radius, m (crep vectors). */
export const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** Great-circle distance, m. */
export function distanceM(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const dLat = Math.sin(((lat2 - lat1) * RAD) / 2);
  const dLon = Math.sin(((lon2 - lon1) * RAD) / 2);
  const a = dLat * dLat + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * dLon * dLon;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Where one is after `metres` along a great circle that begins in direction `trackDeg`. */
export function destination(lon: number, lat: number, trackDeg: number, metres: number): LonLat {
  const angle = metres / EARTH_M;
  const track = trackDeg * RAD;
  const sinLat = Math.sin(lat * RAD);
  const cosLat = Math.cos(lat * RAD);
  const sin2 = sinLat * Math.cos(angle) + cosLat * Math.sin(angle) * Math.cos(track);
  const turn = Math.atan2(Math.sin(track) * Math.sin(angle) * cosLat, Math.cos(angle) - sinLat * sin2);
  return [normalLon(lon + turn / RAD), Math.asin(Math.max(-1, Math.min(1, sin2))) / RAD];
}

/** No longer than this a fix is carried on, s (crep §6.7). */
export const MOST_ADVANCE_S: Partial<Record<CrepKind, number>> = { aircraft: 60, vessel: 360 };

const MOORED = 5;
const GROUND_STILL_MPS = 2;

/**
 * Where something probably is `dtS` after its fix. Unknown speed or direction, moored, or slow on the ground: it stands still.
 * Vessels drift along their course, not where the bow points.
 */
export function advance(
  it: {
    readonly kind: CrepKind;
    readonly lon: number;
    readonly lat: number;
    readonly trackDeg?: number | undefined;
    readonly speedMps?: number | undefined;
    readonly onGround?: boolean | undefined;
    readonly navStatus?: number | undefined;
  },
  dtS: number,
): LonLat {
  const { lon, lat, trackDeg, speedMps } = it;
  const most = MOST_ADVANCE_S[it.kind];
  if (most === undefined || trackDeg === undefined || speedMps === undefined || !(speedMps > 0) || !(dtS > 0))
    return [lon, lat];
  if ((it.onGround === true && speedMps < GROUND_STILL_MPS) || it.navStatus === MOORED) return [lon, lat];
  return destination(lon, lat, trackDeg, speedMps * Math.min(dtS, most));
}
