import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LonLat } from '../../../contract/upstream/crep.ts';
import { angleMix, lonDelta, normalLon } from './angles.ts';
import { boxContains, snapBox, viewToBoxes } from './boxes.ts';
import { advance, destination, distanceM } from './sphere.ts';
import { splitLine } from './split-line.ts';

const lon = fc.double({ min: -180, max: 180, noNaN: true });
const lat = fc.double({ min: -89, max: 89, noNaN: true });

test('a view is one or two plain boxes that hold what it shows and nothing else', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1_000, max: 1_000, noNaN: true }),
      fc.double({ min: 0.01, max: 359, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (west, width, part) => {
        const boxes = viewToBoxes({ west, south: -10, east: west + width, north: 10 });
        expect(boxes.length).toBeLessThanOrEqual(2);
        for (const [w, s, e, n] of boxes) expect(w >= -180 && e <= 180 && w <= e && s === -10 && n === 10).toBe(true);
        const total = boxes.reduce((sum, [w, , e]) => sum + e - w, 0);
        expect(total).toBeCloseTo(width, 6);
        // Well inside, since the edges themselves are subject to rounding.
        const inside = normalLon(west + width * (0.001 + 0.998 * part));
        expect(boxes.some((box) => boxContains([box[0] - 1e-6, box[1], box[2] + 1e-6, box[3]], [inside, 0]))).toBe(
          true,
        );
      },
    ),
  );
});

test('a snapped box holds the box, and neighbours share it', () => {
  expect(snapBox([8.1, 47.1, 8.3, 47.4])).toEqual(snapBox([8.2, 47.2, 8.4, 47.45]));
  expect(snapBox([-180, -90, 180, 90])).toEqual([-180, -90, 180, 90]);
});

test('the short way is never longer than half around, and ends where it should', () => {
  fc.assert(
    fc.property(lon, lon, (from, to) => {
      const delta = lonDelta(from, to);
      expect(Math.abs(delta)).toBeLessThanOrEqual(180);
      expect(Math.abs(lonDelta(from + delta, to))).toBeLessThan(1e-6);
      const mixed = angleMix(from, to, 0.5);
      expect(mixed >= 0 && mixed < 360.000001).toBe(true);
    }),
  );
});

test('pieces of a line never cross 180°, and hold every point of it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lon, lat), { minLength: 1, maxLength: 12 }), (line) => {
      const pieces = splitLine(line as LonLat[]);
      for (const piece of pieces)
        piece.forEach(([x], at) => {
          const last = piece[at - 1];
          if (last !== undefined) expect(Math.abs(x - last[0])).toBeLessThanOrEqual(180);
        });
      const points = new Set(pieces.flat().map(String));
      if (line.length > 1)
        for (const [x, y] of line) if (Math.abs(x) < 180) expect(points.has(String([x, y]))).toBe(true);
    }),
  );
});

test('one gets as far as one goes, over the poles and across 180° too', () => {
  fc.assert(
    fc.property(
      lon,
      lat,
      fc.double({ min: 0, max: 360, noNaN: true }),
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      (x, y, track, metres) => {
        const [x2, y2] = destination(x, y, track, metres);
        expect(Math.abs(x2)).toBeLessThanOrEqual(180);
        expect(Math.abs(distanceM(x, y, x2, y2) - metres)).toBeLessThan(Math.max(1, metres * 1e-6));
      },
    ),
  );
});

test('who is moored, slow on the ground, or not a mover stands still', () => {
  const from = { lon: 4, lat: 52, trackDeg: 90, speedMps: 1.5 };
  expect(advance({ kind: 'vessel', ...from, navStatus: 5 }, 60)).toEqual([4, 52]);
  expect(advance({ kind: 'aircraft', ...from, onGround: true }, 60)).toEqual([4, 52]);
  expect(advance({ kind: 'event', ...from }, 60)).toEqual([4, 52]);
  expect(advance({ kind: 'vessel', ...from }, -5)).toEqual([4, 52]);
  expect(advance({ kind: 'vessel', ...from }, 1e9)).toEqual(advance({ kind: 'vessel', ...from }, 360));
});
