import type { LonLat } from '../../contract/upstream/crep.ts';
import { elevationDeg } from './geometry.ts';
import type { TrackPoint } from './orbit-client.ts';

/** One time a satellite stands above the horizon of a site, EpochMs. */
export interface Pass {
  readonly from: number;
  readonly to: number;
  readonly mostDeg: number;
}

/** Lower passes are behind trees and houses. */
const LEAST_DEG = 10;

/** Passes that rise above 10°, in the order of their times. `track` is evenly spaced: a pass is good to its step. */
export function passesOver(site: LonLat, track: readonly TrackPoint[]): readonly Pass[] {
  const passes: Pass[] = [];
  let open: { from: number; to: number; mostDeg: number } | undefined;
  for (const { at, lon, lat, heightKm } of track) {
    const elevation = elevationDeg(site, [lon, lat], heightKm);
    if (elevation > 0) {
      open ??= { from: at, to: at, mostDeg: elevation };
      open.to = at;
      open.mostDeg = Math.max(open.mostDeg, elevation);
    } else if (open !== undefined) {
      if (open.mostDeg >= LEAST_DEG) passes.push(open);
      open = undefined;
    }
  }
  if (open !== undefined && open.mostDeg >= LEAST_DEG) passes.push(open);
  return passes;
}
