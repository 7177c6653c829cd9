import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GatewayPreset } from './preset.ts';
import { startTestGateway, startTestPeer, type TestGateway, type TestPeer } from './test-gateway.ts';

const PRESET: GatewayPreset = {
  slug: 'mycorrhizae',
  secretHeader: 'X-API-Key',
  routes: [
    { is: 'stream', methods: ['GET', 'POST'], path: '/stream', role: 'viewer' },
    { is: 'stream', path: '/screened', role: 'viewer' },
  ],
};
const SCREENED: GatewayPreset = {
  ...PRESET,
  screen: (_path, value) => (typeof value === 'object' && value !== null && 'private' in value ? undefined : value),
};

let peer: TestPeer;
let gateway: TestGateway;
let streams: ServerResponse[];
const start = async (preset: GatewayPreset) => {
  gateway = await startTestGateway(preset, { url: peer.url, secret: { env: 'KEY' } }, { env: { KEY: 'of-the-test' } });
};
beforeEach(async () => {
  peer = await startTestPeer();
  streams = [];
  peer.onRequest = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', Server: 'x' }).flushHeaders();
    streams.push(response);
  };
});
afterEach(async () => {
  await gateway.close();
  await peer.close();
});

async function open(path = '/stream', init: RequestInit = {}) {
  const response = await fetch(gateway.base + path, init);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  /** undefined: it ended; 'cut': it was cut. */
  const next = async () => {
    const piece = await reader?.read().catch(() => 'cut' as const);
    if (piece === 'cut') return 'cut';
    if (piece === undefined || piece.done) return undefined;
    text = decoder.decode(piece.value, { stream: true });
    return text;
  };
  return { response, next, cancel: () => reader?.cancel() };
}
const state = () => gateway.gateway.state()[0];

test('an event is there as soon as it was said, byte for byte, with key and cursor', async () => {
  await start(PRESET);
  const { response, next, cancel } = await open('/stream?channel=a', { headers: { 'Last-Event-ID': '41' } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('server')).toBeNull();
  expect(peer.requests[0]).toMatchObject({
    url: '/stream?channel=a',
    headers: { 'last-event-id': '41', 'x-api-key': 'of-the-test', accept: 'text/event-stream' },
  });
  for (const piece of ['id: 42\r\nevent: message\r\ndata: {"a":', '1}\r\n\r\n', ': ping\r\n\r\n']) {
    streams[0]?.write(piece);
    expect(await next()).toBe(piece);
  }
  expect(state()).toMatchObject({ streams: 1, opened: 1, messagesIn: 3 });
  await cancel();
  await expect
    .poll(() => streams[0]?.destroyed, { message: 'the upstream’s end is closed with the browser’s' })
    .toBe(true);
  await expect.poll(() => state()?.streams).toBe(0);
});

test('an end is an end, a cut is a cut', async () => {
  await start(PRESET);
  const ended = await open();
  streams[0]?.end('data: 1\n\n');
  expect(await ended.next()).toBe('data: 1\n\n');
  expect(await ended.next()).toBeUndefined();
  const cut = await open();
  streams[1]?.write('data: 1\n\n');
  await cut.next();
  streams[1]?.destroy();
  expect(await cut.next()).toBe('cut');
});

test('also over POST, and what is no stream is answered as what it is', async () => {
  await start(PRESET);
  let body = '';
  peer.onRequest = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () =>
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: {"done":true}\n\n'),
    );
  };
  const spoken = await open('/stream', {
    method: 'POST',
    body: '{"message":"hi"}',
    headers: { 'Content-Type': 'application/json' },
  });
  expect(await spoken.next()).toBe('data: {"done":true}\n\n');
  expect(body).toBe('{"message":"hi"}');
  for (const [status, type] of [
    [401, 'application/json'],
    [403, 'application/json'],
    [429, 'application/json'],
    [500, 'application/json'],
    [200, 'text/html'],
  ] as const) {
    peer.onRequest = (_request, response) =>
      response.writeHead(status, { 'Content-Type': type, 'Retry-After': '1' }).end('{}');
    const { response } = await open();
    expect([response.status, response.headers.get('content-type')], `${status}`).toEqual([
      status,
      expect.stringContaining(type),
    ]);
    if (status === 429) await new Promise((resolve) => setTimeout(resolve, 1_050));
  }
});

test('what must not be seen is left out of the middle, names and cursors stay', async () => {
  await start(SCREENED);
  const { next } = await open('/screened');
  streams[0]?.write('id: 1\ndata: {"a":1}\n\nid: 2\ndata: {"private":1}\n\nid: 3\nevent: x\ndata: {"a":2}\n\n');
  expect(await next()).toBe('id: 1\ndata: {"a":1}\n\nid: 2\n\nid: 3\nevent: x\ndata: {"a":2}\n\n');
  expect(state()?.refused).toEqual({ withheld: 1 });
});

test('who does not read holds the upstream back and fills no memory', async () => {
  await start(PRESET);
  const { cancel } = await open();
  const chunk = `data: ${'x'.repeat(65_536)}\n\n`;
  let wrote = 0;
  while (wrote < 200 * chunk.length && streams[0]?.write(chunk) !== false) wrote += chunk.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const taken = (state()?.bytesIn ?? 0) / 1_048_576;
  expect(taken, 'MiB taken of the upstream').toBeLessThan(8);
  await cancel();
});

test('the server’s stop ends it, and nothing new begins', async () => {
  await start(PRESET);
  const { next } = await open();
  await gateway.gateway.drain();
  expect(await next()).toBeUndefined();
  expect((await open()).response.status).toBe(503);
  expect(state()?.streams).toBe(0);
});

test('whose access is taken back while the upstream still thinks does not get in', async () => {
  await start(PRESET);
  let answered: ServerResponse | undefined;
  peer.onRequest = (_request, response) => {
    answered = response;
  };
  const asked = open('/stream', { headers: { 'x-test-role': 'viewer' } });
  await expect.poll(() => answered).toBeDefined();
  gateway.gateway.revoked('viewer');
  const { response } = await asked;
  expect(response.status).toBe(401);
  await expect.poll(() => answered?.destroyed).toBe(true);
});

test('a stream that comes compressed is not looked through, so it does not pass', async () => {
  await start(SCREENED);
  peer.onRequest = (_request, response) =>
    response
      .writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'gzip' })
      .end(gzipSync('data: {"private":1}\n\n'));
  const response = await fetch(`${gateway.base}/screened`);
  expect([response.status, await response.text()]).toEqual([403, expect.not.stringContaining('"private"')]);
});

test('an event of 20 MB ends its stream and nothing else, however much of it is still on its way', async () => {
  await start(SCREENED);
  const { next } = await open('/screened');
  const other = await open('/screened');
  await expect.poll(() => streams.length).toBe(2);
  streams[0]?.write(`data: ${'x'.repeat(20_000_000)}\n\ndata: {"later":1}\n\n`);
  let heard = await next();
  while (heard !== 'cut' && heard !== undefined) {
    expect(heard).not.toContain('later');
    heard = await next();
  }
  expect(state()?.refused['message-too-big']).toBe(1);
  streams[1]?.write('data: {"ok":1}\n\n');
  expect(await other.next()).toContain('{"ok":1}');
  void other.cancel();
});
