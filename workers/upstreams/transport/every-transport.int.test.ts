import { afterEach, beforeEach, expect, test } from 'vitest';
import { pollLine } from './poll.ts';
import { PretendHub } from './pretend-hub.ts';
import { PretendPeer } from './pretend-peer.ts';
import { signalrLine } from './signalr.ts';
import { sseLine } from './sse.ts';
import { RealEnv, States, until } from './test-env.ts';
import { websocketLine } from './websocket.ts';

let peer: PretendPeer;
let env: RealEnv;
let states: States;
const backoff = { firstMs: 20, mostMs: 50 };
const options = () => ({
  name: 'line',
  path: '/feed',
  staleMs: 60_000,
  silentMs: 30_000,
  backoff,
  onState: states.onState,
});
beforeEach(async () => {
  peer = await PretendPeer.start();
  env = new RealEnv();
  env.base = peer.url;
  states = new States();
});
afterEach(async () => {
  await peer.stop();
  expect(env.timers).toBe(0);
});

test('a WebSocket: says hello, hears text and bytes, comes back after a break, leaves nothing behind', async () => {
  const said: string[] = [];
  peer.onSocket = (socket) => {
    socket.on('message', (data) => said.push(String(data)));
    socket.send('{"v":1}');
    socket.send(new Uint8Array([1, 2, 3]));
  };
  const heard: (string | number)[] = [];
  const line = websocketLine(env, {
    ...options(),
    onOpen: (it) => void it.send('hello'),
    onMessage: (data, out) => {
      heard.push(typeof data === 'string' ? data : data.byteLength);
      out.event('things', {});
    },
  });
  expect(line.send('too early')).toBe(false);
  line.start();
  await until(() => heard.length === 2 && said.length === 1);
  expect(heard).toEqual(['{"v":1}', 3]);
  peer.drop();
  await until(() => heard.length === 4 && said.length === 2);
  expect(states.words).toEqual([
    'connecting',
    'connected-no-data',
    'live',
    'retrying: the connection broke (1006)',
    'connecting',
    'connected-no-data',
    'live',
  ]);
  expect(line.status()).toMatchObject({ attempts: 2, connects: 2, records: 4, bytesIn: 20, bytesOut: 10 });
  line.close();
  await until(() => peer.sockets.size === 0);
});

test('an event stream: hears events, comes back with the last id, leaves nothing behind', async () => {
  const ids: unknown[] = [];
  peer.onRequest = (request, response) => {
    ids.push(request.headers['last-event-id']);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`: hello\n\nid: ${ids.length}\nevent: reading\ndata: {"v":1}\n\ndata: half`);
    if (ids.length === 1) response.end();
  };
  const heard: string[] = [];
  const line = sseLine(env, {
    ...options(),
    onEvent: (event, out) => {
      heard.push(`${event.event} ${event.id} ${event.data}`);
      out.event('things', {});
    },
  });
  line.start();
  await until(() => heard.length === 2);
  expect(heard).toEqual(['reading 1 {"v":1}', 'reading 2 {"v":1}']);
  expect(ids).toEqual([undefined, '1']);
  expect(states.words).toContain('retrying: the other side ended the stream');
  line.close();
  await until(() => peer.sockets.size === 0);
});

test('a poll: asks again with what it was told, takes 304 for news, leaves nothing behind', async () => {
  const asked: unknown[] = [];
  peer.onRequest = (request, response) => {
    asked.push(request.headers['if-none-match']);
    if (asked.length > 1) response.writeHead(304).end();
    else response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' }).end('{"v":NaN}');
  };
  const heard: unknown[] = [];
  const line = pollLine(env, {
    ...options(),
    everyMs: 20,
    onAnswer: (value, out) => {
      heard.push(value);
      out.put('things', 'a', {});
    },
  });
  line.start();
  await until(() => asked.length === 3);
  expect(heard).toEqual([{ v: null }]);
  expect(asked).toEqual([undefined, '"1"', '"1"']);
  await until(() => line.status().frames === 3);
  expect(line.status()).toMatchObject({ records: 1, connects: 1, state: { is: 'live' } });
  line.close();
  await until(() => env.timers === 0);
});

test('the libraries leave no timer of their own either', async () => {
  const hub = await PretendHub.start();
  peer.onSocket = (socket) => socket.send('1');
  const socket = websocketLine(env, { ...options(), onMessage: (_, out) => out.event('things', {}) });
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const over = signalrLine({ ...env, resolve: (path) => hub.url + path }, { ...options(), path: '/hub', on: {} });
  for (const line of [socket, over]) line.start();
  await until(() => socket.state.is === 'live' && over.state.is === 'connected-no-data');
  expect(timers()).toBeGreaterThan(before);
  for (const line of [socket, over]) line.stop();
  await until(() => hub.connections === 0 && peer.sockets.size === 0);
  await until(() => timers() <= before);
  await hub.stop();
});
