import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'redis';
import { expect, type TestContext, test, vi } from 'vitest';
import type { Bus } from '../bus.ts';
import { events, eventually, published, valuesOf } from '../bus-contract.ts';
import { freePort, NO_REDIS, REDIS_SERVER, type RedisProcess, startRedis } from './redis-process.ts';
import { slotOf } from './slots.ts';
import { busOpener, sleep, startBuses } from './test-buses.ts';
import { faultsOf, lastOf, makePublisher } from './test-oracle.ts';

/** What the Redis user of a server needs, and nothing else; also in docs/operating.md. */
const RIGHTS = [
  'resetkeys',
  '~hyphae:*',
  'resetchannels',
  '&hyphae:*',
  '-@all',
  ...['hello', 'auth', 'ping', 'info', 'script|load', 'evalsha', 'eval'],
  ...['subscribe', 'unsubscribe', 'ssubscribe', 'sunsubscribe', 'publish', 'spublish', 'cluster|slots'],
  ...['time', 'get', 'set', 'del', 'pexpire', 'persist', 'xadd', 'xrange', 'xdel'],
  ...['hget', 'hmget', 'hset', 'hdel', 'hlen', 'hexists', 'hgetall'],
  ...['zadd', 'zrem', 'zrange', 'zrangebyscore', 'zremrangebyscore'],
].map((word) => (/^[a-z|]+$/.test(word) && !word.startsWith('reset') ? `+${word}` : word));

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Everything a server does with Redis, once. */
async function useAll(a: Bus, b: Bus, name = 'x'): Promise<void> {
  const [{ channel: log }, { channel: state }] = [
    await b.openLog(`events/${name}`),
    await b.openState(`state/${name}`),
  ];
  expect(await published(a, `events/${name}`, events(1), 'key')).toMatchObject({ ok: true, duplicate: false });
  expect(await published(a, `events/${name}`, events(1), 'key')).toMatchObject({ ok: true, duplicate: true });
  a.publish(`events/${name}`, events(2), { source: { epoch: 'of the owner', offset: 7 } });
  await eventually(() => expect(valuesOf(log)).toEqual([1, 2]));
  expect(await b.sourceOf(`events/${name}`)).toEqual({ epoch: 'of the owner', offset: 7 });
  a.put(`state/${name}`, 'short', 1, { ttlMs: 20 });
  a.put(`state/${name}`, 'k', 1);
  await eventually(() => expect(Object.fromEntries(state.entries())).toEqual({ k: 1 }));
  a.del(`state/${name}`, 'k');
  await eventually(() => expect([...state.entries()]).toEqual([]));
  a.drop(`events/${name}`);
  await eventually(() => expect(valuesOf(log)).toEqual([]));
  await eventually(() => expect(a.peers.alive()).toContain(b.node));
  const mails: unknown[] = [];
  const stop = b.peers.onMail((from, message) => mails.push([from, message]));
  a.peers.mail(b.node, name);
  await eventually(() => expect(mails).toEqual([[a.node, name]]));
  stop();
}

test('a Redis user with the rights we name, and no others', async (context) => {
  const { redis, open } = await startBuses(context);
  const admin = await createClient({ url: redis.url }).connect();
  await admin.sendCommand(['ACL', 'SETUSER', 'lab', 'on', '>pass word', ...RIGHTS]);
  const redisUrl = `redis://lab:pass%20word@127.0.0.1:${redis.port}`;
  const [a, b] = [await open({ redisUrl }), await open({ redisUrl })];
  expect(a.health().degraded).toBeUndefined();
  await useAll(a, b);
  // A script that is not known any more (SCRIPT FLUSH) is sent whole.
  await admin.scriptFlush();
  await useAll(a, b, 'flushed');
  const denied = await admin.sendCommand(['ACL', 'LOG']);
  expect(denied).toEqual([]);
  admin.destroy();
});

test('a wrong password is told as the reason, without the password', async (context) => {
  const { redis, open } = await startBuses(context, { args: ['--requirepass', 'right'] });
  const bus = await open({ redisUrl: `redis://:wrong@127.0.0.1:${redis.port}` });
  const reason = bus.health().degraded?.reason;
  expect(reason).toContain('WRONGPASS');
  expect(reason).not.toContain('wrong@');
});

test('TLS, with a certificate of our own', async (context) => {
  context.skip(!hasProgram('openssl'), 'openssl is not in PATH: install it to run this test');
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const plain = await startRedis();
  const [key, cert] = [join(plain.dir, 'key.pem'), join(plain.dir, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
  const tlsPort = await freePort();
  const files = [
    '--tls-cert-file',
    cert,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    cert,
    '--tls-auth-clients',
    'no',
  ];
  const redis = await startRedis({ args: ['--tls-port', String(tlsPort), ...files] }).catch(() => undefined);
  context.skip(redis === undefined, 'this Redis was built without TLS');
  const open = busOpener(`rediss://localhost:${tlsPort}`);
  context.onTestFinished(async () => {
    await open.closeAll();
    await redis?.close();
    await plain.close();
  });
  const redisCa = readFileSync(cert, 'utf8');
  const [a, b] = [await open({ redisCa }), await open({ redisCa })];
  expect(a.health().degraded).toBeUndefined();
  await useAll(a, b);
  const stranger = await open();
  expect(stranger.health().degraded?.reason).toMatch(/self-signed/);
});

test('a cluster of three: channels are on all of them; one that is killed holds up only its own', {
  timeout: 90_000,
}, async (context) => {
  context.skip(!hasProgram('redis-cli'), 'redis-cli is not in PATH: install it to run this test');
  const { nodes, open } = await startCluster(context);
  const [a, b] = [await open(), await open()];
  const spread = channelOnEach(nodes.length);
  for (const name of spread) await useAll(a, b, name);
  await nodes[0]?.kill();
  await eventually(() => expect(a.health().degraded).toBeDefined());
  // The slots are in thirds: the second and third servers are well.
  await Promise.all(
    spread.slice(1).map(async (name) => {
      expect(await published(a, `events/${name}`, events('alive'))).toMatchObject({ ok: true });
    }),
  );
  const { channel: log } = await a.openLog(`events/${spread[0]}`);
  a.publish(`events/${spread[0]}`, events('meanwhile'));
  await eventually(() => expect(valuesOf(log)).toContainEqual('meanwhile'));
  await nodes[0]?.start();
  await eventually(() => expect(a.health().degraded).toBeUndefined());
  const { channel: other } = await b.openLog(`events/${spread[0]}`);
  await eventually(() => expect(valuesOf(other)).toContainEqual('meanwhile'));
});

test('a cluster with replicas: another takes over from a primary that is killed, and readers get everything once', {
  timeout: 90_000,
}, async (context) => {
  context.skip(!hasProgram('redis-cli'), 'redis-cli is not in PATH: install it to run this test');
  const { nodes, open } = await startCluster(context, 1);
  const [a, b] = [await open(), await open()];
  const channels = channelOnEach(3).map((name) => `events/${name}`);
  const openAll = (bus: Bus) => Promise.all(channels.map(async (channel) => (await bus.openLog(channel)).channel));
  const logs = [...(await openAll(a)), ...(await openAll(b))];
  const publishers = channels.map((channel) => makePublisher(a, channel, 'a'));
  const done = new AbortController();
  const load = (async () => {
    while (!done.signal.aborted) {
      for (const publisher of publishers) publisher.publish();
      await sleep(5);
    }
  })();
  await sleep(200);
  await nodes[0]?.kill();
  await eventually(() => expect(a.health().degraded).toBeDefined());
  for (const bus of [a, b]) await vi.waitFor(() => expect(bus.health().degraded).toBeUndefined(), PATIENCE);
  done.abort();
  await load;
  for (const [index, log] of logs.entries()) {
    const publisher = publishers[index % publishers.length];
    await eventually(() => expect(lastOf(log, 'a')).toBe((publisher?.published ?? 0) - 1));
    expect(faultsOf(log)).toEqual([]);
  }
});

async function startCluster(context: TestContext, replicas = 0) {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no', '--cluster-node-timeout', '2000'];
  const nodes: RedisProcess[] = [];
  for (let index = 0; index < 3 * (1 + replicas); index++) {
    const busPort = String(await freePort());
    nodes.push(await startRedis({ args: [...args, '--cluster-port', busPort] }));
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
  execFileSync('redis-cli', create, { stdio: 'ignore' });
  // A replica takes over only once it has a copy.
  for (const { url } of nodes.slice(3)) {
    const client = await createClient({ url }).connect();
    await vi.waitFor(async () => expect(await client.info('replication')).toContain('master_link_status:up'), PATIENCE);
    client.destroy();
  }
  const open = busOpener(nodes[1]?.url ?? '');
  context.onTestFinished(async () => {
    await open.closeAll();
    for (const node of nodes) await node.close();
  });
  return { nodes, open };
}

/** A channel name for each server, in the order of their slots. */
function channelOnEach(servers: number): readonly string[] {
  const names: string[] = [];
  for (let n = 0; n < 1_000; n++) {
    const owner = Math.floor((slotOf(`{events/n${n}}`) * servers) / 16_384);
    names[owner] ??= `n${n}`;
  }
  return names;
}

function hasProgram(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
