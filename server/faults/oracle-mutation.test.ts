import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Numbered, PublisherLine, SubscriberLine } from './log-line.ts';
import { judge } from './oracle.ts';

const CHANNEL = 'events/fault/a';
const head = { s: 1, at: 0 } as const;

type Records = Extract<SubscriberLine, { is: 'records' }>;

/** A faultless log of records in frames of these sizes, with its acknowledgements. */
function faultless(sizes: readonly number[]): { readonly lines: SubscriberLine[]; readonly acks: PublisherLine[] } {
  const lines: SubscriberLine[] = [
    { ...head, is: 'subscribed', channel: CHANNEL, cursor: { epoch: 'e', offset: 0 }, recovered: false },
  ];
  const acks: PublisherLine[] = [];
  let from = 0;
  for (const size of sizes) {
    const items = Array.from({ length: size }, (_, index): Numbered => [7, from + index + 1, 1]);
    lines.push({ ...head, is: 'records', channel: CHANNEL, epoch: 'e', from, items });
    for (const [p, n] of items)
      acks.push({
        p,
        n,
        at: 0,
        is: 'ack',
        channel: CHANNEL,
        cursor: { epoch: 'e', offset: n - 1 },
        duplicate: false,
        sends: 1,
      });
    from += size;
  }
  return { lines, acks };
}

const isRecords = (line: SubscriberLine | undefined): line is Records => line?.is === 'records';

test('any frame taken out, swapped or changed in a faultless log is found', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 20 }),
      fc.nat(),
      fc.constantFrom('nothing', 'remove', 'swap', 'renumber', 'shift'),
      (sizes, where, how) => {
        const { lines, acks } = faultless(sizes);
        const at = 1 + (where % (sizes.length - 1));
        const [line, next] = [lines[at], lines[at + 1]];
        if (!isRecords(line) || !isRecords(next)) throw new Error('frames expected');
        if (how === 'remove') lines.splice(at, 1);
        if (how === 'swap') lines.splice(at, 2, next, line);
        if (how === 'renumber')
          lines[at] = { ...line, items: line.items.map(([p, n, c]): Numbered => [p, n + 1_000, c]) };
        if (how === 'shift') lines[at] = { ...line, from: line.from + 1 };
        const { findings } = judge({ subscribers: lines, publishers: acks, keyed: new Set([7]), states: [] });
        if (how === 'nothing') expect(findings).toEqual([]);
        else expect(findings).not.toEqual([]);
      },
    ),
  );
});
