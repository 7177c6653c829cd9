import { wrap } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { type Simulators, startSimulators } from '../../../server/simulators/host.ts';
import type { FromHub } from '../../../src/contract/from-hub.ts';
import type { HubApi } from '../../../src/contract/hub-api.ts';
import type { ToHub } from '../../../src/contract/to-hub.ts';
import type { LineStatus, UpstreamsRecord } from '../../../src/contract/upstream/status.ts';
import type { UpstreamSlug } from '../../../src/contract/upstream/upstream.ts';
import { CONTRACT_VERSION } from '../../../src/contract/version.ts';
import { customFeedKind } from '../../upstreams/custom-feed.ts';
import { ADAPTERS } from '../../upstreams/registry.ts';
import { createHub, type Hub } from '../create-hub.ts';
import { deliveriesIn, FakeLocks, fakeEnv } from '../fake-world.ts';
import type { HubPort } from '../hub-port.ts';
import { Upstreams } from './upstreams.ts';

const TABS = 40;
const SLUGS: readonly UpstreamSlug[] = ['natureos', 'mas-topology', 'mas-scientific', 'mas-voice', 'mycorrhizae'];
const LOOKED_AT = ['hub', 'upstreams', 'state/up/mas-topology/agents', 'state/up/natureos/devices'];

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function schedule(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

function startHub(simulators: Simulators) {
  const locks = new FakeLocks();
  const env = fakeEnv({ locks: locks.owner('hub'), now: Date.now, mono: () => performance.now(), schedule });
  const hub = createHub({
    env,
    openUpstreams: (given, channels) =>
      new Upstreams(
        given,
        {
          kinds: ADAPTERS.filter(({ id }) => SLUGS.some((slug) => slug === id)),
          customKind: customFeedKind,
          origin: 'http://127.0.0.1:1',
          fetch,
          WebSocket,
          random: Math.random,
          onOnline: () => () => undefined,
          list: async () =>
            SLUGS.map((slug) => ({ slug, configured: true, simulated: true, base: simulators.url(slug) })),
        },
        channels,
      ),
  });
  open.push(() => hub.close());
  return { hub, locks };
}

/** A tab with the inspector open, which draws whatever comes. */
async function openTab({ hub, locks }: { readonly hub: Hub; readonly locks: FakeLocks }, tab: string) {
  void locks.owner(tab).request(`tab:${tab}`, {}, () => new Promise(() => undefined));
  const [data, rpc] = [new MessageChannel(), new MessageChannel()];
  const states = new Map<string, UpstreamsRecord>();
  const send = (message: ToHub, ports: MessagePort[] = []) => data.port1.postMessage(message, ports);
  data.port1.onmessage = ({ data: message }: MessageEvent<FromHub>) => {
    if (message.t !== 'deliver') return;
    for (const item of deliveriesIn([message]))
      if (item.t === 'state' && item.sub === LOOKED_AT.indexOf('upstreams') + 1)
        for (const [key, record] of item.puts) states.set(key, record as UpstreamsRecord);
    send({ t: 'ack', credit: message.credit });
  };
  hub.accept(data.port2 as unknown as HubPort);
  send({ t: 'hello', tab, build: 'b', contract: CONTRACT_VERSION, visible: true }, [rpc.port2]);
  open.push(() => {
    data.port1.close();
    rpc.port1.close();
  });
  const api = wrap<HubApi>(rpc.port1);
  for (const [index, channel] of LOOKED_AT.entries())
    expect(await api.subscribe({ sub: index + 1, channel })).toMatchObject({ ok: true });
  const lines = () =>
    [...states.values()].filter((one): one is LineStatus => one.t === 'line' && one.transport !== 'poll');
  /** Upstreams of which this tab knows a connection that brings something. */
  const live = () => SLUGS.filter((slug) => lines().some((one) => one.upstream === slug && one.state.is === 'live'));
  const isConnecting = () => lines().some(({ state }) => state.is === 'connecting');
  return { live, isConnecting };
}

test(`${TABS} tabs that are opened at once have one connection per upstream together, and none when the hub ends`, async () => {
  const simulators = await startSimulators();
  open.push(() => simulators.close());
  const lab = startHub(simulators);
  const counts = () =>
    Object.fromEntries(
      simulators
        .state()
        .filter(({ slug }) => SLUGS.some((one) => one === slug))
        .map(({ slug, sockets, streams }) => [slug, sockets + streams]),
    );
  // Its map says something now and then only.
  const chatty = SLUGS.filter((slug) => slug !== 'mas-voice');
  const first = await openTab(lab, 'tab-0');
  await expect.poll(first.live, { timeout: 25_000 }).toEqual(expect.arrayContaining(chatty));
  await expect.poll(first.isConnecting, { timeout: 25_000 }).toBe(false);
  const alone = counts();
  expect(alone).toMatchObject({ natureos: 1, 'mas-scientific': 2, 'mas-voice': 1, mycorrhizae: 1 });

  const others = await Promise.all(Array.from({ length: TABS - 1 }, (_, index) => openTab(lab, `tab-${index + 1}`)));
  await expect
    .poll(() => others.every((tab) => chatty.every((slug) => tab.live().includes(slug))), { timeout: 25_000 })
    .toBe(true);
  expect(counts()).toEqual(alone);
  expect(lab.hub.stats().tabs).toHaveLength(TABS);

  lab.hub.close();
  await expect.poll(() => Object.values(counts()).reduce((sum, count) => sum + count, 0), { timeout: 10_000 }).toBe(0);
}, 90_000);
