import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { UpstreamListing } from '../src/contract/upstream/listing.ts';
import { UPSTREAMS } from '../src/contract/upstream/upstream.ts';
import { DEFAULT_LIMITS } from './config.ts';
import type { GatewayFile } from './gateway/config-schema.ts';
import { startTestPeer, type TestPeer } from './gateway/test-gateway.ts';
import { type HyphaeServer, startServer } from './hyphae-server.ts';
import { SIMULATORS } from './simulators/registry.ts';

let server: HyphaeServer | undefined;
let peer: TestPeer | undefined;
afterEach(async () => {
  await server?.close();
  await peer?.close();
  server = undefined;
  peer = undefined;
});

const start = async (more: { gateway?: GatewayFile; simulate?: boolean } = {}) => {
  server = await startServer({
    ...DEFAULT_LIMITS,
    port: 0,
    host: 'localhost',
    dist: undefined,
    logLevel: 'silent',
    ...more,
  });
  return `http://127.0.0.1:${server.port}`;
};
const json = async <T>(url: string, init?: RequestInit) => (await (await fetch(url, init)).json()) as T;

async function configured(): Promise<string> {
  peer = await startTestPeer();
  peer.sockets.on('connection', (ws) => ws.send('hello'));
  const also = [
    { is: 'http', methods: ['GET'], path: '/test/thing', cadenceMs: 1_000, role: 'viewer' },
    { is: 'socket', path: '/test/ws', role: 'viewer', send: [] },
  ] as const;
  return await start({
    gateway: {
      upstreams: { crep: { url: peer.url, name: 'Map', allow: { also: also.map((one) => ({ ...one }) as never) } } },
      connect: undefined,
    },
  });
}

/** How an upgrade ended: its first message, or its status. */
const upgrade = (url: string, headers: Record<string, string> = {}, protocols: string[] = []) =>
  new Promise<string>((resolve) => {
    const ws = new WebSocket(url.replace('http', 'ws'), protocols, { headers });
    const done = (text: string) => {
      resolve(text);
      ws.terminate();
    };
    ws.on('message', (data: Buffer) => done(data.toString()));
    ws.on('open', () => protocols.length > 0 && done('open'));
    ws.on('unexpected-response', (_request, response) => done(String(response.statusCode)));
    ws.on('error', () => undefined);
  });

test('an upstream of the configuration: listed, reached, counted, its sockets beside /live', async () => {
  const base = await configured();
  const listing = await json<readonly UpstreamListing[]>(`${base}/api/upstreams`);
  expect(listing.map(({ slug }) => slug)).toEqual(UPSTREAMS);
  expect(listing.find(({ slug }) => slug === 'crep')).toEqual({
    slug: 'crep',
    name: 'Map',
    configured: true,
    simulated: false,
    base: '/up/crep',
  });
  const missing = listing.find(({ slug }) => slug === 'natureos');
  expect(missing?.configured).toBe(false);
  expect(missing?.why).toContain('upstreams.natureos.url');
  expect((await fetch(`${base}/up/crep/test/thing`)).status).toBe(200);
  expect(await upgrade(`${base}/up/crep/test/ws`)).toBe('hello');
  expect(await upgrade(`${base}/live`, {}, ['hyphae.v1'])).toBe('open');
  expect(await upgrade(`${base}/elsewhere`)).toBe('404');
  const { gateway } = await json<{ gateway: { slug: string; asked: number }[] }>(`${base}/api/connections`);
  expect(gateway).toMatchObject([{ slug: 'crep', asked: 2, opened: 1 }]);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain('hyphae_gateway_requests_total{upstream="crep",how="asked"} 2');
  expect((await fetch(`${base}/api/simulators`)).status, 'none run').toBe(404);
  expect((await fetch(`${base}/simulators`)).status).toBe(404);
});

test('pages of other sites get nothing through it', async () => {
  const base = await configured();
  const Origin = 'https://evil.example';
  expect(await upgrade(`${base}/up/crep/test/ws`, { Origin })).toBe('403');
  expect((await fetch(`${base}/up/crep/test/thing`, { headers: { Origin } })).status).toBe(403);
  expect(peer?.requests).toEqual([]);
});

test('simulators run where nobody configured anything, say so, and can be made to fail', async () => {
  const base = await start({ simulate: true });
  const listing = await json<readonly UpstreamListing[]>(`${base}/api/upstreams`);
  for (const { slug } of SIMULATORS)
    expect(listing.find((one) => one.slug === slug)).toMatchObject({ configured: true, simulated: true });
  const page = await fetch(`${base}/simulators`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await page.text()).not.toMatch(/<script>|style=| on\w+=/);
  for (const file of ['page.js', 'page.css'])
    expect((await fetch(`${base}/simulators/${file}`)).status, file).toBe(200);
  type State = { simulators: { slug: string; url: string; faults: { name: string; on: boolean }[] }[] };
  const post = (body: object) =>
    fetch(`${base}/api/simulators`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const [first] = (await json<State>(`${base}/api/simulators`)).simulators;
  if (first === undefined) throw new Error('no simulator runs');
  const switched = (await (await post({ slug: first.slug, fault: { name: 'status-503', on: true } })).json()) as State;
  expect(switched.simulators[0]?.faults.find(({ name }) => name === 'status-503')?.on).toBe(true);
  expect((await fetch(`${first.url}/anything`)).status).toBe(503);
  expect((await post({ slug: first.slug, fault: { name: 'nothing', on: true } })).status).toBe(404);
  expect((await post({ slug: first.slug, dial: { name: 'nothing', value: 1 } })).status).toBe(404);
  expect((await post({ slug: 7 })).status).toBe(400);
  await server?.close();
  await expect(fetch(first.url), 'they end with the server').rejects.toThrow();
});

// Two processes start from their sources: seconds, and many of them on a busy machine.
test('a server that is killed takes its simulators along', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-simulated-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HYPHAE_SIMULATE: '1', HYPHAE_LOG: 'silent', HYPHAE_DIST: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<string>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        const found = /listens on \S+?:(\d+)/.exec(text.toString())?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const { simulators } = await json<{ simulators: { url: string }[] }>(`http://127.0.0.1:${port}/api/simulators`);
    const url = simulators[0]?.url ?? '';
    expect((await fetch(`${url}/`)).status).toBeGreaterThan(0);
    child.kill('SIGKILL');
    const isGone = () =>
      fetch(url)
        .then(() => false)
        .catch(() => true);
    await expect.poll(isGone, { timeout: 5_000 }).toBe(true);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test('a wrong configuration is a clear end of the start', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-wrong-'));
  writeFileSync(join(folder, 'hyphae.config.json'), '{\n  "upstreams": {\n    "crep": { "url": "nowhere" }\n  }\n}\n');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HYPHAE_DIST: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (text: Buffer) => {
    told += text.toString();
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  rmSync(folder, { recursive: true });
  expect([code, told.trim()]).toEqual([
    1,
    'hyphae.config.json:3: upstreams.crep.url: must begin with http:// or https:// (sockets are reached by the same address)',
  ]);
});

test('what pages may reach directly: anything on one’s own computer, else what is listed', async () => {
  const policyOf = async (base: string) =>
    /connect-src ([^;]*)/.exec((await fetch(`${base}/healthz`)).headers.get('content-security-policy') ?? '')?.[1];
  expect(await policyOf(await start())).toBe("'self' http: ws: https: wss:");
  await server?.close();
  const listed = await start({ gateway: { upstreams: {}, connect: ['https://feeds.example'] } });
  expect(await policyOf(listed)).toBe("'self' https://feeds.example wss://feeds.example");
});
