import { expect, test } from 'vitest';
import { FakeClock } from '../../server/fake-clock.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { RelayReading } from './relay-reading.ts';
import type { Publication, UpstreamHost } from './upstream.ts';

const console_ = 'device/b/console';
const telemetry = 'device/b/telemetry';
const note = (text: string) => ({ dir: 'note', at: 1, text, level: 'info' });

function setUp(channel = console_) {
  const clock = new FakeClock();
  const sent: ToRelay[] = [];
  const published: Publication[] = [];
  const drops: Record<string, number> = {};
  let rid = 0;
  const reading = new RelayReading({
    host: {
      schedule: clock.schedule,
      publish: (publication: Publication) => published.push(publication),
    } as unknown as UpstreamHost,
    socket: { send: (message) => sent.push(message) > 0 },
    questions: { nextRid: () => ++rid },
    clock: { shiftMs: 0 },
    isShared: () => true,
    onReceived: () => undefined,
    onDrop: (reason, count = 1) => {
      drops[reason] = (drops[reason] ?? 0) + count;
    },
  });
  reading.demand(channel, true, undefined);
  const subscribed = (offset: number, epoch = 'e', more: object = {}): void => {
    const message = { t: 'subscribed', id: rid, channel, kind: 'events', recovered: true, gap: undefined, ...more };
    reading.message({ ...message, cursor: { epoch, offset } } as Extract<FromRelay, { t: 'subscribed' }>);
  };
  const events = (from: number, ...texts: string[]): void =>
    reading.message({ t: 'events', channel, epoch: 'e', from, records: texts.map(note) });
  const samples = (offset: number, rows: number): void => {
    const times = Float64Array.from({ length: rows }, (_, row) => offset + row);
    reading.samples(
      encodeSampleBatch({
        channel,
        epoch: 'e',
        offset,
        series: ['x'],
        provenance: 'measured',
        times,
        columns: [times],
      }),
    );
  };
  const texts = (): string[] =>
    published.flatMap((one) => (one.t === 'events' ? one.records.map((it) => (it as { text: string }).text) : []));
  return { clock, reading, sent, published, drops, subscribed, events, samples, texts };
}

test('a hole on a live connection is read again, without a reconnect, and in order', () => {
  const { sent, drops, subscribed, events, texts } = setUp();
  subscribed(0);
  events(0, 'a', 'b');
  events(4, 'e');
  events(5, 'f');
  expect(sent.slice(1)).toMatchObject([
    { t: 'unsubscribe', channel: console_ },
    { t: 'subscribe', channel: console_, since: { epoch: 'e', offset: 2 } },
  ]);
  expect(texts()).toEqual(['a', 'b']);
  subscribed(2);
  events(2, 'c', 'd', 'e', 'f');
  events(6, 'g');
  expect(texts()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(drops).toEqual({ refilled: 1 });
});

test('a hole that cannot be filled is not asked for again and again', () => {
  const { sent, drops, subscribed, events, texts } = setUp();
  subscribed(0);
  events(0, 'a');
  events(3, 'd');
  subscribed(1);
  events(3, 'd');
  expect(sent).toHaveLength(3);
  expect(texts()).toEqual(['a', 'd']);
  expect(drops).toEqual({ refilled: 1 });
});

test('a gap or a thinning that was told is no hole; what was left out is counted', () => {
  const { reading, sent, drops, subscribed, samples, published } = setUp(telemetry);
  subscribed(0);
  samples(0, 10);
  const gap = { why: 'slow-consumer', count: 10, fromMs: 1, toMs: 2 } as const;
  reading.message({ t: 'gap', channel: telemetry, gap, cursor: { epoch: 'e', offset: 20 } });
  samples(20, 10);
  reading.message({ t: 'thinned', channel: telemetry, n: 60, since: 1, cursor: { epoch: 'e', offset: 90 } });
  samples(90, 10);
  expect(sent).toHaveLength(1);
  expect(published).toHaveLength(3);
  expect(drops).toEqual({ thinned: 60 });
  // A gap that begins further on than we are has a hole before it.
  const [from, cursor] = [110, 120].map((offset) => ({ epoch: 'e', offset }));
  if (from && cursor) reading.message({ t: 'gap', channel: telemetry, gap, cursor, from });
  expect(sent.at(-1)).toMatchObject({ t: 'subscribe', since: { epoch: 'e', offset: 100 } });
});

test('after a break, refilling begins anew with the subscription', () => {
  const { reading, sent, subscribed, events, texts } = setUp();
  subscribed(0);
  events(0, 'a');
  events(2, 'c');
  reading.down();
  reading.up();
  expect(sent.at(-1)).toMatchObject({ t: 'subscribe', since: { epoch: 'e', offset: 1 } });
  subscribed(1);
  events(1, 'b', 'c');
  expect(texts()).toEqual(['a', 'b', 'c']);
});

const idOf = (message: ToRelay | undefined): number => (message?.t === 'subscribe' ? message.id : -1);

test('a subscription that is refused for a while is asked for again, once for each refusal, and goes on where it was', () => {
  const { clock, reading, sent, subscribed, events, texts } = setUp();
  subscribed(0);
  events(0, 'a');
  reading.down();
  reading.up();
  reading.refused(idOf(sent.at(-1)), 2_000);
  clock.advance(1_999);
  expect(sent).toHaveLength(2);
  clock.advance(1);
  expect(sent.at(-1)).toMatchObject({ t: 'subscribe', channel: console_, since: { epoch: 'e', offset: 1 } });
  clock.advance(60_000);
  expect(sent).toHaveLength(3);
  reading.refused(idOf(sent.at(-1)), 500);
  clock.advance(500);
  expect(sent).toHaveLength(4);
  subscribed(1);
  events(1, 'b');
  expect(texts()).toEqual(['a', 'b']);
  expect(clock.pending).toBe(0);
});

test('what nobody wants any more, or what is not there, is not asked for again', () => {
  for (const end of ['demand', 'disappeared', 'down', 'close'] as const) {
    const { clock, reading, sent } = setUp();
    reading.refused(idOf(sent.at(-1)), 1_000);
    if (end === 'demand') reading.demand(console_, false, undefined);
    else if (end === 'disappeared') reading.disappeared('b');
    else reading[end]();
    clock.advance(60_000);
    expect(sent, end).toHaveLength(1);
    expect(clock.pending, end).toBe(0);
  }
});

test('a refusal without a time waits for the board to change; a change is not waited for twice', () => {
  const { clock, reading, sent } = setUp();
  reading.refused(idOf(sent.at(-1)), undefined);
  clock.advance(60_000);
  expect(sent).toHaveLength(1);
  reading.appeared('b');
  expect(sent).toHaveLength(2);
  reading.refused(idOf(sent.at(-1)), 1_000);
  reading.appeared('b');
  clock.advance(60_000);
  expect(sent).toHaveLength(3);
});

test('a time that makes no sense neither floods the relay nor is waited for too long', () => {
  const { clock, reading, sent } = setUp();
  reading.refused(idOf(sent.at(-1)), 0);
  clock.advance(99);
  expect(sent).toHaveLength(1);
  clock.advance(1);
  expect(sent).toHaveLength(2);
  reading.refused(idOf(sent.at(-1)), Number.MAX_SAFE_INTEGER);
  clock.advance(60_000);
  expect(sent).toHaveLength(3);
});
