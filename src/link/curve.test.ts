import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingCurve } from './curve.ts';

test('keeps the last readings in order and leaves out rows without one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }),
      (keep, bursts) => {
        const curve = new GrowingCurve('s', 'measured', keep);
        const model: number[] = [];
        let next = 0;
        for (const burst of bursts) {
          const times = Float64Array.from({ length: burst }, (_, i) => next + i);
          const values = times.map((time) => (time % 3 === 0 ? Number.NaN : time));
          next += burst;
          curve.append(times, values);
          model.push(...values.filter((value) => !Number.isNaN(value)));
          expect([...curve.values]).toEqual(model.slice(-keep));
          expect([...curve.times]).toEqual(model.slice(-keep));
        }
      },
    ),
    { numRuns: 40 },
  );
});
