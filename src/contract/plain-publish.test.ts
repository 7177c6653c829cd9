import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { isPlainPublish } from './plain-publish.ts';
import { TO_RELAY } from './to-relay.ts';

const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, -1, 1.5, '', 'a b', 'x'.repeat(200), 'boards', [], {}),
  fc.jsonValue(),
);
const field = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd });
const message = fc.record(
  {
    t: field(fc.constant('publish')),
    rid: field(fc.nat()),
    channel: field(fc.constantFrom('events/a', 'events/b/c', 'events/feed/a', 'samples/a', 'device/b/console')),
    key: field(fc.constantFrom('k', 'k-1')),
    records: field(fc.array(fc.jsonValue({ maxDepth: 20 }), { minLength: 1, maxLength: 4 })),
    puts: fc.constant(undefined),
  },
  { requiredKeys: ['t', 'channel', 'records'] },
);

test('what is let through without its schema is what the schema takes, unchanged', () => {
  let plain = 0;
  fc.assert(
    fc.property(message, (value) => {
      if (!isPlainPublish(value as { t: string })) return;
      plain++;
      const result = v.safeParse(TO_RELAY.publish, value);
      expect(result.success && result.output).toEqual(value);
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(100);
});
