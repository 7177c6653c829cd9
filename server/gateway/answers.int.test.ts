import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import type { GatewayPreset } from './preset.ts';
import { startTestGateway, startTestPeer, type TestGateway, type TestPeer } from './test-gateway.ts';

const PRESET: GatewayPreset = {
  slug: 'mas-scientific',
  secretHeader: 'X-API-Key',
  routes: [
    { is: 'http', methods: ['GET'], path: '/things', cadenceMs: 5_000, role: 'viewer' },
    { is: 'http', methods: ['GET', 'POST'], path: '/things/*', cadenceMs: 0, role: 'operator', maxBytes: 2_000 },
    { is: 'http', methods: ['POST'], path: '/judged', cadenceMs: 0, role: 'viewer' },
  ],
  screen(_path, value) {
    if (typeof value !== 'object' || value === null) return value;
    if ('private' in value) return undefined;
    if (!('host' in value)) return value;
    const { host: _, ...rest } = value;
    return rest;
  },
  refuse: ({ path, body }) =>
    path === '/judged' && JSON.stringify(body ?? '').includes('erase') ? 'Erasing is not done from here.' : undefined,
};

let peer: TestPeer;
let gateway: TestGateway;
let clock: FakeClock;
beforeEach(async () => {
  peer = await startTestPeer();
  clock = new FakeClock();
  const config = {
    url: `${peer.url}/below`,
    headers: { 'X-Tenant': 'lab' },
    secret: { env: 'KEY', prefix: 'key ' },
    budget: { perMinute: 1_000, perHour: 10_000 },
    timeoutMs: 1_000,
  };
  gateway = await startTestGateway(PRESET, config, { clock, env: { KEY: 'of-the-test' } });
});
afterEach(async () => {
  await gateway.close();
  await peer.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.base + path, { headers });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const answerWith = (status: number, body: string, headers: Record<string, string> = {}) => {
  peer.onRequest = (_request, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
};

test('secret and configured headers go there, nothing of the browser’s own does', async () => {
  answerWith(200, '{"a":1,"host":"mas-7"}', {
    Server: 'uvicorn',
    'Set-Cookie': 'a=b',
    'X-Powered-By': 'x',
    'X-Internal': 'y',
    'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  });
  const response = await get('/things?b=2&access_token=mine&a=1', {
    Cookie: 'session=1',
    Authorization: 'Bearer hyp_x',
    'X-API-Key': 'mine',
    'X-Forwarded-For': '203.0.113.9',
    Referer: 'http://localhost/',
  });
  expect(await response.json()).toEqual({ a: 1 });
  const [asked] = peer.requests;
  expect(asked?.url).toBe('/below/things?b=2&a=1');
  expect(asked?.headers).toMatchObject({ 'x-api-key': 'key of-the-test', 'x-tenant': 'lab', 'user-agent': 'hyphae' });
  for (const name of ['cookie', 'authorization', 'x-forwarded-for', 'referer', 'origin'])
    expect(asked?.headers[name], name).toBeUndefined();
  for (const name of ['server', 'set-cookie', 'x-powered-by', 'x-internal'])
    expect(response.headers.get(name), name).toBeNull();
  expect(response.headers.get('last-modified')).not.toBeNull();
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('only what is on the list, by whom it may be asked', async () => {
  expect([(await get('/other')).status, await codeOf(await get('/other'))]).toEqual([404, 'path-not-allowed']);
  const wrong = await fetch(`${gateway.base}/things`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  expect((await get('/things/1', { 'x-test-role': 'viewer' })).status).toBe(403);
  expect((await get('/things/1', { 'x-test-role': 'operator' })).status).toBe(200);
  expect((await get('/things', { 'x-test-role': 'nobody' })).status).toBe(401);
  const elsewhere = await fetch(`${gateway.base.replace('mas-scientific', 'crep')}/things`);
  expect([elsewhere.status, await codeOf(elsewhere)]).toEqual([404, 'unknown-upstream']);
  expect(peer.requests).toHaveLength(1);
});

/** One request exactly as written; the status it got. */
const raw = (line: string, headers = 'Host: localhost') =>
  new Promise<number>((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () =>
      socket.write(`${line} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)));
  });

test('tricks with the first line or the host lead nowhere', async () => {
  const { host } = new URL(peer.url);
  for (const target of [
    `http://${host}/things`,
    `http://${host}/up/mas-scientific/things`,
    '/up/mas-scientific/things/../../etc',
    '/up/mas-scientific/things/%2e%2e/other',
    '/up/mas-scientific//things',
    '/up/mas-scientific/..%2fother',
    `/up/mas-scientific/@${host}/things`,
    `/up/@${host}/things`,
    '/up/mas-scientific\\things',
    '/UP/mas-scientific/things',
  ])
    expect([400, 404], target).toContain(await raw(`GET ${target}`));
  expect(await raw('GET /up/mas-scientific/things', 'Host: evil.example'), 'a name that is not this computer’s').toBe(
    421,
  );
  expect(await raw(`CONNECT ${host}`)).not.toBe(200);
  expect(peer.requests).toEqual([]);
});

test('a redirect is not followed and not shown', async () => {
  answerWith(307, '', { Location: 'http://internal.example/secret' });
  const response = await fetch(`${gateway.base}/things`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location'), await codeOf(response)]).toEqual([502, null, 'redirect']);
});

test('an error text is shown without addresses; a page cannot run; a script is text', async () => {
  const address = [10, 0, 0, 7].join('.');
  answerWith(404, `{"detail":"no route to ${address}:8001"}`);
  expect(await (await get('/things/1')).text()).toBe('{"detail":"no route to [address]:8001"}');
  answerWith(200, '<script>alert(1)</script>', { 'Content-Type': 'text/html' });
  expect((await get('/things/1')).headers.get('content-security-policy')).toContain("default-src 'none'");
  answerWith(200, 'alert(1)', { 'Content-Type': 'text/javascript' });
  expect((await get('/things/1')).headers.get('content-type')).toContain('text/plain');
});

test('what may not leave, is too long, is cut, late or unreachable is said by name', async () => {
  answerWith(200, '{"private":1}');
  expect(await codeOf(await get('/things/1'))).toBe('withheld');
  answerWith(200, '"'.padEnd(3_000, 'x'));
  expect(await codeOf(await get('/things/1'))).toBe('answer-too-big');
  peer.onRequest = (_request, response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('{"a":');
    setTimeout(() => response.destroy(), 20);
  };
  expect(await codeOf(await get('/things/1'))).toBe('cut');
  answerWith(200, '{"host":');
  expect(await codeOf(await get('/things/1')), 'half an object, and nobody can say what is in it').toBe('cut');
  peer.onRequest = () => undefined;
  const late = await get('/things/1');
  expect([late.status, await codeOf(late)]).toEqual([504, 'timeout']);
  await peer.close();
  const gone = await get('/things/1');
  expect([gone.status, await codeOf(gone)]).toEqual([502, 'unreachable']);
  const [state] = gateway.gateway.state();
  expect(state?.refused).toMatchObject({ withheld: 1, 'answer-too-big': 1, cut: 2, timeout: 1, unreachable: 1 });
});

test('a body is passed on as it came, and judged where the preset wants that', async () => {
  let heard = '';
  peer.onRequest = (request, response) => {
    heard = `${request.headers['content-type']} `;
    request.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    request.on('end', () => response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"ok":true}'));
  };
  const post = (path: string, body: string) =>
    fetch(gateway.base + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
  expect((await post('/things/1', '{"name": "a"}')).status).toBe(201);
  expect(heard).toBe('application/json {"name":"a"}');
  const refused = await post('/judged', '{"command":"erase"}');
  expect([refused.status, await refused.json()]).toMatchObject([403, { message: 'Erasing is not done from here.' }]);
  expect((await post('/judged', '{"command":')).status).toBe(400);
  expect((await post('/judged', 'x'.repeat(2_000_000))).status).toBe(413);
});

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

test('an answer that came compressed all the same is shown as it was meant, within bounds', async () => {
  const pack = (bytes: Buffer) => {
    peer.onRequest = (_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(bytes);
  };
  pack(gzipSync('{"a":1,"host":"x"}'));
  const shown = await get('/things/1');
  expect([await shown.json(), shown.headers.get('content-encoding')]).toEqual([{ a: 1 }, null]);
  expect(peer.requests[0]?.headers['accept-encoding']).toBe('identity');
  pack(gzipSync(`"${'x'.repeat(1_000_000)}"`));
  expect(await codeOf(await get('/things/1'))).toBe('answer-too-big');
  pack(Buffer.from('no gzip'));
  expect(await codeOf(await get('/things/1'))).toBe('cut');
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

test('what was changed below a path is asked anew by the next who wants it', async () => {
  answerWith(200, '{}');
  await get('/things');
  await fetch(`${gateway.base}/things/7`, { method: 'POST' });
  await get('/things');
  expect(peer.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
});
