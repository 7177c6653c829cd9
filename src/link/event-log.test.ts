import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedEventLog } from './event-log.ts';

test('keeps the last entries, names them by the same number, and counts what left', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 30 })), (keep, bursts) => {
      const log = new BoundedEventLog<number>(keep);
      let next = 0;
      for (const burst of bursts) {
        log.append(
          Array.from({ length: burst }, (_, i) => next + i),
          next,
        );
        next += burst;
        expect(log.length).toBe(Math.min(keep, next));
        expect(log.first + log.length).toBe(next);
        expect(log.trimmed + log.length).toBe(next);
        expect(log.at(0)).toEqual(next === 0 ? undefined : { is: 'record', offset: log.first, record: log.first });
      }
    }),
  );
});

test('a gap stands where it happened and is no record', () => {
  const log = new BoundedEventLog<string>(2);
  log.append(['a'], 0);
  log.gap({ why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 });
  log.append(['b'], 1);
  expect(log.slice(0, 9).map((entry) => entry.is)).toEqual(['gap', 'record']);
  expect(log.trimmed).toBe(1);
});
