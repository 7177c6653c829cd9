import { expect, test } from 'vitest';
import { eventually, receivedOf } from './bus-contract.ts';
import { ChannelLog, type Piece } from './channel-log.ts';
import { Pulse } from './pulse.ts';

const records = (epoch: string, offset: number, count: number): Piece => {
  const texts = Array.from({ length: count }, (_, index) => `"${epoch}${offset + index}"`).join();
  return { is: 'events', epoch, offset, count, texts, at: 1 };
};
const gap = (epoch: string, offset: number, count: number | undefined): Piece => {
  return { is: 'gap', epoch, offset, count: 0, gap: { why: 'epoch-changed', count, fromMs: 1, toMs: 1 }, at: 1 };
};

async function makeLog(...pieces: readonly Piece[]) {
  const options = { maxBytes: 100_000, pulse: new Pulse({ windowMs: 0 }), urgent: false };
  const log = new ChannelLog('events/x', 'events', { epoch: 'a', offset: 0 }, options);
  for (const piece of pieces) log.append(piece);
  await eventually(() => expect(log.nextSeq).toBeGreaterThan(0));
  return (epoch: string, offset: number) => {
    const seq = log.seqAfter({ epoch, offset });
    if (seq === undefined) return 'told';
    const [first] = receivedOf(log, seq).filter((one) => one.epoch !== epoch || one.offset >= offset);
    return typeof first?.value === 'object' ? 'gap' : (first?.value ?? 'end');
  };
}

test('an epoch goes on after another one: a cursor is found in the part that has it', async () => {
  const next = await makeLog(
    records('a', 0, 3),
    gap('b', 0, 0),
    records('b', 0, 2),
    gap('a', 7, 0),
    records('a', 7, 2),
  );
  expect([next('a', 1), next('a', 3), next('b', 1), next('b', 2), next('a', 8)]).toEqual([
    'a1',
    'gap',
    'b1',
    'gap',
    'a8',
  ]);
  // These were published in epoch a, and are not in this log as such.
  expect([next('a', 4), next('a', 6)]).toEqual(['told', 'told']);
  expect([next('a', 7), next('a', 9), next('c', 0)]).toEqual(['gap', 'end', 'told']);
});

test('nobody resumes before records that were left out because readers of this log had them', async () => {
  const next = await makeLog(records('a', 0, 2), gap('a', 5, 0), records('a', 5, 2));
  expect([next('a', 0), next('a', 2), next('a', 3)]).toEqual(['told', 'told', 'told']);
  expect([next('a', 5), next('a', 6)]).toEqual(['gap', 'a6']);
});

test('a loss that is told is in its place for whoever comes before it', async () => {
  const next = await makeLog(records('a', 0, 2), gap('a', 2, 3), records('a', 5, 2));
  expect([next('a', 1), next('a', 2), next('a', 5)]).toEqual(['a1', 'gap', 'a5']);
  expect(next('a', 3)).toBe('told');
});
