import type { TrailPoint } from '../../contract/upstream/crep.ts';
import { circle } from './common.ts';
import { hexOf, plainId } from './identity.ts';
import { isObject, type Json, numberOf, objectOf } from './json.ts';
import { isPlace } from './place.ts';
import { parseTime } from './time.ts';
import { FOOT_M, KNOT_MPS } from './units.ts';

const MOST_POINTS = 10_000;

/** Where something was: never moves its live symbol. */
export interface Trail {
  readonly key: string | undefined;
  readonly points: readonly TrailPoint[];
}

/** A flight's track: always feet and knots (crep §3.2). An empty one with `source: "none"` is a normal answer. */
export function readFlightTrail(value: Json): Trail {
  const id = hexOf(value.icao24) ?? hexOf(value.id) ?? plainId(value.id);
  const points: TrailPoint[] = [];
  for (const raw of Array.isArray(value.trail) ? value.trail.slice(0, MOST_POINTS) : []) {
    if (!isObject(raw)) continue;
    const feet = numberOf(raw.alt_ft);
    const knots = numberOf(raw.speed_kts);
    push(points, raw.timestamp, raw.lng ?? raw.lon, raw.lat, feet === undefined ? undefined : feet * FOOT_M, {
      speedMps: knots === undefined ? undefined : knots * KNOT_MPS,
      trackDeg: circle(numberOf(raw.heading)),
    });
  }
  return { key: id === undefined ? undefined : `aircraft:${id}`, points };
}

/** A point of the timeline: `entity_type`, `entity_id`, a position, no identity of its own (crep §3.7). */
export const isTimelinePoint = (item: unknown): boolean =>
  isObject(item) && item.entity_id !== undefined && 'position' in item && item.entity_type !== undefined;

export function readTimeline(items: readonly unknown[]): Trail {
  const points: TrailPoint[] = [];
  let key: string | undefined;
  for (const item of items.slice(0, MOST_POINTS)) {
    if (!isObject(item)) continue;
    const position = objectOf(item.position);
    const velocity = objectOf(item.velocity);
    key ??= `${String(item.entity_type)}:${String(item.entity_id)}`.slice(0, 160);
    push(points, item.timestamp, position?.lng ?? position?.lon, position?.lat, numberOf(position?.altitude), {
      speedMps: numberOf(velocity?.speed),
      trackDeg: circle(numberOf(velocity?.heading)),
    });
  }
  return { key, points };
}

function push(
  points: TrailPoint[],
  time: unknown,
  lonRaw: unknown,
  latRaw: unknown,
  altM: number | undefined,
  motion: Pick<TrailPoint, 'speedMps' | 'trackDeg'>,
): void {
  const at = parseTime(time);
  const lon = numberOf(lonRaw);
  const lat = numberOf(latRaw);
  if (at === undefined || lon === undefined || lat === undefined || !isPlace(lon, lat)) return;
  points.push({ at, lon, lat, altM, ...motion });
}
