import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Browser, pairOwner, secret } from '../access/test-access.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { type HyphaeServer, startServer } from '../hyphae-server.ts';
import type { GatewayRoute } from './preset.ts';
import { startTestPeer, type TestPeer } from './test-gateway.ts';

const ROUTES: GatewayRoute[] = [
  { is: 'http', methods: ['GET'], path: '/see', cadenceMs: 0, role: 'viewer' },
  { is: 'http', methods: ['POST'], path: '/do', cadenceMs: 0, role: 'operator' },
  { is: 'stream', path: '/stream', role: 'viewer' },
  { is: 'socket', path: '/socket', role: 'viewer', send: [] },
];

let server: HyphaeServer | undefined;
let peer: TestPeer | undefined;
afterEach(async () => {
  await server?.close();
  await peer?.close();
});

/** A server that asks who comes, one configured upstream, and tokens of several kinds. */
async function open(limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  peer = await startTestPeer();
  peer.onRequest = (request, response) => {
    if (request.url !== '/stream') response.end('{}');
    else response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hi\n\n');
  };
  server = await startServer({
    ...{ ...DEFAULT_LIMITS, ...limits },
    ...{ port: 0, host: '127.0.0.1', dist: undefined, logLevel: 'silent', access: 'required', secret },
    gateway: {
      upstreams: { crep: { url: peer.url, allow: { also: ROUTES.map((route) => ({ ...route }) as never) } } },
      connect: undefined,
    },
  });
  const origin = `http://127.0.0.1:${server.port}`;
  const { browser: owner } = await pairOwner({ access: server.access, origin, port: server.port });
  const token = async (body: object): Promise<{ id: string; token: string }> =>
    (await owner.ask('POST', '/api/access/tokens', body)).body;
  const asked = (path: string, bearer?: string, method = 'GET', slug = 'crep') =>
    fetch(`${origin}/up/${slug}${path}`, {
      method,
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
  const socket = (bearer: string) => {
    const ws = new WebSocket(`${origin.replace('http', 'ws')}/up/crep/socket`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    ws.on('error', () => undefined);
    return ws;
  };
  return { owner, origin, token, asked, socket };
}

test('strangers learn nothing, not even what is configured; roles and narrowed tokens get what is theirs', async () => {
  const { token, asked, owner, origin } = await open();
  for (const [path, slug] of [
    ['/see', 'crep'],
    ['/other', 'crep'],
    ['/see', 'natureos'],
    ['/a/../b%2f', 'crep'],
  ])
    expect((await asked(path ?? '', undefined, 'GET', slug)).status, `${slug}${path}`).toBe(401);
  const viewer = (await token({ role: 'viewer', name: 'v' })).token;
  const operator = (await token({ role: 'operator', name: 'o' })).token;
  const map = (await token({ role: 'viewer', name: 'm', channels: ['state/up/crep/**'] })).token;
  const bench = (await token({ role: 'operator', name: 'b', boards: ['bench-*'] })).token;
  const statuses = async (bearer: string) => [
    (await asked('/see', bearer)).status,
    (await asked('/do', bearer, 'POST')).status,
  ];
  expect(await statuses(viewer)).toEqual([200, 403]);
  expect(await statuses(operator)).toEqual([200, 200]);
  expect(await statuses(map)).toEqual([200, 403]);
  expect(await statuses(bench)).toEqual([403, 403]);
  expect((await owner.ask('GET', '/up/crep/see')).status, 'a browser, by its cookie').toBe(200);
  expect(
    peer?.requests.every(({ headers }) => headers.cookie === undefined && headers.authorization === undefined),
  ).toBe(true);
  const foreign = new Browser(origin);
  foreign.cookie = owner.cookie;
  expect((await foreign.ask('POST', '/up/crep/do', undefined, { origin: 'https://evil.example' })).status).toBe(403);
  const { body } = await owner.ask('GET', '/api/upstreams', undefined);
  expect(body.find(({ slug }: { slug: string }) => slug === 'crep').configured).toBe(true);
  const narrowed = await fetch(`${origin}/api/upstreams`, { headers: { authorization: `Bearer ${map}` } });
  expect(((await narrowed.json()) as { slug: string }[]).map(({ slug }) => slug)).toEqual(['crep']);
});

test('access that is taken back ends streams and sockets at once', async () => {
  const { token, asked, socket, owner } = await open();
  const { id, token: bearer } = await token({ role: 'viewer', name: 'v' });
  const ws = socket(bearer);
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await new Promise((resolve) => ws.on('open', resolve));
  const stream = await asked('/stream', bearer);
  const ended = stream.text();
  expect((await owner.ask('DELETE', `/api/access/tokens/${id}`)).status).toBe(204);
  expect(await closed).toBeGreaterThanOrEqual(4_000);
  expect(await ended).toContain(': hi');
  expect((await asked('/see', bearer)).status).toBe(401);
});

test('requests count against the rate of their address, what stays open against its connections', async () => {
  const { token, asked, socket } = await open({ connectionsPerAddress: 2, requestsPerSecond: 1, requestsBurst: 12 });
  const bearer = (await token({ role: 'viewer', name: 'v' })).token;
  const statuses: number[] = [];
  for (let n = 0; n < 14; n++) statuses.push((await asked('/see', bearer)).status);
  expect(statuses[0]).toBe(200);
  expect(statuses.at(-1)).toBe(429);
  const first = socket(bearer);
  const second = socket(bearer);
  await Promise.all([first, second].map((ws) => new Promise((resolve) => ws.on('open', resolve))));
  expect((await asked('/stream', bearer)).status).toBe(429);
  first.terminate();
  second.terminate();
});
