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

test('what is JSON is looked through, whatever it says it is; what cannot be is withheld', async () => {
  for (const type of ['text/plain', 'application/octet-stream', 'text/html', 'application/vnd.x']) {
    answerWith(200, '{"private":1}', { 'Content-Type': type });
    expect((await get(`/things/${type.length}`)).status, type).toBe(403);
    answerWith(200, ' {"a":1,"host":"mas-7"}', { 'Content-Type': type });
    expect(await (await get(`/things/${type.length}`)).text(), type).toBe('{"a":1}');
  }
  answerWith(200, 'data: {"private":1}\n\n', { 'Content-Type': 'text/event-stream' });
  const events = await get('/things/e');
  expect([events.status, await events.text()]).toEqual([403, expect.not.stringContaining('private')]);
  answerWith(200, 'pong', { 'Content-Type': 'text/plain' });
  expect(await (await get('/things/p')).text()).toBe('pong');
});

test('failures are looked through, too', async () => {
  answerWith(500, '{"detail":"failed","host":"mas-7"}');
  expect(await (await get('/things/1')).json()).toEqual({ detail: 'failed' });
  answerWith(422, '{"private":"words"}');
  const withheld = await get('/things/2');
  expect([withheld.status, await withheld.text()]).toEqual([422, '']);
});

test('no header leads to an address, and an encoding nobody has is none', async () => {
  answerWith(200, '{}', { Link: '<//192.0.2.7:8001/next>; rel=next' });
  expect((await get('/things/1')).headers.get('link')).toBeNull();
  answerWith(200, '{"a":1}', { 'Content-Encoding': 'constructor' });
  expect((await get('/things/2')).status).toBe(502);
});

test('a status that there is not is no answer', async () => {
  answerWith(799, '{}');
  const response = await get('/things/1');
  expect([response.status, await codeOf(response)]).toEqual([502, 'cut']);
});
