import type { LonLat } from '../../../contract/upstream/crep.ts';

/** Cuts a line where it crosses ±180, with the latitude in between on both sides (crep §6.9). */
export function splitLine(line: readonly LonLat[]): LonLat[][] {
  const segments: LonLat[][] = [];
  let segment: LonLat[] = [];
  let last: LonLat | undefined;
  for (const point of line) {
    if (last !== undefined && Math.abs(point[0] - last[0]) > 180) {
      const edge = last[0] > 0 ? 180 : -180;
      const there = point[0] + (edge > 0 ? 360 : -360);
      const width = there - last[0];
      const fraction = width === 0 ? 0 : (edge - last[0]) / width;
      const lat = last[1] + (point[1] - last[1]) * fraction;
      // A point that lies on the edge already is not said twice.
      if (last[0] !== edge) segment.push([edge, lat]);
      if (segment.length > 1) segments.push(segment);
      segment = point[0] === -edge ? [] : [[-edge, lat]];
    }
    segment.push(point);
    last = point;
  }
  if (segment.length > 1 || segments.length === 0) segments.push(segment);
  return segments;
}
