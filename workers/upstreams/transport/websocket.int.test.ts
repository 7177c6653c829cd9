import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocketOptions } from '../line.ts';
import { PretendPeer } from './pretend-peer.ts';
import { RealEnv, States, until } from './test-env.ts';
import { websocketLine } from './websocket.ts';

let peer: PretendPeer;
let env: RealEnv;
let states: States;
let ends: (() => void)[] = [];

function open(options: Partial<WebSocketOptions> = {}) {
  const line = websocketLine(env, {
    name: 'line',
    path: '/feed',
    staleMs: 60_000,
    silentMs: 30_000,
    backoff: { firstMs: 20, mostMs: 50 },
    onState: states.onState,
    onMessage: (_, out) => out.event('things', {}),
    ...options,
  });
  ends.push(() => line.close());
  line.start();
  return line;
}

beforeEach(async () => {
  peer = await PretendPeer.start();
  env = new RealEnv();
  env.base = peer.url;
  states = new States();
  ends = [];
});
afterEach(async () => {
  for (const end of ends) end();
  expect(env.timers).toBe(0);
  await until(() => peer.sockets.size === 0);
  await peer.stop();
});

for (const [code, reason, why] of [
  [1000, '', 'the other side closed the connection (1000)'],
  [1008, 'no token', 'the other side closed the connection (1008): no token'],
  [1001, '', 'the other side goes away (1001)'],
] as const) {
  test(`a close with ${code} is told and tried again`, async () => {
    const closes: unknown[] = [];
    peer.onSocket = (socket) => peer.accepted === 1 && socket.close(code, reason);
    const line = open({ onClose: (...told) => closes.push(told) });
    await until(() => line.status().connects >= 2);
    expect(states.words).toContain(`retrying: ${why}`);
    expect(closes).toEqual([[code, reason]]);
  });
}

test('an adapter may know that a close is for good', async () => {
  peer.onSocket = (socket) => socket.close(4001, 'unknown device');
  const line = open({ judgeClose: (code, reason) => (code === 4001 ? { refused: reason } : undefined) });
  await until(() => line.state.is === 'refused');
  expect(line.state).toMatchObject({ why: 'unknown device' });
});

test('a connection that breaks in the middle of a message loses that message alone', async () => {
  peer.onSocket = (socket) => {
    if (peer.accepted > 1) {
      socket.send('whole');
      return;
    }
    const raw = (socket as unknown as { readonly _socket: Socket })._socket;
    // A text of five, of which two come.
    raw.write(Buffer.from('81056865', 'hex'));
    raw.end();
  };
  const line = open();
  await until(() => line.state.is === 'live');
  expect(states.words).toContain('retrying: the connection broke (1006)');
  expect(line.status()).toMatchObject({ records: 1, attempts: 2 });
});

test('a handshake that hangs is given up, and its socket closed', async () => {
  peer.isMute = true;
  const line = open({ handshakeMs: 100 });
  await until(() => line.state.is === 'retrying');
  expect(line.state).toMatchObject({ why: 'no answer within 0.1 s' });
  line.stop();
  await until(() => peer.sockets.size === 0);
});

test('an upgrade that is refused says how, where the platform tells', async () => {
  peer.upgradeStatus = 403;
  const line = open();
  await until(() => line.state.is === 'retrying');
  expect(line.state).toMatchObject({ why: expect.stringContaining('403') });
});

test('a server that is away is found when it comes back', async () => {
  await peer.stop();
  const line = open();
  await until(() => line.status().attempts > 2);
  expect(states.words[1]).toMatch(/^retrying: cannot be reached: .*ECONNREFUSED/);
  await peer.listen();
  await until(() => line.state.is === 'connected-no-data');
});

test('silence while connected ends the connection', async () => {
  const line = open({ silentMs: 60 });
  await until(() => line.status().connects >= 2);
  expect(states.words).toContain('retrying: connected, but not one byte for 0.1 s');
});

test('pings measure the way, and two without any answer end it', async () => {
  let answers = true;
  peer.onSocket = (socket) => socket.on('message', () => answers && socket.send('pong'));
  const line = open({ ping: { everyMs: 30, frame: () => 'ping', isPong: (data) => data === 'pong' } });
  await until(() => line.status().rttMs !== undefined);
  expect(line.status().rttMs).toBeLessThan(1_000);
  answers = false;
  await until(() => line.status().connects >= 2);
  expect(states.words).toContain('retrying: no answer to 2 pings');
});

test('a message of 20 MB is dropped, counted, and costs the connection', async () => {
  peer.onSocket = (socket) => socket.send(peer.accepted === 1 ? 'x'.repeat(20 << 20) : 'small');
  const line = open();
  await until(() => line.state.is === 'live');
  expect(line.status()).toMatchObject({ counts: { 'dropped:too-large': 1 }, records: 1, attempts: 2 });
});

test('10,000 messages at once all come, in their order', async () => {
  peer.onSocket = (socket) => {
    for (let index = 0; index < 10_000; index++) socket.send(String(index));
  };
  const heard: string[] = [];
  open({ onMessage: (data) => heard.push(String(data)) });
  await until(() => heard.length === 10_000);
  expect(heard.every((text, index) => text === String(index))).toBe(true);
});

test('a peer that does not read is not sent more than a bound', async () => {
  peer.onSocket = (socket) => socket.pause();
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  const large = 'x'.repeat(1 << 20);
  let sent = 0;
  while (line.send(large) && sent < 100) sent++;
  expect(sent).toBeLessThan(100);
  expect(line.status().counts).toEqual({ 'dropped:send-buffer-full': 1 });
  peer.drop();
});

test('an address that is none, or cannot be had, is a failed attempt', async () => {
  env.base = 'no address';
  const line = open();
  await until(() => line.status().attempts > 1);
  expect(states.words[1]).toBe('retrying: no address: "no address/feed"');
  line.close();
  states.words.length = 0;
  const waiting = open({ path: () => Promise.reject(new Error('no session yet')) });
  await until(() => states.words.length > 1);
  expect(states.words[1]).toBe('retrying: no session yet');
  waiting.close();
  states.words.length = 0;
  env.base = 'ftp://127.0.0.1:1';
  open();
  await until(() => states.words.length > 1);
  expect(states.words[1]).toMatch(/^retrying: .*URL/);
});
