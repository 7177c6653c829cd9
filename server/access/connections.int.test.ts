import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Browser, pairOwner, startAccess } from './test-access.ts';

test('no spelling of an address leads past the guard', async () => {
  const server = await startAccess();
  const ask = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const asked = httpRequest({ port: server.port, host: '127.0.0.1', path }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });
  for (const path of [
    '/api/things',
    '/%61pi/things',
    '/api/%74hings',
    '/api/things?x',
    '/api/things#x',
    '/api/things;x',
  ])
    expect([401, 404], path).toContain(await ask(path));
  for (const path of [
    '//api/things',
    '/api//things',
    '/API/things',
    '/api/things/',
    '/x/../api/things',
    '/api/access/me/..',
  ])
    expect([401, 404], path).toContain(await ask(path));
  expect(await ask('/%61pi/things')).toBe(401);
});

test('an address asks so much and no more, and is told when to come back', async () => {
  const server = await startAccess({ requestsPerSecond: 1, requestsBurst: 3 });
  const stranger = new Browser(server.origin);
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await stranger.ask('GET', '/api/access/me')).status);
  expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
  const refused = await stranger.ask('GET', '/api/access/me');
  expect(refused).toMatchObject({ status: 429, body: { code: 'requests-per-address' } });
  expect(refused.body.retryAfterMs).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('behind a proxy: its word about host, scheme and address counts, the cookie is of the strict kind', async () => {
  const server = await startAccess({ behindProxy: true });
  const code = async () => {
    const made = await server.access.doors?.pairing.make('viewer', 'Tablet', 'test');
    return made !== undefined && 'expiresAt' in made ? made.code : '';
  };
  const viaProxy = {
    origin: 'https://lab.example',
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'lab.example',
  };
  const tablet = new Browser(server.origin);
  const paired = await tablet.ask('POST', '/api/access/pair', { code: await code() }, viaProxy);
  expect(paired.status).toBe(200);
  expect(paired.set).toMatch(/^__Host-hyphae=.*; Secure$/);
  expect((await tablet.ask('POST', '/api/things', {}, viaProxy)).status).toBe(200);
  expect((await tablet.ask('POST', '/api/things', {}, { ...viaProxy, origin: 'http://lab.example' })).status).toBe(403);
  expect((await tablet.ask('POST', '/api/things', {}, { ...viaProxy, origin: server.origin })).status).toBe(403);
});

test('an open server behind a proxy that it was not told of lets nobody in as owner', async () => {
  const server = await startAccess({ access: 'open', secret: undefined });
  const here = new Browser(server.origin);
  expect(await here.ask('GET', '/api/access/me')).toMatchObject({
    status: 200,
    body: { access: 'open', role: 'owner' },
  });
  expect(await here.ask('GET', '/api/things', undefined, { 'x-forwarded-for': '198.51.100.7' })).toMatchObject({
    status: 403,
    body: { code: 'proxy-not-configured' },
  });
});

test('who opens a connection and says too little too slowly is told so and closed', async () => {
  const server = await startAccess({ handshakeMs: 300 });
  const slow = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  expect(await slow('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow')).toMatch(/^HTTP\/1\.1 408 .*"handshake-timeout"/s);
  expect(await slow('')).toMatch(/^HTTP\/1\.1 408 /);
  expect(await slow('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*"not-http"/s);
  const huge = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
  expect(await slow(huge)).toMatch(/^HTTP\/1\.1 431 .*"headers-too-big"/s);
  expect(server.refused).toEqual(['handshake-timeout', 'handshake-timeout', 'not-http', 'headers-too-big']);
});

test('a body that is too big is refused by name, before it is read', async () => {
  const server = await startAccess();
  const { browser } = await pairOwner(server);
  expect(await browser.ask('POST', '/api/things', { x: 'x'.repeat(70_000) })).toMatchObject({
    status: 413,
    body: { code: 'body-too-big' },
  });
  expect(await browser.ask('POST', '/api/access/codes', { x: 'x'.repeat(2_000) })).toMatchObject({ status: 413 });
});

test('a connection that stays open counts until its socket closes', async () => {
  const server = await startAccess({ connectionsPerAddress: 1 });
  const { browser } = await pairOwner(server);
  let admitted: ((code: string) => void) | undefined;
  const { access } = server;
  const upgrades = createServer();
  upgrades.on('upgrade', (request, socket) => {
    const admission = access.admit(request);
    admitted?.(admission.ok ? 'in' : admission.code);
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.resume();
    if (!admission.ok) socket.destroy();
    else request.socket.once('close', () => closed?.());
  });
  let closed: (() => void) | undefined;
  await new Promise<void>((resolve) => upgrades.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void upgrades.close());
  const address = upgrades.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const open = () =>
    new Promise<{ code: string; destroy: () => void }>((resolve) => {
      const origin = `http://127.0.0.1:${port}`;
      const headers = { connection: 'Upgrade', upgrade: 'websocket', cookie: browser.cookie ?? '', origin };
      const asked = httpRequest({ port, host: '127.0.0.1', path: '/live', headers });
      asked.on('error', () => undefined);
      asked.on('upgrade', () => undefined);
      admitted = (code) => resolve({ code, destroy: () => asked.destroy() });
      asked.end();
    });
  const first = await open();
  expect(first.code).toBe('in');
  expect((await open()).code).toBe('connections-per-address');
  const gone = new Promise<void>((resolve) => (closed = resolve));
  first.destroy();
  await gone;
  expect((await open()).code).toBe('in');
});
