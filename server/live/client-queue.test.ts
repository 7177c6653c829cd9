import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { frameText, payloadOf } from '../wire/frame-encode.ts';
import { ClientQueue, type Outlet, type QueueContext } from './client-queue.ts';
import { DeliveryStats } from './delivery-stats.ts';
import { LogReader } from './log-reader.ts';
import { Runs } from './runs.ts';

const FLOW = { since: undefined, rewind: undefined, every: undefined, lag: undefined, onLag: undefined };

/** A socket that takes what it is given and says when it is empty. */
class FakeOutlet implements Outlet {
  readonly sent: { readonly t: string; readonly [key: string]: unknown }[] = [];
  writes = 0;
  pendingBytes = 0;
  isOverflowed = false;
  isFull = (highBytes: number): boolean => this.pendingBytes >= highBytes;
  form = ({ frame }: { readonly frame: Buffer }): Buffer => frame;
  overflowed(): void {
    this.isOverflowed = true;
  }
  write(bytes: Buffer): void {
    this.writeMany([bytes]);
  }
  writeMany(parts: readonly Buffer[]): void {
    this.writes++;
    for (const part of parts) {
      this.pendingBytes += part.length;
      this.sent.push(JSON.parse(payloadOf(part).toString()));
    }
  }
}

let bus: Bus;
let pulse: Pulse;
let context: QueueContext;
const clock = new FakeClock();
beforeEach(() => {
  pulse = new Pulse({ windowMs: 0 });
  bus = makeMemoryBus({ ...DEFAULT_LIMITS, eventsLogBytes: 3_000 }, clock, pulse);
  context = { queueHighBytes: 300, queueMaxBytes: 1_000, now: clock.now, stats: new DeliveryStats(), dirty: [] };
  pulse.onFlushed(() => {
    const due = context.dirty;
    context.dirty = [];
    for (const queue of due) queue.pump();
  });
});
afterEach(async () => {
  pulse.close();
  await bus.close();
});

const sealed = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
async function publish(channel: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    bus.publish(channel, { t: 'events', records: [n] });
    await sealed();
  }
}

async function client(channels: readonly string[]) {
  const outlet = new FakeOutlet();
  const queue = new ClientQueue(outlet, context);
  const readers: LogReader[] = [];
  for (const channel of channels) {
    const reader = new LogReader(
      await bus.openLog(channel),
      FLOW,
      { runs: new Runs(), samplesLagBytes: 1_000, now: clock.now, spansServers: false },
      { wake: (reader) => queue.wake(reader), lagged: () => undefined, takesRuns: false },
    );
    readers.push(reader);
  }
  /** The peer reads until there is nothing left. */
  const drain = async (): Promise<void> => {
    while (outlet.pendingBytes > 0) {
      outlet.pendingBytes = 0;
      queue.pump();
      await sealed();
    }
  };
  return { outlet, queue, readers, drain, isOverflowed: () => outlet.isOverflowed };
}

test('a full socket makes its channels wait; what left the log meanwhile is told, the rest follows in order', async () => {
  const { outlet, drain } = await client(['events/a']);
  await publish('events/a', 100);
  expect(outlet.pendingBytes).toBeLessThan(300 + 200);
  await drain();
  const came = outlet.sent.flatMap(({ records }) => (records as number[] | undefined) ?? []);
  const gaps = outlet.sent.filter(({ t }) => t === 'gap') as unknown as { gap: { count: number } }[];
  expect(gaps).toHaveLength(1);
  expect(came.length + (gaps[0]?.gap.count ?? 0)).toBe(100);
  expect(came).toEqual([...came].sort((a, b) => a - b));
  expect(came.at(-1)).toBe(99);
});

test('who begins to read between two flushes is written at once, and nothing keeps a client that then leaves', async () => {
  await publish('events/a', 1);
  const { outlet, queue, readers } = await client(['events/a']);
  for (const reader of readers) queue.serve(reader);
  expect(outlet.sent).toMatchObject([{ t: 'events', records: [0] }]);
  expect(context.dirty).toEqual([]);
});

test('what was there before its reader is no delay', async () => {
  await publish('events/a', 3);
  clock.advance(60_000);
  const { queue, readers, drain } = await client(['events/a']);
  for (const reader of readers) queue.serve(reader);
  await drain();
  expect(context.stats.frames).toBe(3);
  await publish('events/a', 1);
  expect(context.stats.frames).toBe(4);
  expect(context.stats.ages('events').count).toBe(1);
});

test('one busy channel does not hold up another', async () => {
  const { outlet } = await client(['events/busy', 'events/quiet']);
  outlet.pendingBytes = 1_000;
  await publish('events/busy', 20);
  await publish('events/quiet', 1);
  outlet.pendingBytes = 0;
  outlet.sent.length = 0;
  await publish('events/quiet', 1);
  expect(outlet.sent.slice(0, 2).map(({ channel }) => channel)).toContain('events/quiet');
});

test('control messages pass a waiting channel, and end the client when even they pile up', async () => {
  const { outlet, queue, isOverflowed } = await client(['events/a']);
  await publish('events/a', 20);
  queue.control(frameText('{"t":"pong"}'));
  expect(outlet.sent.at(-1)).toEqual({ t: 'pong' });
  for (let n = 0; n < 100; n++) queue.control(frameText('{"t":"pong"}'));
  expect(isOverflowed()).toBe(true);
  const before = outlet.sent.length;
  await publish('events/a', 1);
  queue.control(frameText('{"t":"pong"}'));
  expect(outlet.sent.length).toBe(before);
});

test('everybody at the same place is written the same buffer', async () => {
  const clients = [await client(['events/a']), await client(['events/a'])];
  const buffers: Buffer[] = [];
  for (const { outlet } of clients) outlet.write = (bytes) => void buffers.push(bytes);
  await publish('events/a', 1);
  expect(buffers).toHaveLength(2);
  expect(buffers[0]).toBe(buffers[1]);
});
