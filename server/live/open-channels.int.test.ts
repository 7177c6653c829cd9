import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { RELAY_SUBPROTOCOL } from '../../src/contract/to-relay.ts';
import { DEFAULT_LIMITS, type Limits } from '../config.ts';
import { type HyphaeServer, startServer } from '../hyphae-server.ts';
import { type Got, RawClient } from './raw-client.ts';

let server: HyphaeServer;
const start = async (limits: Partial<Limits> = {}): Promise<void> => {
  const config = { ...DEFAULT_LIMITS, drainMs: 200, ...limits };
  server = await startServer({ ...config, port: 0, host: '127.0.0.1', dist: undefined, logLevel: 'silent' });
};
const streams: AbortController[] = [];
beforeEach(() => start());
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await server.close();
});
const restart = async (limits: Partial<Limits>): Promise<void> => {
  await server.close();
  await start(limits);
};
const client = (name: string): Promise<RawClient> => new RawClient(server.port).hello(name);

async function publish(publisher: RawClient, rid: number, message: object): Promise<Got> {
  publisher.send({ t: 'publish', rid, ...message });
  return publisher.answer(rid);
}

const recordsOf = (messages: readonly Got[], channel: string): unknown[] =>
  messages.filter((m) => m.t === 'events' && m.channel === channel).flatMap((m) => m.records as unknown[]);

/** A client of `/sse` that keeps what it gets. */
async function listen(query: string, headers: Record<string, string> = {}) {
  const stream = new AbortController();
  streams.push(stream);
  const response = await fetch(`http://127.0.0.1:${server.port}/sse?${query}`, { headers, signal: stream.signal });
  const events: EventSourceMessage[] = [];
  const ids: string[] = [];
  let ended = false;
  const parser = createParser({
    onEvent: (event) => {
      events.push(event);
    },
  });
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk, { stream: true });
      parser.feed(text);
      // As a browser does: an id counts even where no event comes with it.
      for (const [, id] of text.matchAll(/^id: (.*)$/gm)) ids.push(id ?? '');
    }
    ended = true;
  })().catch(() => {
    ended = true;
  });
  const got = (): Got[] => events.map(({ data }) => JSON.parse(data));
  return {
    status: response.status,
    got,
    ids: () => ids,
    lastId: () => ids.at(-1) ?? '',
    isEnded: () => ended,
    stop: () => stream.abort(),
  };
}

test('anybody with the right publishes on an open channel; the answer says where it is, and twice is once', async () => {
  const [reader, publisher] = [await client('reader'), await client('publisher')];
  reader.send({ t: 'subscribe', id: 1, channel: 'events/lab' });
  await reader.message('subscribed');
  const first = await publish(publisher, 1, { channel: 'events/lab', key: 'k', records: [{ n: 1 }, { n: 2 }] });
  const again = await publish(publisher, 2, { channel: 'events/lab', key: 'k', records: [{ n: 1 }, { n: 2 }] });
  expect(first).toMatchObject({ ok: true, duplicate: false, cursor: { offset: 0 } });
  expect(again).toMatchObject({ ok: true, duplicate: true, cursor: { offset: 0 } });
  await reader.until(({ got }) => recordsOf(got, 'events/lab').length >= 2);
  expect(recordsOf(reader.got, 'events/lab')).toEqual([{ n: 1 }, { n: 2 }]);
});

test('each kind takes what belongs to it, and says what else would', async () => {
  const publisher = await client('publisher');
  const bad = async (rid: number, message: object) => (await publish(publisher, rid, message)).error;
  expect(await bad(1, { channel: 'events/a', puts: [['a', 1]] })).toMatchObject({ code: 'bad-message' });
  expect(await bad(2, { channel: 'state/a', records: [1] })).toMatchObject({ code: 'bad-message' });
  expect(await bad(3, { channel: 'samples/a', records: [1] })).toMatchObject({ code: 'bad-message' });
  expect(await bad(4, { channel: 'boards', records: [1] })).toMatchObject({ code: 'not-allowed' });
  expect(await bad(5, { channel: 'events/feed/a', records: [1] })).toMatchObject({ code: 'not-allowed' });
  expect(await bad(6, { channel: 'device/b/console', records: [1] })).toMatchObject({ code: 'not-allowed' });
  expect(await bad(7, { channel: 'pending', puts: [['a', 1]] })).toMatchObject({ code: 'not-allowed' });
  expect(await bad(8, { channel: 'events/a', records: [] })).toMatchObject({ code: 'bad-message' });
  publisher.send({ t: 'subscribe', id: 9, channel: 'access-tokens' });
  expect(await publisher.answer(9)).toMatchObject({ ok: false, error: { code: 'no-such-channel' } });
});

test('state: a snapshot in pages, then changes; a key with a lease vanishes by itself', async () => {
  const [reader, publisher] = [await client('reader'), await client('publisher')];
  for (let page = 0; page < 3; page++) {
    const puts = Array.from({ length: 500 }, (_, n) => [`k${page * 500 + n}`, n]);
    await publish(publisher, page, { channel: 'state/many', puts });
  }
  reader.send({ t: 'subscribe', id: 1, channel: 'state/many' });
  const keys = (): number =>
    reader.got.filter(({ t }) => t === 'state').reduce((sum, { puts }) => sum + (puts as unknown[]).length, 0);
  await reader.until(() => keys() === 1_500);
  const pages = reader.got.filter(({ t }) => t === 'state');
  expect(pages.map(({ snapshot }) => snapshot)).toEqual([true, ...Array(pages.length - 1).fill(false)]);
  await publish(publisher, 10, { channel: 'state/many', puts: [['here', 1]], ttlMs: 100 });
  await reader.message('state', ({ dels }) => (dels as string[]).includes('here'));
});

test('a client whose connection broke goes on where it was, on either wire', async () => {
  const [reader, publisher] = [await client('reader'), await client('publisher')];
  reader.send({ t: 'subscribe', id: 1, channel: 'events/lab' });
  await reader.message('subscribed');
  await publish(publisher, 1, { channel: 'events/lab', records: [1, 2, 3] });
  const { epoch, from } = await reader.message('events');
  const stream = await listen('channel=events/lab&rewind=0');
  await expect.poll(() => stream.got().length).toBe(2);
  reader.socket.terminate();
  stream.stop();
  await publish(publisher, 2, { channel: 'events/lab', records: [4, 5] });
  const cursor = { epoch, offset: (from as number) + 3 };
  const again = await client('reader');
  again.send({ t: 'subscribe', id: 1, channel: 'events/lab', since: cursor });
  expect(await again.message('subscribed')).toMatchObject({ recovered: true, cursor });
  await again.until(({ got }) => recordsOf(got, 'events/lab').length === 2);
  expect(recordsOf(again.got, 'events/lab')).toEqual([4, 5]);
  const id = `events/lab=${epoch}:${cursor.offset}`;
  const resumed = await listen('channel=events/lab', { 'Last-Event-ID': id });
  await expect.poll(() => recordsOf(resumed.got(), 'events/lab')).toEqual([4, 5]);
  expect(resumed.got()[1]).toMatchObject({ t: 'subscribed', recovered: true });
  expect(resumed.lastId()).toBe(`events/lab=${epoch}:${cursor.offset + 2}`);
});

test('an event stream is not begun for who asks for its head only', async () => {
  const { status } = await fetch(`http://127.0.0.1:${server.port}/sse?channel=events/a`, { method: 'HEAD' });
  expect(status).toBe(404);
  expect(server.stats().connections).toBe(0);
});

test('several channels in one event stream: the last id says how far each is, and all resume from it', async () => {
  const publisher = await client('publisher');
  await publish(publisher, 1, { channel: 'events/a', records: ['a1'] });
  await publish(publisher, 2, { channel: 'events/b', records: ['b1'] });
  const samples = {
    series: ['x', 'y'],
    times: [1, 2],
    columns: [
      [1, null],
      [3, 4],
    ],
  };
  await publish(publisher, 3, { channel: 'samples/c', samples });
  const query = 'channel=events/a&channel=events/b&channel=samples/c';
  const stream = await listen(query);
  await expect.poll(() => stream.got().filter(({ t }) => t === 'samples').length).toBe(1);
  expect(stream.got().find(({ t }) => t === 'samples')).toMatchObject({ ...samples, provenance: 'unknown' });
  await expect.poll(() => stream.lastId().split(' ').length).toBe(3);
  expect(
    stream.ids().every((id) => id.split(' ').length === 3),
    'no id forgets a channel',
  ).toBe(true);
  stream.stop();
  await publish(publisher, 4, { channel: 'events/b', records: ['b2'] });
  const resumed = await listen(query, { 'Last-Event-ID': stream.lastId() });
  await expect.poll(() => recordsOf(resumed.got(), 'events/b')).toEqual(['b2']);
  expect(recordsOf(resumed.got(), 'events/a')).toEqual([]);
  const answers = resumed.got().filter(({ t }) => t === 'subscribed');
  expect(answers.map(({ recovered }) => recovered)).toEqual([true, true, true]);
});

test('an event stream is refused by name, and told to come back when the server stops', async () => {
  expect((await listen('')).status).toBe(400);
  expect((await listen('channel=no such')).status).toBe(400);
  const unknown = await listen('channel=device/none/console');
  await expect.poll(() => unknown.got().at(-1)).toMatchObject({ ok: false, error: { code: 'no-such-channel' } });
  const stream = await listen('channel=events/a');
  await expect.poll(() => stream.got().length).toBe(2);
  await server.close();
  await expect.poll(() => stream.isEnded()).toBe(true);
  expect(stream.got().at(-1)).toMatchObject({ t: 'reconnect' });
});

test('who asks for less gets less: at most one delivery per interval, thinned and told so', async () => {
  const [reader, publisher] = [await client('reader'), await client('publisher')];
  reader.send({ t: 'subscribe', id: 1, channel: 'samples/fast', every: 300 });
  reader.send({ t: 'subscribe', id: 2, channel: 'state/fast', every: 300 });
  await reader.message('subscribed', ({ id }) => id === 2);
  for (let n = 0; n < 40; n++) {
    const samples = { series: ['x'], times: [n], columns: [[n]] };
    publisher.send({ t: 'publish', channel: 'samples/fast', samples });
    await publish(publisher, n, { channel: 'state/fast', puts: [['k', n]] });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await reader.until(({ got }) =>
    got.some(({ t, puts }) => t === 'state' && (puts as [string, number][]).some(([, n]) => n === 39)),
  );
  expect(reader.got.filter(({ t }) => t === 'state').length).toBeLessThan(10);
  await reader.until(({ samples }) => samples.length >= 1);
  expect(reader.samples.length).toBeLessThan(10);
  expect(reader.got.filter(({ t }) => t === 'thinned').length).toBeGreaterThan(0);
});

test('a client that does not read loses nothing silently and costs a bounded amount; close is close', async () => {
  await restart({
    queueHighBytes: 65_536,
    eventsLogBytes: 524_288,
    recordsPerSecond: 1e9,
    recordsBurst: 1e9,
    bytesPerSecond: 1e9,
  });
  const [slow, closing, fast, publisher] = [
    await client('slow'),
    await client('closing'),
    await client('fast'),
    await client('publisher'),
  ];
  slow.send({ t: 'subscribe', id: 1, channel: 'events/flood' });
  closing.send({ t: 'subscribe', id: 1, channel: 'events/flood', lag: 2_000, onLag: 'close' });
  fast.send({ t: 'subscribe', id: 1, channel: 'events/flood' });
  await Promise.all([slow, closing, fast].map((one) => one.message('subscribed')));
  slow.socket.pause();
  closing.socket.pause();
  const pad = 'x'.repeat(1_000);
  for (let batch = 0; batch < 300; batch++) {
    const records = Array.from({ length: 50 }, (_, n) => ({ n: batch * 50 + n, pad }));
    await publish(publisher, batch, { channel: 'events/flood', records });
  }
  await fast.until(({ got }) => recordsOf(got, 'events/flood').length === 15_000);
  expect(fast.got.filter(({ t }) => t === 'gap')).toEqual([]);
  slow.socket.resume();
  closing.socket.resume();
  const numbers = (): number[] => recordsOf(slow.got, 'events/flood').map((record) => (record as { n: number }).n);
  await slow.until(() => numbers().at(-1) === 14_999);
  const gaps = slow.got.filter(({ t }) => t === 'gap') as (Got & {
    gap: { count: number };
    from: { offset: number };
  })[];
  const told = gaps.reduce((sum, { gap }) => sum + gap.count, 0);
  expect(gaps.length).toBeGreaterThan(0);
  expect(numbers().length + told).toBe(15_000);
  expect(await closing.until(({ closed }) => closed)).toMatchObject({ code: 4004 });
});

test('compressed once for all who offer it, and what they send compressed is read within bounds', async () => {
  await restart({ deflate: 1 });
  const url = `ws://127.0.0.1:${server.port}/live`;
  const socket = new WebSocket(url, [RELAY_SUBPROTOCOL], { perMessageDeflate: true });
  const got: Got[] = [];
  socket.on('message', (data) => got.push(JSON.parse(data.toString())));
  await new Promise((resolve) => socket.once('open', resolve));
  const pad = 'a long and repeated text '.repeat(100);
  socket.send(
    JSON.stringify({ t: 'hello', contract: 1, build: 'test', client: { id: 'deflating-client', name: 'd' } }),
  );
  socket.send(JSON.stringify({ t: 'subscribe', id: 1, channel: 'events/z' }));
  await expect.poll(() => got.some(({ t }) => t === 'subscribed')).toBe(true);
  socket.send(JSON.stringify({ t: 'publish', channel: 'events/z', records: [{ pad }] }));
  await expect.poll(() => recordsOf(got, 'events/z')).toEqual([{ pad }]);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.send('x'.repeat(4 * 1_048_576));
  expect(await closed).toBe(1009);
});

test('a binary batch on an open samples channel is a publication', async () => {
  const [reader, publisher] = [await client('reader'), await client('publisher')];
  reader.send({ t: 'subscribe', id: 1, channel: 'samples/s' });
  await reader.message('subscribed');
  const columns = [Float64Array.of(1, Number.NaN)];
  const header = { channel: 'samples/s', epoch: 'mine', offset: 7, series: ['x'], provenance: 'measured' } as const;
  publisher.send(new Uint8Array(encodeSampleBatch({ ...header, times: Float64Array.of(5, 6), columns })));
  await reader.until(({ samples }) => samples.length === 1);
  publisher.send(new Uint8Array([1, 2, 3]));
  expect(await publisher.message('refused')).toMatchObject({ error: { code: 'bad-message' } });
});
