import type { CrepKind, GeoBox, LonLat } from '../../../../src/contract/upstream/crep.ts';
import { angleMix, lonDelta, mercatorClip } from '../../../../src/upstreams/crep/geo/angles.ts';
import { boxContains, viewToBoxes } from '../../../../src/upstreams/crep/geo/boxes.ts';
import { advance } from '../../../../src/upstreams/crep/geo/sphere.ts';
import { splitLine } from '../../../../src/upstreams/crep/geo/split-line.ts';
import { parseTime } from '../../../../src/upstreams/crep/time.ts';
import type { VectorLine } from '../ndjson-file.ts';
import { type Fields, fieldsOf, isFields } from './line.ts';

const OPERATIONS: Readonly<Record<string, (input: Fields) => unknown>> = {
  bbox_contains: (it) => ({ inside: boxContains(it.bbox as GeoBox, it.lonlat as LonLat) }),
  view_to_boxes: (it) => ({
    boxes: viewToBoxes({
      west: Number(it.west),
      south: Number(it.south),
      east: Number(it.east),
      north: Number(it.north),
    }),
  }),
  lon_delta: (it) => ({ delta: lonDelta(Number(it.from), Number(it.to)) }),
  angle_mix: (it) => ({ deg: angleMix(Number(it.from), Number(it.to), Number(it.f)) }),
  split_line: (it) => ({ segments: splitLine(it.lonlat as LonLat[]) }),
  advance: (it) => ({
    lonlat: advance(
      {
        kind: it.kind as CrepKind,
        lon: Number(it.lon),
        lat: Number(it.lat),
        trackDeg: (it.track_deg as number | null) ?? undefined,
        speedMps: (it.speed_mps as number | null) ?? undefined,
        onGround: (it.on_ground as boolean | null) ?? undefined,
        navStatus: (it.nav_status as number | null) ?? undefined,
      },
      Number(it.dt_s),
    ),
  }),
  mercator_clip: (it) => ({ lat: mercatorClip(Number(it.lat)) }),
  parse_time: (it) => ({ t_ms: parseTime(it.v) ?? null }),
};

export function checkGeo(line: VectorLine): string | undefined {
  const operation = OPERATIONS[String(line.op)];
  if (operation === undefined) return `operation ${String(line.op)}: nothing checks it`;
  const tolerance = Number(fieldsOf(line.tol).deg ?? 1e-9);
  const actual = operation(fieldsOf(line.in));
  return isNear(line.expect, actual, tolerance)
    ? undefined
    : `expected ${JSON.stringify(line.expect)}, got ${JSON.stringify(actual)}`;
}

function isNear(expected: unknown, actual: unknown, tolerance: number): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return Math.abs(expected - actual) <= tolerance;
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => isNear(item, actual[index], tolerance))
    );
  if (isFields(expected) && isFields(actual))
    return Object.keys(expected).every((name) => isNear(expected[name], actual[name], tolerance));
  return expected === actual;
}
