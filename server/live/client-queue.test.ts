import { expect, test } from 'vitest';
import { makeMemoryBus } from '../bus/memory.ts';
import { FakeClock } from '../fake-clock.ts';
import { ClientQueue } from './client-queue.ts';
import { type Reader, readLog } from './reader.ts';

const CONSOLE = 'device/b/console';

function setUp(limits: { highBytes: number; maxBytes: number; logBytes: number }) {
  const clock = new FakeClock();
  const bus = makeMemoryBus({ eventsLogBytes: limits.logBytes, samplesLogBytes: limits.logBytes }, clock);
  const sent: { t: string; from?: number; records?: unknown[]; gap?: { count: number } }[] = [];
  let flush: (() => void)[] = [];
  let overflowed = false;
  /** A socket that keeps everything until it is flushed. */
  const socket = {
    bufferedAmount: 0,
    send(bytes: Buffer, _options: object, flushed: () => void) {
      socket.bufferedAmount += bytes.length;
      sent.push(JSON.parse(bytes.toString()));
      flush.push(() => {
        socket.bufferedAmount -= bytes.length;
        flushed();
      });
    },
  };
  const queue = new ClientQueue(socket, {
    ...limits,
    now: clock.now,
    onSent: () => undefined,
    onOverflow: () => {
      overflowed = true;
    },
  });
  const subscribe = (): Reader => {
    const options = { since: undefined, rewind: undefined, samplesLagBytes: 1_000, now: clock.now };
    const reader: Reader = readLog(bus.openLog(CONSOLE), { ...options, wake: () => queue.wake(reader) });
    queue.wake(reader);
    return reader;
  };
  const drain = (): void => {
    while (flush.length > 0) {
      const now = flush;
      flush = [];
      for (const one of now) one();
    }
  };
  return { bus, queue, socket, sent, subscribe, drain, isOverflowed: () => overflowed };
}

test('a full socket makes its channels wait; what left the log meanwhile is told, the rest follows in order', () => {
  const { bus, socket, sent, subscribe, drain } = setUp({ highBytes: 300, maxBytes: 10_000, logBytes: 3_000 });
  const reader = subscribe();
  for (let index = 0; index < 100; index++) bus.publish(CONSOLE, { t: 'events', records: [index] });
  expect(socket.bufferedAmount).toBeLessThan(300 + 200);
  drain();
  const came = sent.flatMap(({ records }) => records ?? []) as number[];
  const told = sent.reduce((sum, { gap }) => sum + (gap?.count ?? 0), 0);
  expect(came.length + told).toBe(100);
  expect(came).toEqual([...came].sort((a, b) => a - b));
  expect({ left: reader.left, gaps: sent.filter(({ t }) => t === 'gap').length }).toEqual({ left: told, gaps: 1 });
  expect(came.at(-1)).toBe(99);
});

test('control messages pass a waiting channel, and end the client when even they pile up', () => {
  const { bus, queue, sent, subscribe, isOverflowed } = setUp({ highBytes: 100, maxBytes: 1_000, logBytes: 100_000 });
  subscribe();
  for (let index = 0; index < 50; index++) bus.publish(CONSOLE, { t: 'events', records: [index] });
  queue.control(Buffer.from('{"t":"pong"}'));
  expect(sent.at(-1)).toEqual({ t: 'pong' });
  for (let index = 0; index < 100; index++) queue.control(Buffer.from('{"t":"pong"}'));
  expect(isOverflowed()).toBe(true);
  const before = sent.length;
  bus.publish(CONSOLE, { t: 'events', records: ['later'] });
  queue.control(Buffer.from('{"t":"pong"}'));
  expect(sent.length).toBe(before);
});
