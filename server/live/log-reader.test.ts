import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cursor } from '../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { Bus } from '../bus/bus.ts';
import { toArrayBuffer } from '../bus/encode.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { payloadOf } from '../wire/frame-encode.ts';
import { type Flow, LogReader } from './log-reader.ts';
import type { Taken } from './reader.ts';
import { Runs } from './runs.ts';

const SAMPLES = 'samples/a';
const EVENTS = 'events/a';
const ALL: Flow = { since: undefined, rewind: undefined, every: undefined, lag: undefined, onLag: undefined };

interface Message {
  readonly t: string;
  readonly [key: string]: unknown;
}

let pulse: Pulse;
let bus: Bus;
let clock: FakeClock;
const setUp = (limits: { readonly eventsLogBytes?: number; readonly samplesLogBytes?: number } = {}): void => {
  clock = new FakeClock();
  pulse = new Pulse({ windowMs: 0 });
  bus = makeMemoryBus({ ...DEFAULT_LIMITS, ...limits }, clock, pulse);
};
beforeEach(() => setUp());
afterEach(async () => {
  pulse.close();
  await bus.close();
});

/** Lets the pulse seal what was published. */
const sealed = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

async function events(count: number, from = 0): Promise<void> {
  for (let n = 0; n < count; n++) {
    bus.publish(EVENTS, { t: 'events', records: [from + n] });
    await sealed();
  }
}

async function rows(count: number, value: (row: number) => number = (row) => row): Promise<void> {
  for (let row = 0; row < count; row++) {
    const columns = [Float64Array.of(value(row))];
    const batch = { channel: '', epoch: '', offset: 0, provenance: 'measured', series: ['x'] } as const;
    bus.publish(SAMPLES, { t: 'samples', batch: { ...batch, times: Float64Array.of(row), columns } });
    await sealed();
  }
}

async function read(
  channel: string,
  flow: Partial<Flow> = {},
  options: { readonly lagBytes?: number; readonly runs?: boolean; readonly spans?: boolean } = {},
) {
  const opened = await bus.openLog(channel);
  const closed: string[] = [];
  const reader = new LogReader(
    opened,
    { ...ALL, ...flow },
    {
      runs: new Runs(),
      samplesLagBytes: options.lagBytes ?? 1e9,
      now: clock.now,
      spansServers: options.spans ?? false,
    },
    { wake: () => undefined, lagged: (one) => closed.push(one.channel), takesRuns: options.runs ?? false },
  );
  return { reader, closed };
}

function messageOf(taken: Taken): Message {
  if (!taken.binary) return JSON.parse(payloadOf(taken.frame).toString());
  const { epoch, offset, times, columns } = decodeSampleBatch(toArrayBuffer(payloadOf(taken.frame)));
  return { t: 'samples', epoch, offset, times: [...times], x: [...(columns[0] ?? [])] };
}

function takeAll(reader: LogReader): Message[] {
  const messages: Message[] = [];
  for (let taken = reader.next(); taken !== undefined; taken = reader.next()) messages.push(messageOf(taken));
  return messages;
}

const recordsOf = (messages: readonly Message[]): unknown[] =>
  messages.flatMap(({ records }) => (records as unknown[] | undefined) ?? []);

test('records published in one turn come as one frame, and a reader that resumes inside it gets its rest', async () => {
  for (let n = 0; n < 5; n++) bus.publish(EVENTS, { t: 'events', records: [n] });
  await sealed();
  const { reader } = await read(EVENTS);
  const [frame, ...more] = takeAll(reader);
  expect(frame).toMatchObject({ t: 'events', from: 0, records: [0, 1, 2, 3, 4] });
  expect(more).toEqual([]);
  const { epoch } = reader.cursor;
  const { reader: resumed } = await read(EVENTS, { since: { epoch, offset: 3 } });
  expect(resumed.start).toMatchObject({ recovered: true, gap: undefined });
  expect(takeAll(resumed)).toMatchObject([{ from: 3, records: [3, 4] }]);
  expect(resumed.cursor).toEqual({ epoch, offset: 5 });
});

test('a resume is answered exactly: recovered, trimmed with its range, or another epoch', async () => {
  setUp({ eventsLogBytes: 4_000 });
  await events(100);
  const { reader } = await read(EVENTS);
  const { epoch, offset: first } = reader.start.cursor;
  expect(first).toBeGreaterThan(0);
  const answer = async (since: Cursor) => (await read(EVENTS, { since })).reader.start;
  expect(await answer({ epoch, offset: 100 })).toMatchObject({ recovered: true, cursor: { offset: 100 } });
  expect(await answer({ epoch, offset: first })).toMatchObject({ recovered: true, cursor: { offset: first } });
  expect(await answer({ epoch, offset: 2 })).toMatchObject({
    recovered: false,
    cursor: { epoch, offset: first },
    gap: { why: 'history-trimmed', count: first - 2 },
  });
  expect(await answer({ epoch: 'other', offset: 2 })).toMatchObject({
    recovered: false,
    gap: { why: 'epoch-changed', count: undefined },
  });
  expect(await answer({ epoch, offset: 101 })).toMatchObject({
    recovered: false,
    cursor: { epoch, offset: 100 },
    gap: { why: 'epoch-changed' },
  });
});

test('what was asked for as history comes whole; who falls behind later is told exactly what is missing', async () => {
  setUp({ eventsLogBytes: 4_000 });
  const { reader } = await read(EVENTS);
  await events(3);
  expect(recordsOf(takeAll(reader))).toEqual([0, 1, 2]);
  await events(100, 3);
  const messages = takeAll(reader);
  const [gap] = messages;
  const { epoch } = reader.cursor;
  expect(gap).toMatchObject({ t: 'gap', from: { epoch, offset: 3 }, gap: { why: 'slow-consumer' } });
  const { cursor } = gap as unknown as { cursor: Cursor };
  expect(gap).toMatchObject({ gap: { count: cursor.offset - 3 } });
  expect(recordsOf(messages)).toEqual(Array.from({ length: 103 - cursor.offset }, (_, n) => cursor.offset + n));
  expect(reader.counts).toMatchObject({ gaps: 1, left: cursor.offset - 3 });
});

test('a gap that is told with the answer counts like every other', async () => {
  await events(3);
  const { reader } = await read(EVENTS, { since: { epoch: 'before', offset: 2 } });
  expect(reader.start.gap).toMatchObject({ why: 'epoch-changed' });
  expect(reader.counts).toMatchObject({ gaps: 1 });
});

test('a rewind of samples goes by when they were measured, not by when they came', async () => {
  const measuredAt = [-90_000, -70_000, -50_000, -10_000].map((ago) => clock.now() + ago);
  for (const at of measuredAt) {
    const batch = { channel: '', epoch: '', offset: 0, provenance: 'measured', series: ['x'] } as const;
    bus.publish(SAMPLES, {
      t: 'samples',
      batch: { ...batch, times: Float64Array.of(at), columns: [Float64Array.of(1)] },
    });
  }
  await sealed();
  const { reader } = await read(SAMPLES, { rewind: 60_000 });
  expect(takeAll(reader)).toMatchObject([{ times: [measuredAt[2]] }, { times: [measuredAt[3]] }]);
});

test('lossless until N, then a gap; or the end of the connection', async () => {
  const { reader: lossless } = await read(EVENTS, { lag: 10 });
  const { reader: closing, closed } = await read(EVENTS, { lag: 10, onLag: 'close' });
  await events(10);
  expect(recordsOf(takeAll(lossless))).toHaveLength(10);
  expect(recordsOf(takeAll(closing))).toHaveLength(10);
  await events(11, 10);
  const messages = takeAll(lossless);
  expect(messages[0]).toMatchObject({ t: 'gap', from: { offset: 10 } });
  expect(recordsOf(messages).at(-1)).toBe(20);
  expect(takeAll(closing)).toEqual([]);
  expect(closed).toEqual([EVENTS]);
});

test('a laggard of samples gets the shape of the curve, is told since when, and is told when it caught up', async () => {
  await rows(1);
  const { reader } = await read(SAMPLES, {}, { lagBytes: 2_000 });
  takeAll(reader);
  clock.advance(500);
  await rows(1_000, (row) => (row === 700 ? 99 : row === 300 ? -99 : Math.sin(row / 50)));
  const [notice, batch, ...more] = takeAll(reader);
  const { x, offset, times } = batch as unknown as { x: number[]; offset: number; times: number[] };
  expect(notice).toMatchObject({ t: 'thinned', n: 1_000 - x.length, since: clock.now(), cursor: { offset } });
  expect(x.length).toBeLessThan(450);
  expect([Math.min(...x), Math.max(...x)]).toEqual([-99, 99]);
  expect(offset + times.length).toBe(1_001);
  expect(more).toMatchObject([{ t: 'thinned', n: 0 }]);
  expect(more[0]).not.toHaveProperty('since');
  await rows(2);
  expect(takeAll(reader).map(({ t }) => t)).toEqual(['samples', 'samples']);
});

test('a laggard of samples that wants no thinning skips to the newest quarter of what it may be behind', async () => {
  await rows(1);
  const { reader } = await read(SAMPLES, { onLag: 'gap' }, { lagBytes: 2_000 });
  takeAll(reader);
  await rows(200);
  const [gap, ...rest] = takeAll(reader);
  const { cursor } = gap as unknown as { cursor: Cursor };
  expect(gap).toMatchObject({ t: 'gap', from: { offset: 1 }, gap: { why: 'slow-consumer', count: cursor.offset - 1 } });
  expect(rest).toHaveLength(201 - cursor.offset);
});

test('every: all that waits becomes one batch of extremes, and it is told how many rows are left out', async () => {
  const { reader } = await read(SAMPLES, { every: 250 });
  await rows(50, (row) => (row === 20 ? 7 : 0));
  const [notice, batch, ...more] = takeAll(reader);
  expect(notice).toMatchObject({ t: 'thinned', n: 47 });
  expect(notice).not.toHaveProperty('since');
  expect(batch).toMatchObject({ x: [0, 7, 0] });
  expect(more).toEqual([]);
});

test('whatever is published, trimmed and read when: everything comes in order or is told, and runs say the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat(30), fc.constant('read' as const), fc.constant('gap' as const)), { maxLength: 30 }),
      fc.boolean(),
      async (steps, runs) => {
        setUp({ eventsLogBytes: 3_000 });
        const { reader } = await read(EVENTS, {}, { runs });
        let published = 0;
        let expected = 0;
        const look = (): void => {
          for (let taken = reader.next(); taken !== undefined; taken = reader.next()) {
            for (const message of split(taken)) {
              if (message.t === 'gap') {
                const { cursor } = message as unknown as { cursor: Cursor };
                expect(cursor.offset).toBeGreaterThanOrEqual(expected);
                expected = cursor.offset;
              } else {
                expect(message.from).toBe(expected);
                for (const record of recordsOf([message])) expect(record).toBe(expected++);
              }
            }
          }
          expect(expected).toBe(published);
        };
        for (const step of steps) {
          if (step === 'read') look();
          else if (step === 'gap')
            bus.publish(EVENTS, { t: 'gap', gap: { why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 } });
          else {
            await events(step, published);
            published += step;
          }
        }
        await sealed();
        look();
        pulse.close();
        await bus.close();
      },
    ),
    { numRuns: 60 },
  );
});

/** The messages of a frame, or of several in one buffer. */
function split(taken: Taken): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < taken.frame.length; ) {
    const short = (taken.frame[at + 1] ?? 0) & 127;
    const head = short <= 125 ? 2 : 4;
    const length = short <= 125 ? short : taken.frame.readUInt16BE(at + 2);
    messages.push(JSON.parse(taken.frame.subarray(at + head, at + head + length).toString()));
    at += head + length;
  }
  return messages;
}
