import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { FeedComplaint } from './feed.ts';
import { openFeeds } from './open-feeds.ts';
import { defaultFeeds, parseFeeds } from './read-config.ts';
import {
  cleanups,
  connect,
  isSubscribed,
  makeBus,
  only,
  open,
  readAll,
  startRedis,
  statOf,
  until,
  wrap,
} from './test-lab.ts';

test('the default feeds: wrapped, raw, repeated and malformed messages, privileged and private ones', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const complaints: FeedComplaint[] = [];
  const feeds = open(openFeeds(defaultFeeds([redis.url]), bus, systemClock, { log: (one) => complaints.push(one) }));
  await isSubscribed(feeds);
  expect(statOf(feeds, 'devices:telemetry').words).toMatch(/^silent: no producer seen/);

  const client = await connect(redis);
  const status = wrap('agents:status', { agent_id: 'ceo_agent', status: 'idle' }, '2026-09-02T08:15:32');
  await client.publish('agents:status', status);
  await client.publish('agents:status', status);
  await client.publish('agents:status', 'hello');
  await client.publish('agents:status', Buffer.from([0xff, 0xfe]) as unknown as string);
  await client.publish('agents:status', `"${'x'.repeat(262_144)}"`);
  await client.publish('agents:status', '{"agent_id": "a.b", "load": NaN}');
  await client.publish('security:blocks', '{"action":"block","ip":"198.51.100.7"}');
  await client.publish('mycorrhizae:device.MB-7.telemetry', '{"payload":{"temperature":21}}');
  await client.publish('mycorrhizae:device.MB-7.commands', '{"payload":{"relay":1}}');
  await client.publish('audit:events', '{"user_id":"u1"}');

  await until(() => expect(statOf(feeds, 'mycorrhizae:device.*').received).toBe(2));
  const { records } = await readAll(bus, 'events/feed/agents.status');
  expect(records.map(({ data }) => data)).toEqual([
    { agent_id: 'ceo_agent', status: 'idle' },
    { agent_id: 'a.b', load: null },
  ]);
  expect(records[0]).toMatchObject({
    from: 'agents:status',
    source: 'test',
    at: Date.UTC(2026, 8, 2, 8, 15, 32),
    atFrom: 'wrapper',
  });
  expect(records[1]?.flags).toEqual(['nan-repaired']);
  const latest = (await bus.openState('state/feed/agents.status')).channel;
  expect([...latest.entries()].map(([key]) => key)).toEqual(['ceo_agent', 'a.2eb']);
  const stat = statOf(feeds, 'agents:status');
  expect(stat).toMatchObject({
    received: 6,
    delivered: 2,
    dropped: { duplicate: 1, 'bad-json': 1, 'not-utf8': 1, oversize: 1 },
    words: 'live',
  });
  expect(complaints).toContainEqual({
    source: 'redis',
    from: 'agents:status',
    why: 'bad-json',
    excerpt: 'hello',
    unlogged: 0,
  });
  expect((await readAll(bus, 'events/feed/restricted.security')).records).toHaveLength(1);
  expect((await readAll(bus, 'events/feed/mycorrhizae.device')).records).toHaveLength(1);
  expect(statOf(feeds, 'mycorrhizae:device.*').dropped).toEqual({ withheld: 1 });
});

test('a Redis that is killed and comes back: subscribed again, with the loss told on every channel', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const feeds = open(openFeeds(only(redis.url, ['a', 'b*']), bus, systemClock));
  await isSubscribed(feeds);
  const before = await connect(redis);
  await before.publish('a', '1');
  await until(() => expect(statOf(feeds, 'a').delivered).toBe(1));
  await redis.kill();
  await until(() => expect(statOf(feeds, 'a').words).toMatch(/^retrying at .*: /));
  await redis.start();
  await until(() => expect(statOf(feeds, 'b*').gaps).toBe(1));
  const after = await connect(redis);
  await after.publish('a', '2');
  await until(() => expect(statOf(feeds, 'a').delivered).toBe(2));
  expect((await readAll(bus, 'events/feed/a')).order).toEqual([1, 'link-lost', 2]);
  expect((await readAll(bus, 'events/feed/b')).gaps.map(({ why }) => why)).toEqual(['link-lost']);
  expect(statOf(feeds, 'a').reconnects).toBeGreaterThan(0);
});

test('a burst of 5,000 messages a second loses nothing and keeps its order', async () => {
  const redis = await startRedis();
  const bus = makeBus();
  const feeds = open(openFeeds(only(redis.url, ['burst']), bus, systemClock));
  await isSubscribed(feeds);
  const client = await connect(redis);
  const seconds = 3;
  const perTick = 50;
  const startedAt = performance.now();
  let sent = 0;
  while (sent < 5_000 * seconds) {
    const due = Math.min(5_000 * seconds, Math.ceil((performance.now() - startedAt) * 5));
    const batch: Promise<unknown>[] = [];
    for (; sent < due; sent++) {
      const stamp = new Date(Date.UTC(2026, 0, 1) + sent).toISOString();
      batch.push(client.publish('burst', wrap('burst', { n: sent, pad: 'x'.repeat(100) }, stamp)));
    }
    await Promise.all(batch);
    await new Promise((resolve) => setTimeout(resolve, 1_000 / (5_000 / perTick)));
  }
  await until(() => expect(statOf(feeds, 'burst').delivered).toBe(5_000 * seconds));
  const { records, gaps } = await readAll(bus, 'events/feed/burst');
  expect(records.map(({ data }) => (data as { n: number }).n)).toEqual(Array.from({ length: sent }, (_, n) => n));
  expect(gaps).toEqual([]);
});

test('a password: refused in words without it, live with it', async () => {
  const redis = await startRedis('--requirepass', 'secret');
  const bus = makeBus();
  const without = open(openFeeds(only(redis.url, ['a']), bus, systemClock));
  await until(() => expect(statOf(without, 'a').words).toMatch(/^refused: NOAUTH/));
  const wrong = open(openFeeds(only(redis.url.replace('//', '//:nope@'), ['a']), bus, systemClock));
  await until(() => expect(statOf(wrong, 'a').words).toMatch(/^refused: WRONGPASS/));
  const right = open(openFeeds(only(redis.url.replace('//', '//:secret@'), ['a']), bus, systemClock));
  await until(() => expect(statOf(right, 'a').state.is).toBe('silent'));
  expect(JSON.stringify(right.stats())).not.toContain('secret');
});

test('a user with the rights of the documentation and no other can do all that is needed', async () => {
  const redis = await startRedis();
  const admin = await connect(redis);
  await admin.sendCommand(
    'ACL SETUSER hyphae on >pw resetkeys %R~mesh:* %R~crep:* resetchannels &a -@all +subscribe +psubscribe +xread +xrange +xrevrange +ping'.split(
      ' ',
    ),
  );
  const bus = makeBus();
  const url = redis.url.replace('//', '//hyphae:pw@');
  const feeds = open(
    openFeeds(
      parseFeeds(
        {
          sources: [
            {
              name: 'redis',
              url,
              channels: [
                { pattern: 'a', to: 'events/feed/a' },
                { pattern: 'other', to: 'events/feed/other' },
              ],
              streams: [
                { key: 'mesh:packets', to: 'events/feed/mesh', how: 'tail' },
                { key: 'elsewhere', to: 'events/feed/elsewhere', how: 'tail' },
                { key: 'crep:flights', to: 'state/feed/flights', how: 'snapshot' },
              ],
            },
          ],
        },
        {},
        'test',
      ),
      bus,
      systemClock,
    ),
  );
  await until(() => expect(statOf(feeds, 'mesh:packets').state.is).toBe('silent'));
  await admin.publish('a', '1');
  await admin.xAdd('mesh:packets', '*', { data: '{"packet_uid":"p"}' });
  await admin.xAdd('crep:flights', '*', { data: '[{"id":"ac-1"}]' });
  for (const from of ['a', 'mesh:packets', 'crep:flights'])
    await until(() => expect(statOf(feeds, from).delivered).toBe(1));
  await until(() => expect(statOf(feeds, 'other').words).toMatch(/^refused: NOPERM/));
  expect(statOf(feeds, 'elsewhere').words).toMatch(/^refused: NOPERM/);
});

test.skipIf(!existsSync('/usr/bin/openssl'))(
  'TLS: live with the authority that signed, refused without it',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hyphae-tls-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`;
    execFileSync('/usr/bin/openssl', request.split(' '), { stdio: 'ignore' });
    const redis = await startRedis('--tls-port', '0');
    await redis.kill();
    const tls = ['--port', '0', '--tls-port', String(redis.port), '--tls-cert-file', cert, '--tls-key-file', key];
    await redis.start(...tls, '--tls-ca-cert-file', cert, '--tls-auth-clients', 'no');
    const source = (caFile: object) => ({
      name: 'tls',
      url: `rediss://localhost:${redis.port}`,
      channels: [{ pattern: 'a', to: 'events/feed/a' }],
      ...caFile,
    });
    const bus = makeBus();
    const trusted = open(openFeeds(parseFeeds({ sources: [source({ caFile: cert })] }, {}, 'test'), bus, systemClock));
    const untrusted = open(openFeeds(parseFeeds({ sources: [source({})] }, {}, 'test'), bus, systemClock));
    await until(() => expect(statOf(trusted, 'a').state.is).toBe('silent'));
    await until(() => expect(statOf(untrusted, 'a').words).toMatch(/^retrying at .*: \w+_SIGNED/));
  },
);
