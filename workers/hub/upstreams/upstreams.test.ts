import { expect, test } from 'vitest';
import type { ChannelName } from '../../../src/contract/channel.ts';
import type { CustomFeed } from '../../../src/contract/upstream/custom-feed.ts';
import type { UpstreamListing } from '../../../src/contract/upstream/listing.ts';
import { type TapRecord, tapChannelOf, type UpstreamsRecord } from '../../../src/contract/upstream/status.ts';
import { memoryHubStore } from '../../../src/storage/memory-hub-store.ts';
import type { Adapter, AdapterHost, AdapterKind } from '../../upstreams/adapter.ts';
import { Channels } from '../channels.ts';
import { FakeClock, fakeEnv, settle } from '../fake-world.ts';
import type { HubEnv } from '../hub-env.ts';
import type { UpstreamNet } from './net.ts';
import { Upstreams } from './upstreams.ts';

/** An upstream that does nothing by itself; `host` is what it was given last. */
function pretendKind(parts: AdapterKind['parts'], adapter: Adapter = {}) {
  const hosts: AdapterHost[] = [];
  const kind: AdapterKind = {
    id: 'natureos',
    name: 'NatureOS',
    parts,
    start: (host) => {
      hosts.push(host);
      return adapter;
    },
  };
  const host = (): AdapterHost => {
    const newest = hosts.at(-1);
    if (newest === undefined) throw new Error('it was not started');
    return newest;
  };
  return { kind, host, hosts };
}

const reached = (over: Partial<UpstreamListing> = {}): UpstreamListing => ({
  slug: 'natureos',
  configured: true,
  simulated: true,
  base: '/up/natureos',
  ...over,
});

async function startHub(net: Partial<UpstreamNet>, overrides: Partial<HubEnv> = {}) {
  const clock = new FakeClock();
  const env = fakeEnv(overrides, clock);
  const channels: Channels = new Channels('hub-epoch', env, (name, wanted) => upstreams.demand(name, wanted));
  const upstreams: Upstreams = new Upstreams(
    env,
    {
      kinds: [],
      customKind: (feed) => ({ id: feed.id, name: feed.name, parts: { latest: 'state' }, start: () => ({}) }),
      origin: 'http://127.0.0.1:1',
      fetch: () => Promise.reject(new Error('nobody is there')),
      WebSocket,
      random: () => 0.5,
      onOnline: () => () => undefined,
      list: async () => [reached()],
      ...net,
    },
    channels,
  );
  const look = (channel: ChannelName) => {
    const reader = channels.read(channel, { sub: 1, wake: () => undefined });
    if (reader === undefined) throw new Error(`no channel ${channel}`);
    return reader;
  };
  const status = (id: string) => channels.state('upstreams')?.get(id) as UpstreamsRecord | undefined;
  upstreams.open();
  await settle();
  return { clock, env, channels, upstreams, look, status };
}

test('a part of a family that nobody looks at any more is let go when the inspector closes', async () => {
  const asked: string[] = [];
  const { kind } = pretendKind(
    { 'fci.*': 'samples' },
    { demand: (part, wanted) => void asked.push(`${part} ${wanted}`) },
  );
  const { clock, look } = await startHub({ kinds: [kind] });
  const inspector = look('hub');
  const curve = look('samples/up/natureos/fci.left');
  curve.close();
  await clock.advance(10_000);
  expect(asked).toEqual(['fci.left true']);
  inspector.close();
  await clock.advance(10_000);
  expect(asked).toEqual(['fci.left true', 'fci.left false']);
});

test('a connection that is made while somebody already looks at its bytes is looked at from its beginning', async () => {
  const { kind, host } = pretendKind({});
  const { look } = await startHub({ kinds: [kind] });
  const reader = look(tapChannelOf('natureos/late'));
  const line = host().poll({
    name: 'late',
    path: '/late',
    everyMs: 1_000,
    staleMs: 5_000,
    silentMs: 5_000,
    onAnswer: () => true,
  });
  line.start();
  await settle();
  const taps = reader.take().items.flatMap((item) => (item.t === 'events' ? (item.records as TapRecord[]) : []));
  expect(taps.map(({ text }) => text.slice(0, 10))).toContain('connecting');
});

test('what an upstream said is gone when our server leads to another one, and when it leads to none', async () => {
  let listing = [reached()];
  const { kind, host, hosts } = pretendKind({ devices: 'state' });
  const { upstreams, channels, look } = await startHub({ kinds: [kind], list: async () => listing });
  const reader = look('state/up/natureos/devices');
  host().out.put('devices', 'd1', { provenance: 'simulated' });
  reader.take();

  listing = [reached({ simulated: false })];
  upstreams.serverBack();
  await settle();
  expect(hosts).toHaveLength(2);
  expect(reader.take().items).toMatchObject([{ t: 'state', puts: [], dels: ['d1'] }]);
  host().out.put('devices', 'd2', { provenance: 'unknown' });
  expect(channels.state('state/up/natureos/devices')?.kept).toBe(1);

  listing = [reached({ configured: false })];
  upstreams.serverBack();
  await settle();
  expect(channels.state('state/up/natureos/devices')?.kept).toBe(0);
});

test('a log that is read goes on after a change of upstream, with a mark where another one begins', async () => {
  let listing = [reached()];
  const { kind, host } = pretendKind({ events: 'events' });
  const { upstreams, look } = await startHub({ kinds: [kind], list: async () => listing });
  const reader = look('events/up/natureos/events');
  host().out.event('events', { n: 1 });
  reader.take();
  listing = [reached({ simulated: false })];
  upstreams.serverBack();
  await settle();
  host().out.event('events', { n: 2 });
  expect(reader.take().items).toMatchObject([
    { t: 'gap', gap: { why: 'epoch-changed' } },
    { t: 'events', records: [{ n: 2 }] },
  ]);
});

test('a second in which nothing happened is told to nobody', async () => {
  const { kind, host } = pretendKind({ devices: 'state' });
  const { clock, look } = await startHub({ kinds: [kind] });
  for (const name of ['one', 'two'])
    host().poll({ name, path: '/x', everyMs: 1_000, staleMs: 1, silentMs: 1, onAnswer: () => true });
  await clock.advance(3_000);
  const reader = look('upstreams');
  expect(reader.take().items[0]).toMatchObject({ snapshot: true });
  await clock.advance(10_000);
  expect(reader.pending).toBe(false);
  host().out.put('devices', 'd1', {});
  await clock.advance(1_000);
  const [told] = reader.take().items;
  expect(told).toMatchObject({ t: 'state', snapshot: false });
  expect(told?.t === 'state' && told.puts.map(([key]) => key)).toEqual(['natureos']);
});

test('an upstream that a person stopped is asked nothing either', async () => {
  let asked = 0;
  const { kind, host } = pretendKind({});
  const { upstreams } = await startHub({
    kinds: [kind],
    fetch: async () => {
      asked += 1;
      return Response.json({});
    },
  });
  await upstreams.act({ do: 'stop', id: 'natureos' });
  expect(await host().request('GET', '/telemetry')).toMatchObject({ ok: false });
  expect(asked).toBe(0);
  await upstreams.act({ do: 'start', id: 'natureos' });
  expect(await host().request('GET', '/telemetry')).toMatchObject({ ok: true });
});

test('an answer without end is not taken whole', async () => {
  const { kind, host } = pretendKind({});
  const endless = () =>
    new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(1 << 20).fill(0x20)) });
  await startHub({ kinds: [kind], fetch: async () => new Response(endless()) });
  expect(await host().request('GET', '/history')).toMatchObject({ ok: false, error: { code: 'upstream-failed' } });
});

test('a memory that does not answer holds no upstream up', async () => {
  const { kind, hosts } = pretendKind({});
  const store = memoryHubStore();
  const { clock } = await startHub(
    { kinds: [kind] },
    { store: { ...store, failures: 0, setting: () => new Promise(() => undefined) } },
  );
  expect(hosts).toHaveLength(0);
  await clock.advance(5_000);
  expect(hosts).toHaveLength(1);
});

const feed: CustomFeed = {
  id: 'freezers',
  name: 'Freezers',
  url: 'http://127.0.0.1:1/',
  transport: 'poll',
  staleMs: 60_000,
  map: { kind: 'state', values: [] },
};

test('a feed that is added again after it was stopped and removed is not stopped', async () => {
  const { upstreams, status } = await startHub({});
  await upstreams.act({ do: 'add-feed', feed });
  await upstreams.act({ do: 'stop', id: 'freezers' });
  expect(status('freezers')).toMatchObject({ stopped: true });
  await upstreams.act({ do: 'remove-feed', id: 'freezers' });
  await upstreams.act({ do: 'add-feed', feed });
  expect(status('freezers')).toMatchObject({ stopped: false });
});

test('a feed that is described anew keeps nothing of what it was, and one that is removed leaves nothing on show', async () => {
  const hosts: AdapterHost[] = [];
  const { upstreams, look } = await startHub({
    customKind: ({ id, name }) => ({
      id,
      name,
      parts: { latest: 'state' },
      start: (host) => {
        hosts.push(host);
        return {};
      },
    }),
  });
  await upstreams.act({ do: 'add-feed', feed });
  const reader = look('state/up/freezers/latest');
  hosts[0]?.out.put('latest', 'old', {});
  reader.take();
  await upstreams.act({ do: 'add-feed', feed: { ...feed, name: 'Other freezers' } });
  expect(reader.take().items).toMatchObject([{ dels: ['old'] }]);
  hosts[1]?.out.put('latest', 'new', {});
  reader.take();
  await upstreams.act({ do: 'remove-feed', id: 'freezers' });
  expect(reader.take().items).toMatchObject([{ dels: ['new'] }]);
});
