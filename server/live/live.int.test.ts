import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import { decodeSampleBatch, encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { toArrayBuffer } from '../bus/encode.ts';
import { DEFAULT_LIMITS, type Limits } from '../config.ts';
import { type HyphaeServer, startServer } from '../hyphae-server.ts';
import { boardStatus, type Got, RawClient } from './raw-client.ts';

let server: HyphaeServer;
const start = async (limits: Partial<Limits> = {}): Promise<void> => {
  server = await startServer({
    ...DEFAULT_LIMITS,
    drainMs: 200,
    ...limits,
    port: 0,
    host: '127.0.0.1',
    dist: undefined,
    logLevel: 'silent',
  });
};
beforeEach(() => start());
afterEach(() => server.close());

const restart = async (limits: Partial<Limits>): Promise<void> => {
  await server.close();
  await start(limits);
};
const client = (name: string): Promise<RawClient> => new RawClient(server.port).hello(name);
const owner = async (): Promise<RawClient> => {
  const it = await client('owner');
  it.send({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1') });
  expect(await it.answer(1)).toMatchObject({ ok: true });
  return it;
};
const request = (id: string) => ({
  id,
  board: 'b1',
  name: 'status',
  params: {},
  by: 'somebody else',
  deadline: Date.now() + 5_000,
});
const note = (text: string) => ({ dir: 'note', at: 1, text, level: 'info' });
const batch = (offset: number, rows: number) =>
  new Uint8Array(
    encodeSampleBatch({
      channel: 'device/b1/telemetry',
      epoch: 'hub',
      offset,
      series: ['a.temperature_c'],
      provenance: 'measured',
      times: Float64Array.from({ length: rows }, (_, row) => offset + row),
      columns: [Float64Array.from({ length: rows }, (_, row) => offset + row)],
    }),
  );
/** The record of `b1` as this client was last told. */
const record = (it: RawClient, match: (record: Got) => boolean = () => true): Promise<Got> =>
  it.until(({ got }) => {
    const puts = got.filter(({ t }) => t === 'state').flatMap(({ puts }) => puts as [string, Got][]);
    const last = puts.filter(([key]) => key === 'b1').at(-1)?.[1];
    return last && match(last) ? last : undefined;
  });
const records = (it: RawClient, channel: string): unknown[] =>
  it.got
    .filter((message) => message.t === 'events' && message.channel === channel)
    .flatMap((m) => m.records as unknown[]);

test('a viewer sees a board appear, watches values and console, leases it, commands it and sees the ack', async () => {
  const viewer = await client('viewer');
  viewer.send({ t: 'subscribe', id: 1, channel: 'boards' });
  expect(await viewer.message('state')).toMatchObject({ snapshot: true, puts: [] });
  const host = await owner();
  expect(await record(viewer)).toMatchObject({
    online: true,
    owner: { name: 'owner' },
    status: { name: 'Bench', path: { is: 'relay', clientName: 'owner' } },
  });

  host.send(batch(0, 3));
  host.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 0, records: [note('before')] });
  viewer.send({ t: 'subscribe', id: 2, channel: 'device/b1/telemetry' });
  viewer.send({ t: 'subscribe', id: 3, channel: 'device/b1/console' });
  viewer.send({ t: 'subscribe', id: 4, channel: 'device/b1/commands' });
  await viewer.message('subscribed', ({ id }) => id === 4);
  host.send(batch(3, 2));
  host.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 1, records: [note('live')] });
  await viewer.until(({ samples }) => samples.length === 2);
  const [, live] = viewer.samples.map((bytes) => decodeSampleBatch(toArrayBuffer(bytes)));
  expect({ offset: live?.offset, rows: [...(live?.times ?? [])] }).toEqual({ offset: 3, rows: [3, 4] });
  await viewer.until((it) => records(it, 'device/b1/console').length === 2);
  host.send({ t: 'subscribe', id: 9, channel: 'boards' });
  expect(await record(host)).toMatchObject({
    watchers: [{ name: 'viewer' }],
  });

  viewer.send({ t: 'command', rid: 10, request: request('c1') });
  expect(await viewer.answer(10)).toMatchObject({ ok: false, error: { code: 'lease-missing' } });
  viewer.send({ t: 'lease', rid: 11, board: 'b1', action: 'take' });
  const { lease } = await viewer.answer(11);
  const { fence } = lease as { fence: number };
  viewer.send({ t: 'command', rid: 12, request: request('c1'), fence });
  expect(await viewer.answer(12)).toMatchObject({ ok: true });
  const run = await host.message('run-command');
  expect(run).toMatchObject({ request: { id: 'c1', by: 'viewer' }, from: { name: 'viewer' }, fence });
  const { deadline: _, ...command } = request('c1');
  const state = { is: 'done', acknowledged: true, rttMs: 12.5, answer: 'OK' };
  host.send({ t: 'command-update', cursor: { epoch: 'hub', offset: 0 }, update: { ...command, at: 5, state } });
  await viewer.until((it) => records(it, 'device/b1/commands').length === 1);
  expect(records(viewer, 'device/b1/commands')).toMatchObject([{ id: 'c1', state }]);
  expect(server.stats().commands).toBe(0);

  const second = await client('second');
  second.send({ t: 'lease', rid: 1, board: 'b1', action: 'take' });
  expect(await second.answer(1)).toMatchObject({ ok: false, error: { code: 'lease-held' } });
  second.send({ t: 'write', rid: 2, board: 'b1', hex: '00', by: 'second', fence });
  expect(await second.answer(2)).toMatchObject({ ok: false, error: { code: 'lease-held' } });
  const stop = { ...request('c2'), name: EMERGENCY_STOP };
  second.send({ t: 'command', rid: 5, request: stop });
  expect(await second.answer(5), 'whoever sees a board may stop it').toMatchObject({ ok: true });
  await host.message('run-command', (message) => (message.request as { id: string }).id === 'c2');
  host.send({ t: 'lease', rid: 20, board: 'b1', action: 'take-back' });
  expect(await host.answer(20)).toMatchObject({ ok: true });
  viewer.send({ t: 'write', rid: 13, board: 'b1', hex: '00', by: 'viewer', fence });
  expect(await viewer.answer(13)).toMatchObject({ ok: false, error: { code: 'lease-missing' } });
  second.send({ t: 'lease', rid: 3, board: 'b1', action: 'take' });
  expect(await second.answer(3)).toMatchObject({ ok: true });
  second.send({ t: 'write', rid: 4, board: 'b1', hex: '0a', by: 'x', fence });
  expect(await second.answer(4), 'an older fence').toMatchObject({ ok: false, error: { code: 'lease-missing' } });
});

test('a vanished owner marks its boards gone, fails its commands, and goes on where it was when it returns', async () => {
  const host = await owner();
  const viewer = await client('viewer');
  for (const [id, channel] of ['boards', 'device/b1/console', 'device/b1/commands'].entries())
    viewer.send({ t: 'subscribe', id, channel });
  host.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 0, records: [note('a'), note('b')] });
  await viewer.until((it) => records(it, 'device/b1/console').length === 2);
  viewer.send({ t: 'lease', rid: 1, board: 'b1', action: 'take' });
  const { lease } = await viewer.answer(1);
  viewer.send({ t: 'command', rid: 2, request: request('c1'), fence: (lease as { fence: number }).fence });
  await host.message('run-command');
  host.socket.terminate();
  expect(await record(viewer, ({ online }) => online === false)).toMatchObject({ online: false });
  await viewer.until((it) => records(it, 'device/b1/commands').length === 1);
  expect(records(viewer, 'device/b1/commands')).toMatchObject([
    { id: 'c1', state: { is: 'failed', error: { code: 'owner-offline' } } },
  ]);
  viewer.send({ t: 'lease', rid: 3, board: 'b1', action: 'take' });
  expect(await viewer.answer(3)).toMatchObject({ ok: false, error: { code: 'owner-offline' } });

  const other = await client('other');
  other.send({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1') });
  expect(await other.answer(1)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });

  const again = await client('owner');
  again.send({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1') });
  expect(await again.answer(1)).toMatchObject({
    ok: true,
    have: [{ channel: 'device/b1/console', cursor: { epoch: 'hub', offset: 2 } }],
  });
  // One that is there already, one that is new, and then one after a hole.
  again.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 1, records: [note('b'), note('c')] });
  again.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 5, records: [note('f')] });
  await viewer.until((it) => records(it, 'device/b1/console').length === 4);
  expect(records(viewer, 'device/b1/console')).toMatchObject([
    { text: 'a' },
    { text: 'b' },
    { text: 'c' },
    { text: 'f' },
  ]);
  expect(await viewer.message('gap')).toMatchObject({ gap: { why: 'link-lost', count: 2 }, cursor: { offset: 3 } });
});

test('only the owner publishes, and a live board has one owner', async () => {
  const host = await owner();
  const other = await client('other');
  other.send({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1') });
  expect(await other.answer(1)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
  other.send(batch(0, 1));
  expect(await other.message('refused')).toMatchObject({ error: { code: 'not-allowed' } });
  // The same client again (its first connection is half-open) takes its own board over.
  const again = await client('owner');
  expect(await host.until(({ closed }) => closed)).toMatchObject({ code: 4001 });
  again.send({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1') });
  expect(await again.answer(1)).toMatchObject({ ok: true });
  again.send({ t: 'withdraw', board: 'b1' });
  again.send({ t: 'ping', at: 1 });
  await again.message('pong');
  expect(server.stats()).toMatchObject({ boards: 0, commands: 0 });
});

test('a lease ends by itself, and a resume is answered with recovered or a gap', async () => {
  await restart({ leaseMs: 50, eventsLogBytes: 2_000 });
  const host = await owner();
  const viewer = await client('viewer');
  viewer.send({ t: 'subscribe', id: 1, channel: 'boards' });
  viewer.send({ t: 'lease', rid: 2, board: 'b1', action: 'take' });
  await record(viewer, ({ lease }) => lease !== undefined);
  await record(viewer, ({ lease }) => lease === undefined);
  const many = Array.from({ length: 40 }, (_, index) => note(`line ${index}`));
  for (const [from, one] of many.entries()) {
    host.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from, records: [one] });
    // One by one: what comes together is kept together.
    host.send({ t: 'ping', at: from });
    await host.message('pong', ({ at }) => at === from);
    await new Promise((resolve) => setTimeout(resolve, 6));
  }
  const ask = async (id: number, since: unknown) => {
    viewer.send({ t: 'subscribe', id, channel: 'device/b1/console', since });
    const answer = await viewer.message('subscribed', (message) => message.id === id);
    viewer.send({ t: 'unsubscribe', channel: 'device/b1/console' });
    return answer as Got & { cursor: { epoch: string; offset: number } };
  };
  const first = await ask(3, undefined);
  const { epoch } = first.cursor;
  expect(await ask(4, { epoch, offset: 39 })).toMatchObject({ recovered: true, cursor: { offset: 39 } });
  expect(await ask(5, { epoch, offset: 0 })).toMatchObject({
    recovered: false,
    gap: { why: 'history-trimmed', count: first.cursor.offset },
  });
  expect(await ask(6, { epoch: 'other', offset: 3 })).toMatchObject({
    recovered: false,
    gap: { why: 'epoch-changed' },
  });
});

test('a client that does not read costs others nothing, and its memory is bounded', async () => {
  await restart({ queueHighBytes: 65_536, samplesLagBytes: 131_072, samplesLogBytes: 1_048_576, bytesPerSecond: 1e9 });
  const host = await owner();
  const [slow, fast] = [await client('slow'), await client('fast')];
  for (const it of [slow, fast]) it.send({ t: 'subscribe', id: 1, channel: 'device/b1/telemetry' });
  await Promise.all([slow.message('subscribed'), fast.message('subscribed')]);
  slow.socket.pause();
  const rows = 512;
  const batches = 4_000;
  for (let index = 0; index < batches; index++) {
    host.send(batch(index * rows, rows));
    // The owner waits for the fast viewer now and then: what is measured is whether the slow one holds it up.
    if (index % 100 === 99) await fast.until(({ samples }) => samples.length === index + 1);
  }
  expect(fast.samples.length).toBe(batches);
  // The log, and what one flush brought on top of it.
  expect(server.stats().keptBytes).toBeLessThan(2_100_000);
  slow.socket.resume();
  const last = await slow.until(({ samples }) => {
    const bytes = samples.at(-1);
    const end = bytes && decodeSampleBatch(toArrayBuffer(bytes));
    return end && end.offset + end.times.length === batches * rows && end;
  });
  expect(last).toBeDefined();
  // Every row came or was told as missing or left out.
  const gaps = slow.got.filter(({ t }) => t === 'gap') as (Got & { gap: { count: number; why: string } })[];
  const thinned = slow.got.filter(({ t }) => t === 'thinned').reduce((sum, { n }) => sum + (n as number), 0);
  const told = thinned + gaps.reduce((sum, { gap }) => sum + gap.count, 0);
  const came = slow.samples.reduce((sum, bytes) => sum + decodeSampleBatch(toArrayBuffer(bytes)).times.length, 0);
  expect(told).toBeGreaterThan(0);
  expect(gaps.every(({ gap }) => gap.why === 'slow-consumer')).toBe(true);
  expect(came + told).toBe(batches * rows);
});

test('named refusals: foreign origin, no subprotocol, other contract, oversize, no hello, malformed, flood', async () => {
  await restart({ helloMs: 100, maxMessageBytes: 10_000, recordsPerSecond: 1, recordsBurst: 10, maxConnections: 3 });
  const foreign = new RawClient(server.port, { headers: { Origin: 'https://evil.example' } });
  await expect(foreign.open()).rejects.toThrow('403');
  const rebound = new RawClient(server.port, { headers: { Host: 'evil.example' } });
  await expect(rebound.open()).rejects.toThrow('403');
  await expect(new RawClient(server.port, { protocol: 'other' }).open()).rejects.toThrow('400');

  const silent = await new RawClient(server.port).open();
  expect(await silent.until(({ closed }) => closed)).toMatchObject({ code: 4003 });
  const old = await new RawClient(server.port).open();
  old.send({ t: 'hello', contract: 999, build: 'x', client: { id: 'secret-id-1', name: 'old' } });
  expect(await old.message('refused')).toMatchObject({ error: { code: 'contract-mismatch' } });
  expect(await old.until(({ closed }) => closed)).toMatchObject({ code: 4002 });
  const big = await client('big');
  big.send('x'.repeat(10_001));
  expect(await big.until(({ closed }) => closed)).toMatchObject({ code: 1009 });

  const odd = await client('odd');
  odd.send('{');
  odd.send({ t: 'from-the-future', x: 1 });
  odd.send({ t: 'lease', rid: 7, board: 'no spaces', action: 'take' });
  expect(await odd.answer(7)).toMatchObject({ ok: false, error: { code: 'bad-message' } });
  for (let index = 0; index < 20; index++) odd.send({ t: 'ping', at: index });
  expect(await odd.message('refused', ({ retryAfterMs }) => retryAfterMs !== undefined)).toMatchObject({
    error: { code: 'limit-reached', message: 'recordsPerSecond' },
  });
  // Whoever waits for an answer gets one.
  odd.send({ t: 'lease', rid: 8, board: 'b1', action: 'take' });
  odd.send({ t: 'subscribe', id: 9, channel: 'events/a' });
  odd.send({ t: 'publish', rid: 10, channel: 'events/a', records: [1] });
  for (const rid of [8, 9, 10])
    expect(await odd.answer(rid)).toMatchObject({
      ok: false,
      error: { code: 'limit-reached', message: 'recordsPerSecond' },
      retryAfterMs: expect.any(Number),
    });
  const others = [await client('two'), await client('three')];
  await expect(new RawClient(server.port).open()).rejects.toThrow('503');
  await Promise.all(others.map((it) => it.close()));
});

test('a refused upgrade does not keep its socket, whatever its client goes on to do', async () => {
  await restart({ closeMs: 50 });
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  socket.write(`GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\nand more`);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  const cut = new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
  await new Promise((resolve) => socket.once('end', resolve));
  expect(answer).toContain('404');
  const talking = setInterval(() => socket.write('.'), 10);
  expect((await cut).code).toMatch(/ECONNRESET|EPIPE/);
  clearInterval(talking);
});

test('whoever is being closed is not heard any more', async () => {
  const ann = await client('ann');
  const rude = await new RawClient(server.port).open();
  rude.send({ t: 'ping', at: 1 });
  rude.send({ t: 'hello', contract: CONTRACT_VERSION, build: 'test', client: { id: 'secret-id-of-ann', name: 'ann' } });
  expect(await rude.until(({ closed }) => closed)).toMatchObject({ code: 1008 });
  ann.send({ t: 'ping', at: 2 });
  expect(await ann.until(({ closed, got }) => closed ?? got.find(({ t }) => t === 'pong'))).toMatchObject({ at: 2 });
});

test('a half-open connection is noticed', async () => {
  await restart({ pingMs: 50 });
  const it = await client('half');
  it.socket.pause();
  // Its system still acknowledges, but nobody answers our pings.
  while (server.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const raw = connect(server.port, '127.0.0.1');
  raw.on('error', () => undefined);
  raw.write('GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n');
  raw.destroy();
  expect(server.stats().connections).toBe(0);
});

test('1,000 clients come, watch, and drop: counts and memory return', async () => {
  const host = await owner();
  host.send({ t: 'records', channel: 'device/b1/console', epoch: 'hub', from: 0, records: [note('a')] });
  const visit = async (index: number): Promise<void> => {
    const it = await client(`visitor ${index}`);
    it.send({ t: 'subscribe', id: 1, channel: 'boards' });
    it.send({ t: 'subscribe', id: 2, channel: 'device/b1/console' });
    it.send({ t: 'lease', rid: 3, board: 'b1', action: 'take' });
    await it.answer(3);
    await it.message('subscribed', ({ id }) => id === 2);
    if (index % 2) it.socket.terminate();
    else it.socket.close();
    await it.until(({ closed }) => closed);
  };
  const crowd = async (from: number, count: number): Promise<void> => {
    let next = from;
    const worker = async (): Promise<void> => {
      while (next < from + count) await visit(next++);
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    while (server.stats().connections > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  const heap = (): number => {
    gc();
    return process.memoryUsage().heapUsed;
  };
  await crowd(0, 200);
  const before = heap();
  await crowd(200, 1_000);
  const grown = heap() - before;
  host.send({ t: 'lease', rid: 50, board: 'b1', action: 'take-back' });
  await host.answer(50);
  expect(server.stats()).toMatchObject({ connections: 1, boards: 1, leases: 0, commands: 0 });
  host.send({ t: 'subscribe', id: 60, channel: 'boards' });
  expect(await record(host)).toMatchObject({ watchers: [] });
  // The clients' own side lives in this process too.
  expect(grown).toBeLessThan(4_000_000);
});

test('a stopping server says when to come back, and ends', async () => {
  const it = await client('it');
  const stopped = server.close();
  expect(await it.message('reconnect')).toHaveProperty('afterMs');
  expect(await it.until(({ closed }) => closed)).toMatchObject({ code: 1001 });
  await stopped;
});
