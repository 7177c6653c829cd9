import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SseOptions } from '../line.ts';
import { PretendPeer } from './pretend-peer.ts';
import { sseLine } from './sse.ts';
import { RealEnv, States, until } from './test-env.ts';

let peer: PretendPeer;
let env: RealEnv;
let states: States;
let ends: (() => void)[] = [];
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

function open(options: Partial<SseOptions> = {}) {
  const line = sseLine(env, {
    name: 'line',
    path: '/feed',
    staleMs: 60_000,
    silentMs: 30_000,
    backoff: { firstMs: 20, mostMs: 50 },
    onState: states.onState,
    onEvent: (_, out) => out.event('things', {}),
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

for (const status of [401, 403, 404, 422]) {
  test(`${status} is refused, and not asked again`, async () => {
    let asked = 0;
    peer.onRequest = (_, response) => {
      asked++;
      response.writeHead(status).end('no');
    };
    const line = open();
    await until(() => line.state.is === 'refused');
    expect(line.state).toMatchObject({ why: expect.stringContaining(`(${status})`) });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(asked).toBe(1);
  });
}

for (const status of [204, 500, 503]) {
  test(`${status} is tried again`, async () => {
    peer.onRequest = (_, response) => {
      if (peer.accepted > 2) response.writeHead(200, STREAM).write('data: 1\n\n');
      else response.writeHead(status, { connection: 'close' }).end();
    };
    const line = open();
    await until(() => line.state.is === 'live');
    expect(states.words[1]).toContain(`${status}`);
  });
}

test('429 says when to come back; without a word it is a minute', async () => {
  let header: Record<string, string> = { 'retry-after': '7' };
  peer.onRequest = (_, response) => response.writeHead(429, header).end();
  const waitMs = async () => {
    const line = open();
    await until(() => line.state.is === 'retrying');
    return line.state.is === 'retrying' ? line.state.nextAt - line.state.since : 0;
  };
  expect(await waitMs()).toBeCloseTo(7_350, -2);
  header = {};
  expect(await waitMs()).toBeCloseTo(63_000, -2);
  header = { 'retry-after': new Date(Date.now() + 20_000).toUTCString() };
  expect(await waitMs()).toBeGreaterThan(18_000);
});

test('HTML in place of a stream is told as that; an adapter may judge', async () => {
  peer.onRequest = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  const line = open();
  await until(() => line.state.is === 'retrying');
  expect(line.state).toMatchObject({ why: expect.stringMatching(/^HTML instead of an event stream/) });
  const bodies: string[] = [];
  const judging = open({
    judge: ({ body }) => {
      bodies.push(body);
      return { refused: 'log in first' };
    },
  });
  await until(() => judging.state.is === 'refused');
  expect(bodies).toEqual(['<!doctype html>']);
});

test('a server that takes the connection and says nothing is given up', async () => {
  peer.isMute = true;
  const line = open({ handshakeMs: 80 });
  await until(() => line.status().attempts >= 2);
  expect(states.words[1]).toBe('retrying: no answer within 0.1 s');
});

test('a stream that falls silent is made anew; comments are no silence', async () => {
  let beat: NodeJS.Timeout | undefined;
  peer.onRequest = (_, response) => {
    response.writeHead(200, STREAM).write(': hello\n\n');
    beat ??= setInterval(() => response.write(': beat\n\n'), 20);
  };
  const comments: string[] = [];
  const line = open({ silentMs: 1_000, onComment: (text) => comments.push(text) });
  await until(() => comments.length > 60);
  expect(line.status().attempts).toBe(1);
  clearInterval(beat);
  await until(() => line.status().attempts >= 2);
  expect(states.words).toContain('retrying: connected, but not one byte for 1 s');
});

test('an event of 20 MB is given up while it comes', async () => {
  const chunk = Buffer.alloc(64 << 10, 'x');
  let written = 0;
  const pour = (response: ServerResponse): void => {
    while (written < 20 << 20 && !response.destroyed) {
      written += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', () => pour(response));
        return;
      }
    }
  };
  peer.onRequest = (_, response) => {
    response.writeHead(200, STREAM);
    if (peer.accepted > 1) {
      response.write('data: small\n\n');
      return;
    }
    response.write('data: ');
    pour(response);
  };
  const line = open();
  await until(() => line.state.is === 'live');
  const { counts, records, bytesIn } = line.status();
  expect([counts, records]).toEqual([{ 'dropped:too-large': 1 }, 1]);
  expect(bytesIn).toBeLessThan(2 << 20);
  expect(written).toBeLessThan(20 << 20);
});

test('10,000 events at once all come, in their order', async () => {
  peer.onRequest = (_, response) => {
    response.writeHead(200, STREAM);
    response.write(Array.from({ length: 10_000 }, (_unused, index) => `data: ${index}\n\n`).join(''));
  };
  const heard: string[] = [];
  open({ onEvent: ({ data }) => heard.push(data) });
  await until(() => heard.length === 10_000);
  expect(heard.every((data, index) => data === String(index))).toBe(true);
});

test('a question may be posted, with headers; a cut is told as that', async () => {
  const asked: unknown[] = [];
  peer.onRequest = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push([request.method, body, request.headers['content-type'], request.headers['x-kind']]);
    response.writeHead(200, STREAM).write('data: 1\n\n');
    if (asked.length === 1) setTimeout(() => peer.drop(), 20);
  };
  const line = open({ method: 'POST', body: () => '{"q":1}', headers: { 'x-kind': 'brain' } });
  await until(() => line.status().records === 2);
  expect(asked).toEqual(Array(2).fill(['POST', '{"q":1}', 'application/json', 'brain']));
  expect(states.words).toContainEqual(expect.stringMatching(/^retrying: the connection broke: /));
});

test('a server may ask for a pause after a break', async () => {
  peer.onRequest = (_, response) => response.writeHead(200, STREAM).end('retry: 5000\ndata: 1\n\n');
  const line = open();
  await until(() => line.state.is === 'retrying');
  expect(line.state.is === 'retrying' && line.state.nextAt - line.state.since).toBeCloseTo(5_250, -2);
});

test('stopping while it connects, or while it reads, ends the request', async () => {
  peer.isMute = true;
  const line = open();
  await until(() => peer.sockets.size === 1);
  line.stop();
  await until(() => peer.sockets.size === 0);
  peer.isMute = false;
  peer.onRequest = (_, response) => response.writeHead(200, STREAM).write('data: 1\n\n');
  line.start();
  await until(() => line.state.is === 'live');
  line.stop();
  await until(() => peer.sockets.size === 0);
  expect(states.words.at(-1)).toBe('idle');
});

test('more streams than a browser can have wait, and say so', async () => {
  env.mostStreams = 2;
  peer.onRequest = (_, response) => response.writeHead(200, STREAM).write('data: 1\n\n');
  const [first, second] = [open(), open()];
  await until(() => first.state.is === 'live' && second.state.is === 'live');
  first.restart('a slot is given back before it is taken again');
  await until(() => first.state.is === 'live');
  const third = open();
  await until(() => third.state.is === 'retrying');
  expect(third.state).toMatchObject({ why: expect.stringContaining('waits for one of 2 event streams') });
  second.stop();
  third.nudge();
  await until(() => third.state.is === 'live');
  expect(peer.accepted).toBeGreaterThanOrEqual(3);
});
