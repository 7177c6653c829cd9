import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ChannelName } from '../../../src/contract/channel.ts';
import type { CustomFeed, FeedRecord } from '../../../src/contract/upstream/custom-feed.ts';
import type { UpstreamListing } from '../../../src/contract/upstream/listing.ts';
import {
  type LineStatus,
  type TapRecord,
  tapChannelOf,
  type UpstreamStatus,
} from '../../../src/contract/upstream/status.ts';
import { upstreamChannel } from '../../../src/contract/upstream/upstream.ts';
import type { AdapterKind } from '../../upstreams/adapter.ts';
import { customFeedKind } from '../../upstreams/custom-feed.ts';
import { Channels } from '../channels.ts';
import { fakeEnv } from '../fake-world.ts';
import type { UpstreamNet } from './net.ts';
import { Upstreams } from './upstreams.ts';

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An event stream that says what it is told to. */
async function startFeed() {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    streams.add(response);
    request.on('close', () => streams.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
  return {
    url,
    streams,
    say: (value: unknown) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(value)}\n\n`);
    },
  };
}

function startHub(net: Partial<UpstreamNet> = {}) {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const env = fakeEnv({
    now: Date.now,
    mono: () => performance.now(),
    schedule: (ms, callback) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        callback();
      }, ms);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
  });
  const channels: Channels = new Channels('hub-epoch', env, (name, wanted) => upstreams.demand(name, wanted));
  const upstreams: Upstreams = new Upstreams(
    env,
    {
      kinds: [],
      customKind: customFeedKind,
      origin: 'http://127.0.0.1:1',
      fetch,
      WebSocket,
      random: () => 0.1,
      onOnline: () => () => undefined,
      list: async () => [],
      ...net,
    },
    channels,
  );
  open.push(() => upstreams.close());
  const look = (channel: ChannelName) => {
    const reader = channels.read(channel, { sub: 1, wake: () => undefined });
    if (reader === undefined) throw new Error(`no channel ${channel}`);
    return reader;
  };
  const line = (id: string) => channels.state('upstreams')?.get(id) as LineStatus | undefined;
  const upstream = (id: string) => channels.state('upstreams')?.get(id) as UpstreamStatus | undefined;
  return { env, channels, upstreams, look, line, upstream, timers };
}

const feedAt = (url: string): CustomFeed => ({
  id: 'freezers',
  name: 'Freezers',
  url,
  transport: 'sse',
  staleMs: 60_000,
  map: { kind: 'samples', key: 'id', values: [{ path: 'temp', name: 'temp', unit: '°C' }] },
});

test('a feed that was added is live on its channels, over one connection, and leaves nothing when it is removed', async () => {
  const source = await startFeed();
  const { upstreams, channels, line, upstream, timers } = startHub();
  upstreams.open();
  expect(await upstreams.act({ do: 'add-feed', feed: feedAt(source.url) })).toMatchObject({ ok: true });
  await expect.poll(() => source.streams.size).toBe(1);
  await expect.poll(() => line('freezers/feed')?.state.is, { timeout: 5_000 }).toBe('connected-no-data');
  source.say({ id: 'f1', temp: -80.5 });
  await expect.poll(() => line('freezers/feed')?.state.is, { timeout: 5_000 }).toBe('live');
  const latest = channels.state(upstreamChannel('state', 'freezers', 'latest'))?.get('f1') as FeedRecord;
  expect(latest).toMatchObject({ key: 'f1', source: 'Freezers', values: [{ name: 'temp', value: -80.5, unit: '°C' }] });
  await expect
    .poll(() => upstream('freezers')?.channels.map(({ channel, records }) => [channel, records]), { timeout: 5_000 })
    .toEqual([
      ['state/up/freezers/latest', 1],
      ['samples/up/freezers/values', 1],
      ['events/up/freezers/events', 0],
    ]);
  expect(await upstreams.act({ do: 'list-feeds' })).toMatchObject({ ok: true, value: [{ id: 'freezers' }] });

  expect(await upstreams.act({ do: 'remove-feed', id: 'freezers' })).toMatchObject({ ok: true });
  await expect.poll(() => source.streams.size).toBe(0);
  expect(upstream('freezers')).toBeUndefined();
  upstreams.close();
  expect(timers.size).toBe(0);
});

test('stopped by hand it stays stopped over lives of the hub; started it is live again', async () => {
  const source = await startFeed();
  const { upstreams, env, line } = startHub();
  upstreams.open();
  await upstreams.act({ do: 'add-feed', feed: feedAt(source.url) });
  await expect.poll(() => source.streams.size).toBe(1);
  expect(await upstreams.act({ do: 'stop', id: 'freezers' })).toMatchObject({ ok: true });
  await expect.poll(() => source.streams.size).toBe(0);
  expect(line('freezers/feed')?.state.is).toBe('stopped');
  expect(await env.store.setting('stopped-upstreams')).toEqual(['freezers']);

  upstreams.close();
  upstreams.open();
  await expect.poll(() => line('freezers/feed')?.state.is, { timeout: 5_000 }).toBe('stopped');
  expect(source.streams.size).toBe(0);
  await upstreams.act({ do: 'start', id: 'freezers' });
  await expect.poll(() => source.streams.size).toBe(1);
  expect(await upstreams.act({ do: 'stop', id: 'nobody' })).toMatchObject({
    ok: false,
    error: { code: 'no-such-upstream' },
  });
});

test('who looks at a connection gets its bytes and what became of them, and only while looking', async () => {
  const source = await startFeed();
  const { upstreams, look } = startHub();
  upstreams.open();
  await upstreams.act({ do: 'add-feed', feed: feedAt(source.url) });
  await expect.poll(() => source.streams.size).toBe(1);
  const reader = look(tapChannelOf('freezers/feed'));
  source.say({ id: 'f1', temp: -80.5 });
  source.say('no item');
  const taps: TapRecord[] = [];
  await expect
    .poll(() => {
      for (const item of reader.take().items) if (item.t === 'events') taps.push(...(item.records as TapRecord[]));
      return taps.filter(({ dir }) => dir === 'in').length;
    })
    .toBe(2);
  const [first, second] = taps.filter(({ dir }) => dir === 'in');
  expect(first).toMatchObject({ form: 'event', text: '{"id":"f1","temp":-80.5}' });
  expect(first?.results.map(({ is }) => is)).toEqual(['put', 'rows']);
  expect(second?.results).toEqual([{ is: 'dropped', reason: 'no-key' }]);
});

test('parts are asked for while somebody looks, and everything while the inspector is open', async () => {
  const asked: [string, boolean][] = [];
  const kind: AdapterKind = {
    id: 'crep',
    name: 'Map',
    parts: { aircraft: 'state', 'track.*': 'samples' },
    start: () => ({ demand: (part, wanted) => void asked.push([part, wanted]) }),
  };
  const entry: UpstreamListing = { slug: 'crep', configured: true, simulated: true, base: '/up/crep' };
  const { upstreams, upstream, look } = startHub({ kinds: [kind], list: async () => [entry] });
  const early = look('state/up/crep/aircraft');
  upstreams.open();
  await expect.poll(() => upstream('crep')).toMatchObject({ via: 'gateway', simulated: true });
  expect(asked).toEqual([['aircraft', true]]);
  const inspector = look('hub');
  expect(asked.slice(1)).toEqual([['aircraft', true]]);
  early.close();
  inspector.close();
});

test('what our server does not lead to is named with its reason, and begins when the server leads to it', async () => {
  let listing: UpstreamListing[] = [
    {
      slug: 'natureos',
      configured: false,
      simulated: false,
      base: '/up/natureos',
      why: 'no "url" in hyphae.config.json',
    },
  ];
  let starts = 0;
  const kind: AdapterKind = {
    id: 'natureos',
    name: 'NatureOS',
    parts: {},
    start: () => {
      starts += 1;
      return {};
    },
  };
  const { upstreams, upstream } = startHub({ kinds: [kind], list: async () => listing });
  upstreams.open();
  await expect.poll(() => upstream('natureos')).toMatchObject({ via: 'none', why: 'no "url" in hyphae.config.json' });
  listing = [{ slug: 'natureos', configured: true, simulated: false, base: '/up/natureos' }];
  upstreams.serverBack();
  await expect.poll(() => upstream('natureos'), { timeout: 5_000 }).toMatchObject({ via: 'gateway' });
  upstreams.serverBack();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(starts).toBe(1);
});

test('a server that cannot be asked is asked again', async () => {
  let tries = 0;
  const kind: AdapterKind = { id: 'crep', name: 'Map', parts: {}, start: () => ({}) };
  const { upstreams, upstream } = startHub({
    kinds: [kind],
    list: async () => {
      tries += 1;
      if (tries < 3) throw new Error('503');
      return [{ slug: 'crep', configured: true, simulated: false, base: '/up/crep' }];
    },
  });
  upstreams.open();
  await expect.poll(() => upstream('crep')?.via, { timeout: 5_000 }).toBe('gateway');
  expect(tries).toBe(3);
});

test('restart of one that was refused is one attempt, not two', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { upstreams, line } = startHub();
  upstreams.open();
  await upstreams.act({ do: 'add-feed', feed: feedAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) });
  const state = () => line('freezers/feed')?.state.is;
  await expect.poll(state, { timeout: 5_000 }).toBe('refused');
  expect(await upstreams.act({ do: 'restart', id: 'freezers' })).toMatchObject({ ok: true });
  expect(line('freezers/feed')).toMatchObject({ attempts: 2, state: { is: 'connecting' } });
  await expect.poll(state, { timeout: 5_000 }).toBe('refused');
  expect(asked).toBe(2);
});
