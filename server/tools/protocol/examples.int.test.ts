import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { encodeSampleBatch } from '../../../src/contract/sample-batch.ts';
import { Secrets } from '../../access/secrets.ts';
import { type Config, DEFAULT_LIMITS } from '../../config.ts';
import { openTcpProxy, type TcpProxy } from '../../faults/tcp-proxy.ts';
import { type HyphaeServer, startServer } from '../../hyphae-server.ts';
import { type Got, RawClient } from '../../live/raw-client.ts';
import { buildCsharp, ExampleClient, type Language, type Line, pythonClient } from './example-client.ts';
import { FROM_RELAY_EXAMPLES } from './examples.ts';
import { findDotnet, findPython } from './languages.ts';

const EVENTS = 'events/lab.notes';
const STATE = 'state/freezers';
const SAMPLES = 'samples/fci/rack-2';
const BREAKS = 4;
const PER_BREAK = 50;

const python = findPython();
const dotnet = findDotnet();
if (python === undefined) process.stderr.write('!! No Python with websockets: its example is not tested.\n');
if (dotnet === undefined) process.stderr.write('!! No .NET SDK: the C# example is not tested.\n');

const languages = [
  { name: 'Python', isHere: python !== undefined, make: () => pythonClient(python ?? '') },
  { name: 'C#', isHere: dotnet !== undefined, make: () => buildCsharp(dotnet ?? '') },
];

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Partial<Config> = {}): Promise<HyphaeServer> {
  const config = { ...DEFAULT_LIMITS, port: 0, host: '127.0.0.1', dist: undefined, logLevel: 'silent', drainMs: 50 };
  const server = await startServer({ ...config, ...options });
  closers.push(() => server.close());
  return server;
}

async function proxyTo(port: () => number): Promise<TcpProxy> {
  const proxy = await openTcpProxy(port);
  closers.push(() => proxy.close());
  return proxy;
}

async function talk({ port }: HyphaeServer, name = 'test'): Promise<RawClient> {
  const client = await new RawClient(port).hello(name);
  closers.push(() => client.socket.terminate());
  return client;
}

const urlOf = (port: number): string[] => ['--url', `http://127.0.0.1:${port}`];
const isRecord = (line: Line): boolean => 'record' in line;
const gapsOf = (lines: readonly Line[]) => lines.filter((line) => 'gap' in line);
const numbersOf = (lines: readonly Line[]): unknown[] =>
  lines.filter(isRecord).map(({ record }) => (record as { readonly n: number }).n);
const eventsOf = (lines: readonly Line[]): unknown[] => numbersOf(lines.filter(({ channel }) => channel === EVENTS));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const record = (n: number): object => ({ n, text: `note ${n}: ${'x'.repeat(100)}` });

/** Everything that a reader of ours was sent on an events channel. */
const heardBy = (client: RawClient): unknown[] =>
  client.got
    .filter(({ t }) => t === 'events')
    .flatMap((message) => message.records as readonly { readonly n: number }[])
    .map(({ n }) => n);

/** A server that leaves records out and says others twice, as no real one should. */
async function startFake(): Promise<{ readonly port: number; readonly asked: readonly Got[] }> {
  const asked: Got[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    const say = (message: object): void => socket.send(JSON.stringify(message));
    const events = (from: number, to: number): void => {
      const records = upTo(to).slice(from).map(record);
      say({ t: 'events', channel: EVENTS, epoch: 'e1', from, records });
    };
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Got;
      asked.push(message);
      if (message.t === 'hello') say(FROM_RELAY_EXAMPLES.welcome);
      if (message.t !== 'subscribe') return;
      const { id, since } = message;
      // Of the first subscription, still on its way.
      if (since !== undefined) events(6, 7);
      const cursor = since ?? { epoch: 'e1', offset: 0 };
      say({ t: 'subscribed', id, channel: EVENTS, kind: 'events', cursor, recovered: since !== undefined });
      if (since !== undefined) events(3, 7);
      else
        for (const [from, to] of [
          [0, 2],
          [1, 3],
          [5, 6],
        ] as const)
          events(from, to);
    });
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked };
}

describe.each(languages)('$name, from docs/protocol.md', ({ isHere, make }) => {
  let language: Language;
  beforeAll(() => {
    if (isHere) language = make();
  }, 120_000);

  function run(...words: readonly string[]): ExampleClient {
    const client = new ExampleClient(language, words);
    closers.push(() => client.stop());
    return client;
  }

  const follow = (port: number, options: readonly string[], ...channels: readonly string[]): ExampleClient =>
    run(...urlOf(port), 'subscribe', ...channels, ...options);

  const wires = [
    { wire: 'WebSocket', option: [] },
    { wire: 'SSE', option: ['--sse'] },
  ] as const;

  test.skipIf(!isHere).each(wires)('prints what others publish ($wire)', async ({ option }) => {
    const server = await start();
    const other = await talk(server);
    other.send({ t: 'publish', channel: EVENTS, records: [record(0), record(1)] });
    other.send({ t: 'publish', channel: STATE, puts: [['f1', { temperatureC: -78.4 }]] });
    const batch = {
      channel: SAMPLES,
      epoch: '-',
      offset: 0,
      series: ['volts', 'amps'],
      provenance: 'simulated',
      times: Float64Array.of(1_000, 1_001),
      columns: [Float64Array.of(1.5, -2), Float64Array.of(Number.NaN, 0.25)],
    } as const;
    other.send(new Uint8Array(encodeSampleBatch(batch)));
    const client = follow(server.port, option, EVENTS, STATE, SAMPLES);
    await client.until(({ lines }) => lines.length >= 6);
    other.send({ t: 'publish', channel: EVENTS, records: [record(2)] });
    other.send({ t: 'publish', channel: STATE, dels: ['f1'] });
    await client.until(({ lines }) => lines.length >= 8);
    const of = (channel: string) => client.lines.filter((line) => line.channel === channel);
    expect(numbersOf(of(EVENTS))).toEqual([0, 1, 2]);
    expect(of(STATE).map(({ channel: _, ...line }) => line)).toEqual([
      { snapshot: true },
      { key: 'f1', record: { temperatureC: -78.4 } },
      { key: 'f1', deleted: true },
    ]);
    const common = { channel: SAMPLES, provenance: 'simulated' };
    expect(of(SAMPLES)).toEqual([
      { ...common, offset: 0, at: 1_000, values: { volts: 1.5, amps: null } },
      { ...common, offset: 1, at: 1_001, values: { volts: -2, amps: 0.25 } },
    ]);
  });

  test.skipIf(!isHere)('publishes, over WebSocket and HTTP, records, keys and rows', async () => {
    const server = await start();
    const reader = await talk(server);
    for (const [id, channel] of [EVENTS, STATE, SAMPLES].entries()) reader.send({ t: 'subscribe', id, channel });
    const url = urlOf(server.port);
    const runs = [
      run(...url, 'publish', EVENTS, '{"n":1}'),
      run(...url, 'publish', EVENTS, '{"n":2}', '{"n":3}', '--http'),
      run(...url, 'publish', STATE, '{"f1":{"temperatureC":-78.4}}'),
      run(...url, 'samples', SAMPLES, 'volts=1.5', 'amps=0.25'),
      run(...url, 'samples', SAMPLES, 'volts=2.5', 'amps=0.5', '--binary'),
    ];
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
    expect(runs[0]?.lines).toMatchObject([{ cursor: { epoch: expect.any(String) }, duplicate: false }]);
    await reader.until((client) => heardBy(client).length === 3 && client.samples.length === 2);
    expect(heardBy(reader).sort()).toEqual([1, 2, 3]);
    await reader.message('state', ({ puts }) => JSON.stringify(puts) === '[["f1",{"temperatureC":-78.4}]]');
  });

  test.skipIf(!isHere)('says what the server says no to, and ends', async () => {
    const server = await start();
    const client = run(...urlOf(server.port), 'publish', 'events/feed/agents.status', '{}');
    expect(await client.ended).toBe(1);
    expect(client.notes.join()).toContain('not-allowed');
    const viewer = run(...urlOf(server.port), 'subscribe', 'device/nobody/console');
    expect(await viewer.ended).toBe(1);
    expect(viewer.notes.join()).toContain('no-such-channel');
  });

  test.skipIf(!isHere).each(wires)('breaks again and again, and prints everything once ($wire)', async ({ option }) => {
    const server = await start();
    const proxy = await proxyTo(() => server.port);
    const other = await talk(server);
    const client = follow(proxy.port, option, EVENTS);
    let sent = 0;
    for (let round = 0; round < BREAKS; round++) {
      // Cut in the middle of a frame, while more is on its way.
      await client.until(({ lines, connects }) => numbersOf(lines).length === sent && connects > round);
      proxy.cutAfter(() => 2_000);
      for (let n = 0; n < PER_BREAK; n++) other.send({ t: 'publish', channel: EVENTS, records: [record(sent++)] });
    }
    await client.until(({ lines }) => numbersOf(lines).length >= sent);
    expect(numbersOf(client.lines)).toEqual(upTo(sent));
    expect(gapsOf(client.lines)).toEqual([]);
    expect(client.notes.filter((text) => text.includes('ended')).length).toBeGreaterThanOrEqual(BREAKS);
  });

  test.skipIf(!isHere).each(wires)(
    'is away for too long, and prints how much is missing ($wire)',
    async ({ option }) => {
      const server = await start({ eventsLogBytes: 8_000 });
      const proxy = await proxyTo(() => server.port);
      const other = await talk(server);
      other.send({ t: 'subscribe', id: 1, channel: EVENTS });
      const client = follow(proxy.port, option, EVENTS);
      other.send({ t: 'publish', channel: EVENTS, records: [record(0)] });
      await client.until(({ lines }) => lines.length === 1);
      proxy.set('refuse');
      const count = 60;
      for (let n = 1; n < count; n++) {
        other.send({ t: 'publish', channel: EVENTS, records: [record(n)] });
        // One frame each: the newest frame is always kept, however long it is.
        await other.until((heard) => heardBy(heard).length === n + 1);
      }
      proxy.set('pass');
      await client.until(({ lines }) => numbersOf(lines).at(-1) === count - 1);
      const [gap, ...more] = gapsOf(client.lines);
      expect(more).toEqual([]);
      expect(gap).toMatchObject({ gap: { why: 'history-trimmed' }, from: { offset: 1 } });
      const { count: missing = Number.NaN } = (gap?.gap ?? {}) as { readonly count?: number };
      expect(numbersOf(client.lines)).toEqual([0, ...upTo(count).slice(1 + missing)]);
    },
  );

  test.skipIf(!isHere).each(wires)(
    'is stopped, and goes on where it was when it is started again ($wire)',
    async ({ option }) => {
      const server = await start();
      const other = await talk(server);
      const folder = mkdtempSync(join(tmpdir(), 'hyphae-example-'));
      closers.push(() => rmSync(folder, { recursive: true }));
      const words = [
        ...urlOf(server.port),
        'subscribe',
        EVENTS,
        STATE,
        '--cursors',
        join(folder, 'cursors.json'),
        ...option,
      ];
      other.send({ t: 'publish', channel: EVENTS, records: [record(0), record(1)] });
      other.send({ t: 'publish', channel: STATE, puts: [['f1', 1]] });
      const first = run(...words);
      await first.until(({ lines }) => lines.length === 4);
      // Killed: what it keeps must be true at any moment. The last that was printed may come again, nothing may be left out.
      await first.stop();
      other.send({ t: 'publish', channel: EVENTS, records: [record(2)] });
      const second = run(...words);
      await second.until(({ lines }) => eventsOf(lines).includes(2) && lines.some(({ key }) => key === 'f1'));
      const seen = new Set([...eventsOf(first.lines), ...eventsOf(second.lines)]);
      expect([...seen]).toEqual([0, 1, 2]);
      expect(gapsOf(second.lines)).toEqual([]);
    },
  );

  test.skipIf(!isHere)('finds a hole, and has it filled without a new connection', async () => {
    const fake = await startFake();
    const client = follow(fake.port, [], EVENTS);
    await client.until(({ lines }) => numbersOf(lines).length >= 7);
    expect(numbersOf(client.lines)).toEqual(upTo(7));
    expect(fake.asked).toMatchObject([
      { t: 'hello' },
      { t: 'subscribe', channel: EVENTS },
      { t: 'unsubscribe', channel: EVENTS },
      { t: 'subscribe', channel: EVENTS, since: { epoch: 'e1', offset: 3 } },
    ]);
    expect(client.connects).toBe(1);
  });

  test.skipIf(!isHere)('comes back to a server that began anew, and says so', async () => {
    let server = await start();
    const proxy = await proxyTo(() => server.port);
    const client = follow(proxy.port, [], EVENTS);
    (await talk(server)).send({ t: 'publish', channel: EVENTS, records: [record(0)] });
    await client.until(({ lines }) => lines.length === 1);
    await server.close();
    server = await start();
    (await talk(server)).send({ t: 'publish', channel: EVENTS, records: [record(1)] });
    await client.until(({ lines }) => numbersOf(lines).length === 2);
    expect(numbersOf(client.lines)).toEqual([0, 1]);
    expect(gapsOf(client.lines)).toMatchObject([{ gap: { why: 'epoch-changed' } }]);
  });

  test.skipIf(!isHere).each([
    { wire: 'WebSocket', option: [] },
    { wire: 'HTTP', option: ['--http'] },
  ])('publishes each line once over a link that breaks ($wire)', async ({ option }) => {
    const server = await start();
    const proxy = await proxyTo(() => server.port);
    const reader = await talk(server);
    reader.send({ t: 'subscribe', id: 1, channel: EVENTS });
    const client = run(...urlOf(proxy.port), 'publish', EVENTS, '-', ...option);
    let sent = 0;
    for (let round = 0; round < BREAKS; round++) {
      for (let n = 0; n < PER_BREAK; n++) client.write(`${JSON.stringify(record(sent++))}\n`);
      // It goes on while some are on their way, and some answers are lost.
      await reader.until((heard) => heardBy(heard).length >= sent - PER_BREAK / 2);
      proxy.set('refuse');
      proxy.set('pass');
    }
    client.end();
    expect(await client.ended).toBe(0);
    await reader.until((heard) => heardBy(heard).length >= sent);
    expect(heardBy(reader)).toEqual(upTo(sent));
    expect(client.lines).toHaveLength(sent);
  });

  test.skipIf(!isHere).each([
    { rate: 'bytes', limits: { bytesPerSecond: 4_000, bytesBurst: 2_000 } },
    { rate: 'records', limits: { recordsPerSecond: 20, recordsBurst: 4 } },
  ])('waits when it publishes more $rate than it may, and publishes all', async ({ limits }) => {
    const server = await start(limits);
    const reader = await talk(server);
    reader.send({ t: 'subscribe', id: 1, channel: EVENTS });
    await reader.message('subscribed');
    const lines = upTo(20).map((n) => JSON.stringify(record(n)));
    const client = run(...urlOf(server.port), 'publish', EVENTS, ...lines);
    expect(await client.ended).toBe(0);
    await reader.until((heard) => heardBy(heard).length >= 20);
    expect(heardBy(reader)).toEqual(upTo(20));
    expect(client.notes.join()).toContain('limit-reached');
  });

  test.skipIf(!isHere)('is let in with a token, and ends without one', async () => {
    const secret = 'a secret of more than thirty-two bytes';
    const server = await start({ access: 'required', secret });
    const now = Date.now();
    const pass = { use: 'command-line', id: 'test', gen: 1, issuedAtMs: now, expiresAtMs: now + 60_000 } as const;
    const token = await new Secrets(secret, undefined).sign(pass);
    const url = urlOf(server.port);
    const words = ['publish', EVENTS, '{"n":1}'];
    const [letIn, overHttp, stranger, strangerOverHttp] = [
      run(...url, '--token', token, ...words),
      run(...url, '--token', token, ...words, '--http'),
      run(...url, ...words),
      run(...url, ...words, '--http'),
    ];
    expect(await Promise.all([letIn.ended, overHttp.ended])).toEqual([0, 0]);
    expect(await Promise.all([stranger.ended, strangerOverHttp.ended])).toEqual([1, 1]);
    expect(stranger.notes.join()).toContain('401');
  });
});
