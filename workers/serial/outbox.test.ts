import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromHolder } from '../../src/contract/board-link.ts';
import type { ConsoleRecord } from '../../src/contract/console-record.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { systemClock } from '../../src/serial/clock.ts';
import { MOST_KEPT_BYTES, makeOutbox } from './outbox.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function outboxWithHub() {
  const dropped: Record<string, number> = {};
  const outbox = makeOutbox({
    clock: systemClock,
    onDropped: (key, count) => {
      dropped[key] = (dropped[key] ?? 0) + count;
    },
  });
  const messages: FromHolder[] = [];
  const hub = { postMessage: (message: FromHolder) => void messages.push(message) };
  outbox.connect(hub, []);
  const batches = () =>
    messages.flatMap((message) => (message.t === 'samples' ? [decodeSampleBatch(message.buffer)] : []));
  return { outbox, hub, messages, batches, dropped };
}

const row = (time: number, value: number, series = 'a') => ({ series: [series], times: [time], rows: [[value]] });
const note = (text: string): ConsoleRecord => ({ dir: 'note', at: 0, text, level: 'info' });

describe('outbox', () => {
  test('idle: at once, and what one chunk of bytes made goes together', async () => {
    const { outbox, batches } = outboxWithHub();
    outbox.samples('k', row(1, 10));
    outbox.samples('k', row(2, 20));
    await Promise.resolve();
    expect(batches()).toMatchObject([
      { channel: '', times: Float64Array.of(1, 2), columns: [Float64Array.of(10, 20)] },
    ]);
  });

  test('under load: no oftener than every 5 ms, nothing lost', async () => {
    const { outbox, batches } = outboxWithHub();
    for (let ms = 0; ms < 100; ms++) {
      outbox.samples('k', row(ms, ms));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(5);
    expect(batches().length).toBeLessThanOrEqual(22);
    expect(batches().flatMap(({ times }) => [...times])).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('rows of different series share no batch; a missing reading is NaN', async () => {
    const { outbox, batches } = outboxWithHub();
    outbox.samples('k', row(1, 10, 'a'));
    outbox.samples('k', row(1, 11, 'b'));
    outbox.samples('k', { series: ['a'], times: [2], rows: [[Number.NaN]] });
    await Promise.resolve();
    expect(batches().map(({ series, columns }) => [series, ...columns.map((column) => [...column])])).toEqual([
      [['a'], [10, Number.NaN]],
      [['b'], [11]],
    ]);
  });

  test('a message waits for nothing, and comes after what was before it', () => {
    const { outbox, messages } = outboxWithHub();
    outbox.samples('k', row(1, 10));
    outbox.console('other', [note('later')]);
    outbox.send({ t: 'port-gone', key: 'k' });
    expect(messages.map(({ t }) => t)).toEqual(['samples', 'port-gone']);
  });

  test('without a hub the newest are kept, the oldest dropped and counted by port', async () => {
    const { outbox, hub, messages, dropped } = outboxWithHub();
    outbox.disconnect();
    const line = note('x'.repeat(10_000));
    for (let index = 0; index < 1_000; index++) {
      outbox.console('k', [line, line]);
      await vi.advanceTimersByTimeAsync(10);
    }
    outbox.console('k', [note('last')]);
    await vi.advanceTimersByTimeAsync(10);
    outbox.connect(hub, []);
    const kept = messages.flatMap((message) => (message.t === 'console' ? message.records : []));
    expect(kept.at(-1)).toEqual(note('last'));
    expect(kept.length * 10_000).toBeLessThan(MOST_KEPT_BYTES);
    expect(kept.length * 10_256).toBeGreaterThan(MOST_KEPT_BYTES * 0.9);
    expect(kept.length + (dropped.k ?? 0)).toBe(2_001);
  });

  test('without a hub phases are not kept, commands and gaps are', () => {
    const { outbox, hub, messages } = outboxWithHub();
    outbox.disconnect();
    outbox.send({ t: 'phase', key: 'k', phase: { is: 'unplugged', since: 0 } });
    outbox.send({ t: 'gap', key: 'k', gap: { why: 'unplugged', count: undefined, fromMs: 0, toMs: 1 } });
    outbox.connect(hub, [{ t: 'port-gone', key: 'announced' }]);
    expect(messages.map(({ t }) => t)).toEqual(['port-gone', 'gap']);
  });
});
