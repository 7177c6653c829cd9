import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { frameOf } from '../wire/frame-encode.ts';
import type { GatewayPreset } from './preset.ts';
import { startTestGateway, startTestPeer, type TestGateway, type TestPeer } from './test-gateway.ts';

const END = '\u001e';
const PRESET: GatewayPreset = {
  slug: 'natureos',
  routes: [
    { is: 'socket', path: '/ws', role: 'viewer', send: ['ping', 'binary'], maxBytes: 100_000 },
    { is: 'socket', path: '/hub', role: 'operator', send: ['Join'] },
    { is: 'http', methods: ['POST'], path: '/hub', cadenceMs: 0, role: 'operator' },
  ],
  screen: (_path, value) => (typeof value === 'object' && value !== null && 'private' in value ? undefined : value),
};

let peer: TestPeer;
let gateway: TestGateway;
/** The upstream's ends. */
let ends: WebSocket[];
let heard: string[];
beforeEach(async () => {
  peer = await startTestPeer();
  ends = [];
  heard = [];
  peer.sockets.on('connection', (ws: WebSocket) => {
    ends.push(ws);
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer, isBinary: boolean) =>
      heard.push(isBinary ? `binary ${data.toString('hex')}` : data.toString()),
    );
  });
  gateway = await startTestGateway(PRESET, { url: peer.url, headers: { 'X-Tenant': 'lab' }, timeoutMs: 500 });
});
afterEach(async () => {
  await gateway.close();
  await peer.close();
});

const open = (path = '/ws', protocols: string[] = [], headers: Record<string, string> = {}) => {
  const ws = new WebSocket(gateway.base.replace('http', 'ws') + path, protocols, { headers });
  const got: string[] = [];
  ws.on('message', (data: Buffer, isBinary: boolean) =>
    got.push(isBinary ? `binary ${data.toString('hex')}` : data.toString()),
  );
  ws.on('error', () => undefined);
  const closed = new Promise<string>((resolve) =>
    ws.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`.trim())),
  );
  const refused = new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve) =>
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: body.trim() }),
      );
    }),
  );
  return { ws, got, closed, refused, opened: once(ws, 'open') };
};
const state = () => gateway.gateway.state()[0];
const end = (at = 0): WebSocket => {
  const one = ends[at];
  if (one === undefined) throw new Error('the upstream has no such end');
  return one;
};

test('both ways, text and binary, with the upstream’s choice of protocol; the browser’s own words stay here', async () => {
  const { ws, got, opened } = open('/ws?a=1&access_token=x', ['one', 'two'], {
    Cookie: 'a=b',
    Authorization: 'Bearer hyp_x',
  });
  peer.sockets.once('headers', (_headers, request) => {
    expect(request.url).toBe('/ws?a=1');
    expect(request.headers).toMatchObject({ 'x-tenant': 'lab', 'sec-websocket-protocol': 'one,two' });
    for (const name of ['cookie', 'authorization', 'origin']) expect(request.headers[name]).toBeUndefined();
  });
  await opened;
  expect(ws.protocol).toBe('one');
  end().send('{"type":"connected"}');
  end().send(new Uint8Array([1, 2, 3]));
  ws.send('{"type":"ping"}');
  ws.send(new Uint8Array([4, 5]));
  await expect.poll(() => got).toEqual(['{"type":"connected"}', 'binary 010203']);
  await expect.poll(() => heard).toEqual(['{"type":"ping"}', 'binary 0405']);
  expect(state()).toMatchObject({ sockets: 1, messagesIn: 2, messagesOut: 2 });
});

test('a close is handed on with its code and reason, from either side; gone without a word is 1006', async () => {
  for (const [code, reason, told] of [
    [1000, '', '1000'],
    [1001, 'away', '1001 away'],
    [1011, 'failed', '1011 failed'],
    [4003, 'off', '4003 off'],
  ] as const) {
    const { closed, opened } = open();
    await opened;
    ends.at(-1)?.close(code, reason);
    expect(await closed).toBe(told);
  }
  const none = open();
  await none.opened;
  ends.at(-1)?.close();
  expect(await none.closed).toBe('1005');
  const cut = open();
  await cut.opened;
  ends.at(-1)?.send('{"type":"last"}');
  await expect.poll(() => cut.got).toEqual(['{"type":"last"}']);
  ends.at(-1)?.terminate();
  expect(await cut.closed).toBe('1006');
  const { ws, opened } = open();
  await opened;
  const there = once(ends.at(-1) ?? ws, 'close');
  ws.close(4001, 'enough');
  expect((await there)[0]).toBe(4001);
  const vanished = open();
  await vanished.opened;
  const gone = once(ends.at(-1) ?? ws, 'close');
  vanished.ws.terminate();
  expect((await gone)[0]).toBe(1006);
  await expect.poll(() => state()?.sockets).toBe(0);
});

test('what the upstream answers to the handshake is what the browser is told', async () => {
  for (const status of [401, 403, 404, 422, 429, 500, 503]) {
    peer.sockets.options.verifyClient = (_info, answer) => answer(false, status, 'no', { 'Retry-After': '7' });
    expect(await open().refused).toEqual({ status, retryAfter: '7', body: `upstream-${status}` });
  }
  peer.sockets.options.verifyClient = (_info: unknown, _answer: unknown) => undefined;
  const hanging = await open().refused;
  expect(hanging).toMatchObject({ status: 504, body: 'timeout' });
  await peer.close();
  expect(await open().refused).toMatchObject({ status: 502, body: 'unreachable' });
});

test('only paths of the list, for those who may', async () => {
  expect(await open('/other').refused).toMatchObject({ status: 404, body: 'path-not-allowed' });
  expect(await open('/ws%2fx').refused).toMatchObject({ status: 404, body: 'bad-path' });
  expect(await open('/hub', [], { 'x-test-role': 'viewer' }).refused).toMatchObject({
    status: 403,
    body: 'not-allowed',
  });
  expect(await open('/ws', [], { 'x-test-role': 'nobody' }).refused).toMatchObject({ status: 401 });
  expect((await fetch(`${gateway.base}/ws`)).status, 'without an upgrade').toBe(426);
  expect(ends).toEqual([]);
});

test('what a browser may not say is dropped, counted, and ends it when it goes on', async () => {
  const { ws, closed, opened } = open();
  await opened;
  ws.send('{"type":"stimulate"}');
  ws.send('{"type":"ping"}');
  await expect.poll(() => heard).toEqual(['{"type":"ping"}']);
  for (let n = 0; n < 20; n++) ws.send('{"type":"stimulate"}');
  expect(await closed).toBe('1008 not allowed to say that here');
  expect(state()?.refused['not-allowed-to-say']).toBe(16);
  expect(heard).toHaveLength(1);
});

test('SignalR: records by target, screened one by one even when they come in pieces; the same over POST', async () => {
  const { ws, got, opened } = open('/hub');
  await opened;
  ws.send(`{"protocol":"json","version":1}${END}`);
  ws.send(`{"type":1,"target":"join","arguments":[]}${END}`);
  ws.send(`{"type":1,"target":"Command","arguments":[]}${END}`);
  ws.send(`{"type":6}${END}`);
  await expect
    .poll(() => heard)
    .toEqual([
      `{"protocol":"json","version":1}${END}`,
      `{"type":1,"target":"join","arguments":[]}${END}`,
      `{"type":6}${END}`,
    ]);
  end().send(`{}${END}{"type":6}${END}{"priv`);
  end().send(`ate":1}${END}{"a":1}`);
  end().send(END);
  await expect.poll(() => got).toEqual([`{}${END}{"type":6}${END}`, `{"a":1}${END}`]);
  const post = async (body: string) => (await fetch(`${gateway.base}/hub?id=1`, { method: 'POST', body })).status;
  expect(await post(`{"type":1,"target":"Join","arguments":[]}${END}`)).toBe(200);
  expect(await post(`{"type":1,"target":"Command","arguments":[]}${END}`)).toBe(403);
  expect(await post('')).toBe(200);
});

test('what must not be seen is left out; too long a message ends it, either way', async () => {
  const { got, closed, opened } = open();
  await opened;
  end().send('{"private":1}');
  end().send('pong');
  end().send('{"half');
  end().send('{"a":1}');
  await expect.poll(() => got).toEqual(['pong', '{"a":1}']);
  expect(state()?.refused).toEqual({ withheld: 1, 'bad-json': 1 });
  end().send('x'.repeat(200_000));
  expect(await closed).toBe('1009 the upstream sent a message that is too big');
  const loud = open();
  await loud.opened;
  loud.ws.send('x'.repeat(200_000));
  expect(await loud.closed).toMatch(/^1009/);
});

test('JSON in binary frames is looked through like any other; what is no text passes', async () => {
  const { got, opened } = open();
  await opened;
  for (const text of ['{"private":1}', ' {"private":1}', '{"half', '{"a":1}']) end().send(Buffer.from(text));
  end().send(Buffer.from([0x02, 0x7b, 0x1e, 0xff]));
  const hex = (text: string) => `binary ${Buffer.from(text).toString('hex')}`;
  await expect.poll(() => got).toEqual([hex('{"a":1}'), 'binary 027b1eff']);
  expect(state()?.refused).toEqual({ withheld: 2, 'bad-json': 1 });
});

test('a hub says nothing in binary: its records could not be looked through', async () => {
  const { ws, got, opened } = open('/hub');
  await opened;
  ws.send(`{"protocol":"json","version":1}${END}`);
  await expect.poll(() => heard).toHaveLength(1);
  end().send(Buffer.from([0x93, 1, 2]));
  end().send(`{"a":1}${END}`);
  await expect.poll(() => got).toEqual([`{"a":1}${END}`]);
  expect(state()?.refused).toEqual({ withheld: 1 });
});

test('whose access is taken back while the upstream still thinks does not get in', async () => {
  let answer: ((ok: boolean) => void) | undefined;
  peer.sockets.options.verifyClient = (_info: unknown, done: (ok: boolean) => void) => {
    answer = done;
  };
  const { refused } = open('/ws', [], { 'x-test-role': 'viewer' });
  await expect.poll(() => answer).toBeDefined();
  gateway.gateway.revoked('viewer');
  expect((await refused).status).toBe(401);
  answer?.(true);
  await expect.poll(() => peer.sockets.clients.size).toBe(0);
  expect(state()?.sockets).toBe(0);
});

/** A browser that asked for an upgrade and then does not read. */
async function deaf(): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1');
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(
    `GET /up/natureos/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.pause();
  return socket;
}

test('who does not read holds the upstream back, within bounds', async () => {
  const socket = await deaf();
  const message = 'x'.repeat(64_000);
  for (let n = 0; n < 400; n++) end().send(`{"a":"${message}"}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const taken = (state()?.bytesIn ?? 0) / 1_048_576;
  expect(taken, 'MiB taken of 25').toBeLessThan(12);
  expect(end().bufferedAmount, 'the rest waits over there').toBeGreaterThan(0);
  socket.resume();
  await expect.poll(() => state()?.messagesIn, { timeout: 10_000 }).toBe(400);
  socket.destroy();
});

test('an upstream that does not read holds the browser back, and nothing is lost', async () => {
  const { ws, opened } = open();
  await opened;
  end().pause();
  const bytes = new Uint8Array(90_000);
  for (let n = 0; n < 150; n++) ws.send(bytes);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(heard).toHaveLength(0);
  end().resume();
  await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(150);
});

test('hostile bytes instead of frames end this one socket and nothing else', async () => {
  const other = open();
  await other.opened;
  const socket = await deaf();
  socket.resume();
  socket.write(frameOf(Buffer.from('unmasked'), 'text'));
  await once(socket, 'close');
  await expect.poll(() => state()?.refused['ws-unmasked']).toBe(1);
  await expect.poll(() => state()?.sockets).toBe(1);
  end(0).send('{"a":1}');
  await expect.poll(() => other.got).toEqual(['{"a":1}']);
});

test('revoked or stopping: everybody is told, on both sides', async () => {
  const viewer = open('/ws', [], { 'x-test-role': 'viewer' });
  const owner = open();
  await Promise.all([viewer.opened, owner.opened]);
  gateway.gateway.revoked('viewer');
  expect(await viewer.closed).toMatch(/^4\d{3} your access was taken back/);
  await gateway.gateway.drain();
  expect(await owner.closed).toBe('1001 the server is stopping');
  await expect.poll(() => peer.sockets.clients.size).toBe(0);
  expect(await open().refused).toMatchObject({ status: 503, body: 'draining' });
});
