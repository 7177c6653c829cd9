import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './config.ts';
import { FakeClock } from './fake-clock.ts';
import { type HyphaeServer, startServer } from './hyphae-server.ts';

const theme = "document.documentElement.dataset.theme='dark'";
let dist: string;
let server: HyphaeServer;
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers });

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'hyphae-dist-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(
    join(dist, 'index.html'),
    `<script>${theme}</script><script type="module" src="/assets/a.js"></script>`,
  );
  writeFileSync(join(dist, 'sw.js'), '//');
  writeFileSync(join(dist, 'manifest.webmanifest'), '{}');
  writeFileSync(join(dist, 'assets', 'main-Bx3_9aQz.js'), '//');
  server = await startServer({ ...DEFAULT_LIMITS, port: 0, host: 'localhost', dist, logLevel: 'silent' });
});
afterAll(async () => {
  await server.close();
  rmSync(dist, { recursive: true });
});

test('hashed files for ever, all that names them fresh each time', async () => {
  const cache = async (path: string) => (await get(path)).headers.get('cache-control');
  expect(await cache('/assets/main-Bx3_9aQz.js')).toBe('public, max-age=31536000, immutable');
  for (const path of ['/', '/index.html', '/sw.js', '/manifest.webmanifest', '/boards/b1'])
    expect(await cache(path), path).toBe('no-cache');
  expect((await get('/manifest.webmanifest')).headers.get('content-type')).toContain('manifest');
});

test('the page answers every page address and nothing else', async () => {
  expect(await (await get('/telemetry?board=b1')).text()).toContain(theme);
  for (const path of ['/assets/gone-12345678.js', '/api/x', '/gone.js', '/..%2f..%2fpackage.json'])
    expect((await get(path)).status, path).toBe(404);
});

test('strict headers: only our files and the one inline script, by its content', async () => {
  const { headers } = await get('/');
  const policy = headers.get('content-security-policy') ?? '';
  const hash = createHash('sha256').update(theme).digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("worker-src 'self';");
  expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe');
  expect(headers.get('permissions-policy')).toContain('serial=(self), usb=(self)');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toBeNull();
});

test('health, readiness and metrics', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ ok: true });
  expect((await get('/readyz')).status).toBe(200);
  const metrics = await (await get('/metrics')).text();
  for (const name of ['connections', 'boards', 'deliveries_total', 'refused_total', 'age_at_socket_seconds_bucket'])
    expect(metrics).toContain(`hyphae_${name}`);
  expect(metrics, 'there is no bus to lag').not.toMatch(/^hyphae_bus_lag_seconds /m);
});

test('both names of this computer work', async () => {
  expect((await fetch(`http://localhost:${server.port}/healthz`)).status).toBe(200);
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  if (hasIpv6) expect((await fetch(`http://[::1]:${server.port}/healthz`)).status).toBe(200);
});

test('a port that another program has on one of the two names is a clear failure, and nothing stays open', async () => {
  const config = { ...DEFAULT_LIMITS, host: 'localhost', dist: undefined, logLevel: 'silent' };
  await expect(startServer({ ...config, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const other = createServer();
  await new Promise<void>((resolve) => other.once('error', () => resolve()).listen(0, '::1', resolve));
  const address = other.address();
  if (typeof address === 'object' && address !== null) {
    await expect(startServer({ ...config, port: address.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(fetch(`http://127.0.0.1:${address.port}/healthz`)).rejects.toThrow();
  }
  other.close();
});

test('a server whose port is taken leaves nothing running, nor does one that was closed', async () => {
  const config = { ...DEFAULT_LIMITS, host: '127.0.0.1', dist: undefined, logLevel: 'silent' };
  const clock = new FakeClock();
  await expect(startServer({ ...config, port: server.port }, clock)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(clock.pending).toBe(0);
  const other = await startServer({ ...config, port: 0 }, clock);
  expect(clock.pending).toBeGreaterThan(0);
  await other.close();
  expect(clock.pending).toBe(0);
});

test('a request that is under way when the server stops is answered', async () => {
  const config = { ...DEFAULT_LIMITS, host: '127.0.0.1', dist: undefined, logLevel: 'silent', port: 0 };
  const stopping = await startServer(config);
  const { port } = stopping;
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  const body = JSON.stringify({ records: [1] });
  const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ';
  socket.write(`POST /api/channels/events/a HTTP/1.1\r\n${head}${body.length}\r\n\r\n${body.slice(0, 5)}`);
  // The server has it once it has answered somebody who came later.
  await fetch(`http://127.0.0.1:${port}/healthz`);
  const closed = stopping.close();
  const isRefused = () =>
    fetch(`http://127.0.0.1:${port}/healthz`)
      .then(() => false)
      .catch(() => true);
  await expect.poll(isRefused).toBe(true);
  const answered = new Promise((resolve) => socket.once('end', resolve));
  socket.write(body.slice(5));
  await Promise.all([answered, closed]);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
