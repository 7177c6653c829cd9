import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PollOptions } from '../line.ts';
import { pollLine } from './poll.ts';
import { PretendPeer } from './pretend-peer.ts';
import { RealEnv, States, until } from './test-env.ts';

let peer: PretendPeer;
let env: RealEnv;
let states: States;
let ends: (() => void)[] = [];
const JSON_TYPE = { 'content-type': 'application/json' };

function open(options: Partial<PollOptions> = {}) {
  const line = pollLine(env, {
    name: 'line',
    path: '/feed',
    staleMs: 60_000,
    silentMs: 10,
    everyMs: 20,
    backoff: { firstMs: 20, mostMs: 50 },
    onState: states.onState,
    onAnswer: (_, out) => out.put('things', 'a', {}),
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
  await until(() => env.timers === 0);
  await peer.stop();
});

for (const [status, becomes] of [
  [401, 'refused'],
  [403, 'refused'],
  [404, 'refused'],
  [422, 'refused'],
  [429, 'retrying'],
  [500, 'retrying'],
  [503, 'retrying'],
] as const) {
  test(`${status} is ${becomes}, and told to the adapter`, async () => {
    peer.onRequest = (_, response) => response.writeHead(status, { 'retry-after': '9' }).end('{"detail":"no"}');
    const failures: unknown[] = [];
    const line = open({ onFailure: (answer, why) => failures.push([answer?.status, answer?.body, why]) });
    await until(() => line.state.is === becomes);
    expect(failures).toEqual([[status, '{"detail":"no"}', `the other side answered ${status}`]]);
    if (line.state.is === 'retrying') expect(line.state.nextAt - line.state.since).toBeGreaterThan(8_900);
  });
}

test('HTML and broken JSON are told apart, counted, and tried again', async () => {
  const answers = ['<html>log in</html>', '{"half":', '{"v":1}'];
  peer.onRequest = (_, response) => response.writeHead(200, JSON_TYPE).end(answers.shift() ?? '{"v":2}');
  const whys: string[] = [];
  const line = open({ onFailure: (_, why) => whys.push(why) });
  await until(() => line.state.is === 'live');
  expect(whys).toEqual([expect.stringMatching(/^HTML instead of JSON/), 'the answer is not JSON']);
  expect(line.status().counts).toEqual({ 'dropped:html': 1, 'dropped:bad-json': 1 });
});

test('an answer of 20 MB is given up while it comes', async () => {
  peer.onRequest = (_, response) => {
    response.writeHead(200, JSON_TYPE);
    response.end(peer.accepted > 1 ? '{}' : `"${'x'.repeat(20 << 20)}"`);
  };
  const line = open({ maxBytes: 1 << 20 });
  await until(() => line.state.is === 'live');
  expect(line.status().counts).toEqual({ 'dropped:too-large': 1 });
  expect(line.status().bytesIn).toBeLessThan(2 << 20);
});

test('an answer that hangs, before it or in its middle, is given up', async () => {
  let asked = 0;
  peer.onRequest = (_, response) => {
    asked++;
    if (asked === 1) return;
    response.writeHead(200, JSON_TYPE);
    if (asked === 2) response.write('{"v":');
    else response.end('{}');
  };
  const whys: string[] = [];
  const line = open({ handshakeMs: 80, onFailure: (_, why) => whys.push(why) });
  await until(() => line.state.is === 'live');
  expect(whys).toEqual(['no answer within 0.1 s', 'no answer within 0.1 s']);
});

test('dates serve where there is no tag; what could not be used comes again, whole', async () => {
  const asked: unknown[] = [];
  peer.onRequest = (request, response) => {
    asked.push(request.headers['if-modified-since']);
    response.writeHead(200, { ...JSON_TYPE, 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }).end('{"v":1}');
  };
  let takes = 0;
  const failures: string[] = [];
  const line = open({
    onAnswer: () => {
      takes++;
      if (takes === 1) throw new Error('reader');
      return takes !== 2;
    },
    onFailure: (_, why) => failures.push(why),
  });
  await until(() => asked.length === 4);
  expect(asked).toEqual([undefined, undefined, undefined, 'Thu, 01 Jan 2026 00:00:00 GMT']);
  expect(failures).toEqual(['it says it is not available']);
  expect(line.status().counts).toEqual({ 'dropped:reader-failed': 1 });
});

test('what our server kept of an upstream it cannot reach is shown, and is no sign of life', async () => {
  let isAway = true;
  let status = 200;
  peer.onRequest = (_, response) => {
    const kept: Record<string, string> = isAway ? { 'x-hyphae-stale': 'unreachable', age: '42' } : {};
    response.writeHead(status, { ...JSON_TYPE, ...kept }).end(status === 304 ? undefined : '{"v":1}');
  };
  let takes = 0;
  const held: number[] = [];
  const line = open({
    onAnswer: (_, out, { heldMs }) => {
      takes += 1;
      held.push(heldMs);
      out.put('things', 'a', {});
    },
  });
  await until(() => line.state.is === 'retrying');
  expect(takes).toBeGreaterThan(0);
  expect(line.state).toMatchObject({ why: 'shown is what it said 42 s ago (unreachable)' });
  expect(new Set(held)).toEqual(new Set([42_000]));
  status = 304;
  await until(() => line.status().attempts >= 4);
  expect(line.state.is).not.toBe('live');
  isAway = false;
  status = 200;
  await until(() => line.state.is === 'live');
  expect(held.at(-1)).toBe(0);
});

test('it may be asked outside its turn, one question at a time', async () => {
  let asked = 0;
  peer.onRequest = (_, response) => {
    asked++;
    setTimeout(() => response.writeHead(200, JSON_TYPE).end('{}'), 30);
  };
  const line = open({ everyMs: 60_000 });
  await until(() => line.state.is === 'live');
  for (let index = 0; index < 5; index++) line.ask();
  // One at once, and one for all who asked while it was on its way.
  await until(() => line.status().records === 3);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(asked).toBe(3);
  line.stop();
  line.ask();
  expect(asked).toBe(3);
});

test('its rhythm has jitter, and never two questions at once', async () => {
  const times: number[] = [];
  peer.onRequest = (_, response) => {
    times.push(performance.now());
    response.writeHead(200, JSON_TYPE).end('{}');
  };
  env.random = () => 0;
  open({ everyMs: 100 });
  await until(() => times.length === 4);
  const between = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  for (const ms of between) expect(ms).toBeGreaterThan(85);
});

test('a server that is away, and back', async () => {
  await peer.stop();
  const line = open();
  await until(() => line.status().attempts > 2);
  expect(states.words[1]).toMatch(/^retrying: cannot be reached: .*ECONNREFUSED/);
  peer.onRequest = (_, response) => response.writeHead(200, JSON_TYPE).end('{}');
  await peer.listen();
  await until(() => line.state.is === 'live');
});

test('stopping while it waits for an answer ends the question', async () => {
  peer.isMute = true;
  const line = open();
  await until(() => peer.sockets.size === 1);
  line.stop();
  expect(env.timers).toBe(0);
  await until(() => peer.sockets.size === 0);
});
