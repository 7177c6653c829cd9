import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import type { GatewayPreset } from './preset.ts';
import { startTestGateway, startTestPeer, type TestGateway, type TestPeer } from './test-gateway.ts';

const PRESET: GatewayPreset = {
  slug: 'mas-scientific',
  routes: [
    { is: 'http', methods: ['GET'], path: '/things', cadenceMs: 5_000, role: 'viewer' },
    { is: 'http', methods: ['GET', 'POST'], path: '/things/*', cadenceMs: 0, role: 'operator' },
  ],
  // Half an answer can be told from a whole one only where somebody looks.
  screen: (_path, value) => value,
};

let peer: TestPeer;
let gateway: TestGateway;
let clock: FakeClock;
beforeEach(async () => {
  peer = await startTestPeer();
  clock = new FakeClock();
  const budget = { perMinute: 1_000, perHour: 10_000 };
  gateway = await startTestGateway(PRESET, { url: peer.url, budget, timeoutMs: 2_000 }, { clock });
});
afterEach(async () => {
  await gateway.close();
  await peer.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.base + path, { headers });
const answerWith = (status: number, body: string, headers: Record<string, string> = {}) => {
  peer.onRequest = (_request, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
};

test('fifty who ask at once cost one request; within the cadence none; a browser that has it gets 304', async () => {
  // It answers when all fifty have asked.
  peer.onRequest = async (_request, response) => {
    await expect.poll(() => gateway.gateway.state()[0]?.requests).toBeGreaterThanOrEqual(50);
    answerWith(200, '{"a":1}');
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":1}');
  };
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => get(n % 2 === 0 ? '/things?a=1&b=2' : '/things?b=2&a=1')),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(peer.requests).toHaveLength(1);
  clock.advance(4_000);
  const kept = await get('/things?a=1&b=2');
  expect([kept.headers.get('age'), kept.headers.get('x-hyphae-stale')]).toEqual(['4', null]);
  const etag = kept.headers.get('etag') ?? '';
  expect((await get('/things?a=1&b=2', { 'If-None-Match': etag })).status).toBe(304);
  expect((await get('/things?a=2&b=2')).headers.get('age'), 'another question').toBe('0');
  clock.advance(1_000);
  expect((await get('/things?a=1&b=2')).headers.get('age')).toBe('0');
  expect(peer.requests).toHaveLength(3);
  expect(gateway.gateway.state()[0]).toMatchObject({ requests: 54, coalesced: 49, asked: 3 });
});

test('an upstream that tells versions is asked whether its own is new', async () => {
  answerWith(200, '{"a":1}', { ETag: '"v1"' });
  await get('/things');
  peer.onRequest = (request, response) =>
    response.writeHead(request.headers['if-none-match'] === '"v1"' ? 304 : 200).end();
  clock.advance(6_000);
  const again = await get('/things');
  expect([await again.json(), again.headers.get('age')]).toEqual([{ a: 1 }, '0']);
  expect(peer.requests.at(-1)?.headers['if-none-match']).toBe('"v1"');
});

test('while it fails, the last good answer is shown and said to be old – not for ever, and asked no more often', async () => {
  answerWith(200, '{"a":1}');
  await get('/things');
  for (const [status, body, type, why] of [
    [500, '{}', 'application/json', 'status-500'],
    [200, '<h1>Sign in</h1>', 'text/html', 'html'],
    [200, '{"half', 'application/json', 'cut'],
    [302, '', 'text/plain', 'redirect'],
  ] as const) {
    answerWith(status, body, { 'Content-Type': type });
    clock.advance(6_000);
    const before = peer.requests.length;
    for (let n = 0; n < 5; n++) {
      const shown = await get('/things');
      expect([shown.status, shown.headers.get('x-hyphae-stale'), await shown.json()], why).toEqual([
        200,
        why,
        { a: 1 },
      ]);
    }
    expect(peer.requests.length - before, why).toBe(1);
  }
  expect((await get('/things')).headers.get('age')).toBe('24');
  answerWith(500, '{"detail":"Internal Server Error"}');
  clock.advance(900_000);
  const old = await get('/things');
  expect([old.status, await old.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
  answerWith(404, '{"detail":"gone"}');
  clock.advance(6_000);
  expect((await get('/things')).status, 'an answer, not a failure').toBe(404);
});

test('what one browser would like to accept does not decide what all are shown', async () => {
  await get('/things', { Accept: 'text/html', 'Content-Type': 'x/y' });
  expect(peer.requests[0]?.headers.accept).toContain('application/json');
  expect(peer.requests[0]?.headers['content-type']).toBeUndefined();
});

test('its 429 stops everybody, as long as it says', async () => {
  answerWith(200, '{"a":1}');
  await get('/things');
  clock.advance(6_000);
  answerWith(429, '{}', { 'Retry-After': '60' });
  expect((await get('/things')).headers.get('x-hyphae-stale')).toBe('rate-limited');
  answerWith(200, '{"a":2}');
  clock.advance(30_000);
  expect((await get('/things')).headers.get('x-hyphae-stale')).toBe('budget');
  const other = await get('/things/1');
  expect([other.status, other.headers.get('retry-after')]).toEqual([429, '30']);
  expect(peer.requests).toHaveLength(2);
  clock.advance(31_000);
  expect(await (await get('/things')).json()).toEqual({ a: 2 });
});

test('a viewer who invents questions uses up their own share, and nobody else’s', async () => {
  answerWith(200, '{"a":1}');
  const statuses: number[] = [];
  for (let n = 0; n < 700; n++) statuses.push((await gateway.ask(`/things?n=${n}`, 'viewer')).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(600);
  expect(statuses.at(-1)).toBe(429);
  expect((await gateway.ask('/things?n=599', 'viewer')).status, 'what is there already').toBe(200);
  expect((await gateway.ask('/things?n=7777', 'operator')).status).toBe(200);
  clock.advance(60_000);
  expect((await gateway.ask('/things?n=8888', 'viewer')).status).toBe(200);
});

test('what was changed below a path is asked anew by the next who wants it', async () => {
  answerWith(200, '{}');
  await get('/things');
  await fetch(`${gateway.base}/things/7`, { method: 'POST' });
  await get('/things');
  expect(peer.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
});

test('what was asked before a change and answered after it is not kept as the newest', async () => {
  let answered: (() => void) | undefined;
  peer.onRequest = (_request, response) => {
    answered = () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"before":true}');
  };
  const asked = get('/things');
  await expect.poll(() => answered).toBeDefined();
  answerWith(200, '{}');
  await fetch(`${gateway.base}/things/1`, { method: 'POST' });
  answered?.();
  await asked;
  answerWith(200, '{"after":true}');
  expect(await (await get('/things')).json()).toEqual({ after: true });
});
