import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_CHANNELS } from '../../server/bus/feeds/default-feeds.ts';
import { ForeignRedis } from '../../server/bus/feeds/foreign-redis.ts';
import type {
  RedisAgent,
  RedisAlert,
  RedisFeed,
  RedisHeartbeat,
  RedisMeasured,
  RedisPacket,
  RedisSecurity,
  RedisTask,
} from '../../src/contract/upstream/redis.ts';
import { mycorrhizaeAdapter } from './mycorrhizae.ts';
import { look, WayLab } from './redis/test-way.ts';
import { redisAdapter } from './redis.ts';

let lab: WayLab;
let redis: ForeignRedis;

beforeEach(async () => {
  lab = new WayLab();
  redis = await ForeignRedis.start();
});
afterEach(async () => {
  await lab.close();
  await redis.kill();
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const config = (more: object = {}) => ({
  sources: [
    {
      name: 'main',
      url: redis.url,
      channels: DEFAULT_CHANNELS,
      streams: [
        { key: 'mesh:packets', to: 'events/feed/mesh.packets', how: 'tail', last: 80 },
        { key: 'crep:flights', to: 'state/feed/crep.flights', how: 'snapshot', everyMs: 200 },
      ],
      ...more,
    },
  ],
});
const naive = (ms: number) => new Date(ms).toISOString().replace('Z', '');
const wrap = (channel: string, data: object, at = Date.now()) =>
  JSON.stringify({ channel, data, timestamp: naive(at), source: 'test', message_id: null });
const packet = (uid: string) =>
  JSON.stringify({ packet_uid: uid, from_node_id: '!a1b2c3d4', rx_rssi: -97, rx_time: new Date().toISOString() });
const at = <T>(channels: ReturnType<WayLab['openHub']>, kind: string, part: string) =>
  look<T>(channels, `${kind}/up/redis/${part}`);
const isSilent = (feeds: { readonly state: ReadonlyMap<string, RedisFeed> }) =>
  until(() => expect([...feeds.state.values()].filter(({ state }) => state === 'silent').length).toBeGreaterThan(15));

test('what is published on Redis is a record in the hub: wrapped, raw, repeated, malformed, private', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter]);
  const feeds = at<RedisFeed>(channels, 'state', 'feeds');
  const agents = at<RedisAgent>(channels, 'state', 'agents');
  const alerts = at<RedisAlert>(channels, 'state', 'alerts');
  const system = at<RedisHeartbeat>(channels, 'state', 'system');
  const devices = at<RedisMeasured>(channels, 'state', 'devices');
  const tasks = at<RedisTask>(channels, 'events', 'tasks');
  const mesh = at<RedisPacket>(channels, 'events', 'mesh');
  const security = at<RedisSecurity>(channels, 'events', 'security');
  await isSilent(feeds);
  expect([...feeds.state.values()].find(({ from }) => from === 'agents:status')).toMatchObject({
    state: 'silent',
    words: expect.stringContaining('no producer seen'),
    server: 'main',
  });

  const client = await redis.client();
  await client.publish(
    'agents:status',
    wrap('agents:status', { agent_id: 'ceo', status: 'Active', details: { cycle_count: 9 } }),
  );
  await client.publish('agents:status', wrap('agents:status', { agent_id: 'lab', status: 'agent_unresponsive' }));
  await client.publish('agents:status', 'hello');
  const made = Date.now() - 60_000;
  const alert = (status: string, updated: number) => ({
    event: 'updated',
    alert: { id: 'al-1', title: 'Hot', severity: 'fatal', status, created_at: naive(made), updated_at: naive(updated) },
  });
  await client.publish('system:alerts', wrap('system:alerts', alert('acknowledged', made + 2_000)));
  await client.publish('system:alerts', wrap('system:alerts', alert('open', made + 1_000), Date.now() + 1));
  await client.publish(
    'system:health',
    wrap('system:health', { event: 'system_heartbeat', cpu_usage: null, memory_usage: 62, heartbeat_count: 7 }),
  );
  const reading = '{"device_id":"m2","telemetry":{"temperature":NaN,"humidity":"50"}}';
  await client.publish('devices:telemetry', reading);
  await client.publish('devices:telemetry', reading);
  const done = { event: 'task_completed', agent_id: 'lab', completed_at: naive(made), tasks_processed: 3 };
  await client.publish('tasks:progress', wrap('tasks:progress', done));
  await client.publish('tasks:progress', wrap('tasks:progress', done, Date.now() + 15_000));
  await client.publish('security:blocks', '{"action":"block","ip":"198.51.100.7"}');
  await client.publish('audit:events', '{"user_id":"u1"}');
  await client.xAdd('mesh:packets', '*', { data: packet('p-1') });
  await client.xAdd('mesh:packets', '*', { data: packet('p-1') });
  await client.xAdd('mesh:packets', '*', { data: packet('p-2') });

  await until(() => {
    expect(agents.state.get('ceo')).toMatchObject({ health: 'ok', status: 'Active', details: { cycle_count: 9 } });
    expect(agents.state.get('lab')).toMatchObject({ health: 'warn', atFrom: 'source', provenance: 'measured' });
    expect(alerts.state.get('al-1')).toMatchObject({ status: 'acknowledged', severity: 'warning' });
    expect(system.state.get('test')).toMatchObject({ dropped: ['cpu_usage'], beats: 7 });
    expect(devices.state.get('m2')).toMatchObject({
      readings: [{ name: 'humidity', value: 50, unit: '%' }],
      dropped: ['temperature'],
      flags: ['nan-repaired'],
    });
    expect(tasks.records.map(({ key }) => key)).toEqual([`lab/${naive(made)}`]);
    expect(mesh.records.map(({ key }) => key)).toEqual(['p-1', 'p-2']);
    expect(security.records).toMatchObject([{ what: 'block' }]);
  });
  await until(() =>
    expect([...feeds.state.values()].find(({ from }) => from === 'agents:status')).toMatchObject({
      state: 'live',
      dropped: { 'bad-json': 1 },
    }),
  );
  expect([...feeds.state.values()].map(({ from }) => from)).not.toContain('audit:events');
});

test('a Redis that is killed and comes back: the loss is told in its place, and nothing after it is missed', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter]);
  const feeds = at<RedisFeed>(channels, 'state', 'feeds');
  const tasks = at<RedisTask>(channels, 'events', 'tasks');
  await isSilent(feeds);
  const submit = async (id: string) => {
    const client = await redis.client();
    await client.publish(
      'tasks:progress',
      wrap('tasks:progress', { event: 'task_submitted', task_id: id, agent_id: 'a' }),
    );
    client.destroy();
  };
  await submit('t1');
  await until(() => expect(tasks.records).toHaveLength(1));
  await redis.kill();
  await until(() => expect([...feeds.state.values()].some(({ state }) => state === 'retrying')).toBe(true));
  await redis.start();
  await until(() =>
    expect([...feeds.state.values()].every(({ state }) => state !== 'retrying' && state !== 'connecting')).toBe(true),
  );
  await submit('t2');
  // Two feeds fill the tasks; each of them was away.
  const told = () => tasks.order.map((one) => (typeof one === 'string' ? one : one.taskId));
  await until(() => expect(told()).toEqual(['t1', 'link-lost', 'link-lost', 't2']));
});

test('a stream that was evicted and made anew is read from its beginning, with a gap', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter]);
  const mesh = at<RedisPacket>(channels, 'events', 'mesh');
  const client = await redis.client();
  await client.xAdd('mesh:packets', '9000-0', { data: packet('old') });
  await until(() => expect(mesh.records.map(({ key }) => key)).toEqual(['old']));
  await client.del('mesh:packets');
  await client.xAdd('mesh:packets', '5000-0', { data: packet('new-1') });
  await client.xAdd('mesh:packets', '5001-0', { data: packet('new-2') });
  await until(() =>
    expect(mesh.order.map((one) => (typeof one === 'string' ? one : one.key))).toEqual([
      'old',
      'epoch-changed',
      'new-1',
      'new-2',
    ]),
  );
});

test('five thousand messages at once: each is there, or its loss is told with a number', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter]);
  const feeds = at<RedisFeed>(channels, 'state', 'feeds');
  const tasks = at<RedisTask>(channels, 'events', 'tasks');
  await isSilent(feeds);
  const client = await redis.client();
  const all = Array.from({ length: 5_000 }, (_, n) =>
    client.publish(
      'tasks:progress',
      wrap('tasks:progress', { event: 'task_submitted', task_id: `t${n}`, agent_id: 'a' }),
    ),
  );
  await Promise.all(all);
  await until(() => {
    const lost = tasks.gaps.reduce((sum, { count }) => sum + (count ?? 0), 0);
    expect(tasks.records.length + lost).toBe(5_000);
  });
  expect(new Set(tasks.records.map(({ taskId }) => taskId)).size).toBe(tasks.records.length);
});

test('our server goes away and comes back: the hub reads on, and says what it could not know', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter]);
  const feeds = at<RedisFeed>(channels, 'state', 'feeds');
  const tasks = at<RedisTask>(channels, 'events', 'tasks');
  await isSilent(feeds);
  const client = await redis.client();
  const submit = (id: string) =>
    client.publish('tasks:progress', wrap('tasks:progress', { event: 'task_submitted', task_id: id, agent_id: 'a' }));
  await submit('t1');
  await until(() => expect(tasks.records).toHaveLength(1));
  const listing = () => [...feeds.state.values()].find(({ from }) => from === 'tasks:progress');
  await until(() => expect(listing()).toMatchObject({ state: 'live', received: 1 }));
  await lab.stopServer();
  await lab.startServer(config());
  // The new server's own word: it has received nothing yet.
  await until(() => expect(listing()).toMatchObject({ state: 'silent', received: 0 }));
  await submit('t2');
  await until(() => expect(tasks.records.map(({ taskId }) => taskId)).toEqual(['t1', 't2']));
  expect(tasks.order.map((one) => (typeof one === 'string' ? one : one.taskId))).toEqual(['t1', 'epoch-changed', 't2']);
});

test('Mycorrhizae by Redis: into its own records, once, without what is for devices', async () => {
  await lab.startServer(config());
  const channels = lab.openHub([redisAdapter, mycorrhizaeAdapter]);
  const messages = look<{ readonly key: string; readonly flags: readonly string[] }>(
    channels,
    'events/up/mycorrhizae/messages',
  );
  await isSilent(at<RedisFeed>(channels, 'state', 'feeds'));
  const client = await redis.client();
  const envelope = (id: string, device: string, part: string) =>
    JSON.stringify({
      id,
      channel: `device.${device}.${part}`,
      timestamp: new Date().toISOString(),
      ttl_seconds: 3_600,
      source: { type: 'device', id: device },
      message_type: 'telemetry',
      payload: { temperature: 21 },
    });
  await client.publish('mycorrhizae:device.MB-7.commands', envelope('c1', 'MB-7', 'commands'));
  await client.publish('mycorrhizae:device.MB-7.telemetry', envelope('m1', 'MB-7', 'telemetry'));
  await client.publish('mycorrhizae:device.MB-7.telemetry', envelope('m1', 'MB-7', 'telemetry'));
  await client.publish('mycorrhizae:device.MB-7.telemetry', envelope('m2', 'MB-7', 'telemetry'));
  await until(() => expect(messages.records.map(({ key }) => key)).toEqual(['m1', 'm2']));
  expect(messages.records[0]?.flags).toContain('via-redis');
});

test('an open channel that somebody publishes on is there for a tab, before and after a break', async () => {
  await lab.startServer();
  const channels = lab.openHub([]);
  const publish = (records: readonly unknown[]) =>
    fetch(`http://127.0.0.1:${lab.port}/api/channels/events/lab.notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ records }),
    });
  expect((await publish([{ note: 1 }])).status).toBeLessThan(300);
  const notes = look<{ readonly note: number }>(channels, 'events/lab.notes');
  await until(() => expect(notes.records).toEqual([{ note: 1 }]));
  await publish([{ note: 2 }]);
  await until(() => expect(notes.records).toHaveLength(2));
  await lab.stopServer();
  await lab.startServer();
  await publish([{ note: 3 }]);
  await until(() => expect(notes.records.map(({ note }) => note)).toEqual([1, 2, 3]));
  expect(notes.gaps.map(({ why }) => why)).toEqual(['epoch-changed']);
});
