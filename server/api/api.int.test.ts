import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../config.ts';
import { type HyphaeServer, startServer } from '../hyphae-server.ts';

let server: HyphaeServer;
let token: string;
const start = async (limits: Partial<Limits> = {}): Promise<void> => {
  server = await startServer({
    ...DEFAULT_LIMITS,
    drainMs: 200,
    ...limits,
    port: 0,
    host: '127.0.0.1',
    dist: undefined,
    logLevel: 'silent',
    access: 'required',
    secret: 'a secret that is long enough for everybody',
  });
  token = await tokenOf('owner');
};
async function tokenOf(role: 'viewer' | 'operator' | 'owner'): Promise<string> {
  const made = await server.access.doors?.tokens.create({
    name: role,
    role,
    channels: undefined,
    boards: undefined,
    expiresAt: Date.now() + 3_600_000,
  });
  if (made === undefined || !('token' in made)) throw new Error('no token');
  return made.token;
}
beforeEach(() => start());
afterEach(() => server.close());

/** Asks, and gives what came: the status with the body's fields. */
async function ask(path: string, init: RequestInit = {}, as = token): Promise<Record<string, unknown>> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${as}`, ...init.headers };
  const response = await fetch(`http://127.0.0.1:${server.port}/api/${path}`, { ...init, headers });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}, as = token) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers }, as);

test('a key names a publication only if it is one: an empty or long one is refused, not taken for the one before', async () => {
  const send = (key: string) => post('channels/events/a', { records: [1] }, { 'Idempotency-Key': key });
  expect(await send('k')).toMatchObject({ status: 200, duplicate: false });
  expect(await send('k')).toMatchObject({ status: 200, duplicate: true });
  for (const key of ['', 'k'.repeat(129), 'two words'])
    expect(await send(key)).toMatchObject({ status: 400, code: 'bad-message' });
});

test('publishing by HTTP is held to the rate of whoever publishes', async () => {
  await server.close();
  await start({ principalRecordsPerSecond: 10 });
  const records = Array.from({ length: 40 }, (_, n) => n);
  expect(await post('channels/events/a', { records })).toMatchObject({ status: 200 });
  const refused = { status: 429, code: 'publish-per-principal', retryAfterMs: expect.any(Number) };
  expect(await post('channels/events/a', { records })).toMatchObject(refused);
  expect(await post('publish', { publications: [{ channel: 'events/a', records }] })).toMatchObject({
    status: 200,
    results: [refused],
  });
});

test('history is read page by page, each record once, and a channel for which there is no room is refused by name', async () => {
  await server.close();
  await start({ maxChannels: 24 });
  const records = Array.from({ length: 25 }, (_, n) => n);
  await post('channels/events/a', { records });
  const read: unknown[] = [];
  let since = '';
  for (let page = 0; page < 10; page++) {
    const answer = await ask(`channels/events/a?limit=10${since}`);
    read.push(...(answer.records as unknown[]));
    if (answer.more === false) break;
    const { epoch, offset } = answer.cursor as { epoch: string; offset: number };
    since = `&since=${epoch}:${offset}`;
  }
  expect(read).toEqual(records);
  for (let n = 0; n < 24; n++) await post(`channels/events/b${n}`, { records: [n] });
  for (const channel of ['events/new', 'state/new'])
    expect(await ask(`channels/${channel}`)).toMatchObject({ status: 429, code: 'limit-reached' });
});

test('each route asks for its right, and says no more to whoever has none', async () => {
  const viewer = await tokenOf('viewer');
  const refused = { status: 403, code: 'not-allowed' };
  const asViewer = (path: string) => ask(path, {}, viewer);
  expect(await asViewer('audit')).toMatchObject(refused);
  expect(await asViewer('connections')).toMatchObject(refused);
  expect(await asViewer('channels/audit')).toMatchObject(refused);
  expect(await asViewer('channels/pending')).toMatchObject(refused);
  expect(await asViewer('channels/events/feed/restricted.a')).toMatchObject(refused);
  expect(await asViewer('presence/access-tokens')).toMatchObject(refused);
  expect(await post('channels/events/a', { records: [1] }, {}, viewer)).toMatchObject(refused);
  expect(await post('publish', { publications: [{ channel: 'events/a', records: [1] }] }, {}, viewer)).toMatchObject({
    results: [refused],
  });
  expect(await asViewer('channels/device/nobody/console')).toMatchObject({ status: 404, code: 'no-such-channel' });
  expect(await ask('channels/events/a', {}, 'hyp_none_of_ours')).toMatchObject({ status: 401 });
});
