import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MYCORRHIZAE_PATTERNS, MYCORRHIZAE_SILENT_MS } from '../src/contract/upstream/mycorrhizae.ts';
import type { LineStatus } from '../src/contract/upstream/status.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { isHere, type RealParts, realSlugs, startRealParts } from './harness/real-parts.ts';
import { byHand } from './harness/upstream-by-hand.ts';
import { allLive, type WatchedUpstreams, watchUpstreams } from './harness/upstreams.ts';

/** The same app, configured to the programs that its upstreams really are, on good days and on bad ones. */

const PATIENT = { interval: 250 };
const SLUGS = realSlugs();
/** What is asked once a minute is not known to be gone yet. */
const NOT_ALL = /^(retrying|part)$/;

let parts: RealParts;
let lab: Lab;
let tab: Page;
let watched: WatchedUpstreams;
let closeLab: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  parts = await startRealParts();
  lab = await openLab({
    env: parts.env,
    onEnd: (close) => {
      closeLab = close;
    },
  });
  tab = await lab.openTab('/connections');
  watched = await watchUpstreams(tab);
  await tab.evaluate(() => {
    (globalThis as { same?: boolean }).same = true;
  });
});

afterAll(async () => {
  await closeLab();
  await parts?.close();
});

/** Several look at once, and they come from the page only so often. */
const FRESH_MS = 250;
let seen: { readonly at: number; readonly lines: Promise<readonly LineStatus[]> } | undefined;
const lines = (): Promise<readonly LineStatus[]> => {
  if (seen === undefined || performance.now() - seen.at > FRESH_MS)
    seen = { at: performance.now(), lines: watched.lines() };
  return seen.lines;
};
const line = async (id: string): Promise<LineStatus> => {
  const found = (await lines()).find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no connection ${id}`);
  return found;
};
const whyOf = ({ state }: LineStatus): string => ('why' in state ? state.why : '');
/** What the table of the page says of an upstream. */
const shown = (slug: string): Promise<string | null> =>
  tab.locator(`tr[data-row="up:${slug}"]`).getAttribute('data-state');

test('every one of them is live, in the table too, and nothing is called simulated', async () => {
  await allLive(watched, SLUGS);
  for (const { id, via, simulated } of await watched.upstreams())
    expect({ id, simulated, isReached: via !== 'none' }).toEqual({
      id,
      simulated: false,
      isReached: SLUGS.includes(id as never),
    });
  // A table shows what was a second ago.
  for (const slug of SLUGS) await expect.poll(() => shown(slug), PATIENT).toMatch(/^(live|part)$/);
  expect(await tab.locator('tr[data-row^="up:"]').getByText('SIM', { exact: true }).count()).toBe(0);
});

describe.concurrent('pulled, told, and back without a reload', () => {
  test.runIf(isHere('natureos'))(
    'the hub: cut off, closed with and without leave to come back, gone',
    async ({ expect }) => {
      const hub = () => line('natureos/hub');
      const peer = parts.natureos;
      /** The connection ended for this reason, and there is a new one that brings something. */
      const expectBack = async (connects: number, why: RegExp): Promise<void> => {
        await expect
          .poll(async () => {
            const { state, connects: now, lastDrop } = await hub();
            return state.is === 'live' && now > connects && why.test(lastDrop?.why ?? '');
          }, PATIENT)
          .toBe(true);
      };
      /** A person says "start": its breaks so far do not count, and nobody waits longer here because of them. */
      const forgive = () => byHand(tab, 'start', 'natureos');
      let { connects } = await hub();
      await peer?.drop();
      await expectBack(connects, /./);

      await forgive();
      ({ connects } = await hub());
      await peer?.close(true);
      await expectBack(connects, /closed/);

      await forgive();
      ({ connects } = await hub());
      await peer?.close(false);
      await expect.poll(async () => (await hub()).state.is, PATIENT).toBe('retrying');
      const { state } = await hub();
      // Who does not want us back is left alone for a while.
      if (state.is === 'retrying') expect(state.nextAt - state.since).toBeGreaterThan(4_000);
      await expectBack(connects, /closed/);

      await forgive();
      await peer?.gone(true);
      await expect.poll(async () => whyOf(await hub()), PATIENT).not.toBe('');
      await expect.poll(() => shown('natureos'), PATIENT).toMatch(NOT_ALL);
      await peer?.gone(false);
      await expect.poll(async () => (await hub()).state.is, PATIENT).toBe('live');
    },
  );

  test.runIf(isHere('mas'))(
    'MAS: 1000 is not the end, a frozen one is told as such, and one that is gone as well',
    async ({ expect }) => {
      const sockets = ['mas-topology/topology', 'mas-topology/health', 'mas-scientific/typed', 'mas-voice/map'];
      const states = () => Promise.all(sockets.map(async (id) => (await line(id)).state.is));
      const each = (is: string) => sockets.map(() => is);
      const before = await Promise.all(sockets.map(line));
      await parts.mas?.closeAll();
      await expect
        .poll(async () => {
          const after = await Promise.all(sockets.map(line));
          return after.map(({ connects }, index) => connects > (before[index]?.connects ?? 0));
        }, PATIENT)
        .toEqual(sockets.map(() => true));
      for (const { lastDrop } of await Promise.all(sockets.map(line))) expect(lastDrop?.why).toContain('1000');
      await expect.poll(states, PATIENT).toEqual(each('live'));

      for (const slug of ['mas-topology', 'mas-scientific', 'mas-voice']) await byHand(tab, 'start', slug);
      await parts.mas?.closeAll();
      await parts.mas?.frozen(true);
      // It accepts, and never answers the handshake.
      await expect
        .poll(async () => whyOf(await line('mas-topology/topology')), PATIENT)
        .toMatch(/no answer within \d+ s/);
      await parts.mas?.frozen(false);
      await expect.poll(states, PATIENT).toEqual(each('live'));

      for (const slug of ['mas-topology', 'mas-scientific', 'mas-voice']) await byHand(tab, 'start', slug);
      await parts.mas?.gone(true);
      await expect.poll(states, PATIENT).toEqual(each('retrying'));
      await expect.poll(() => shown('mas-topology'), PATIENT).toMatch(NOT_ALL);
      await parts.mas?.gone(false);
      await expect.poll(states, PATIENT).toEqual(each('live'));
      await expect.poll(async () => (await line('mas-devices/registry')).state.is, PATIENT).toBe('live');
    },
  );

  test.runIf(isHere('mycorrhizae'))(
    'Mycorrhizae: its streams end; they stay open and not one byte comes',
    async ({ expect }) => {
      const streams = async () =>
        (await lines()).filter(({ upstream, transport }) => upstream === 'mycorrhizae' && transport === 'sse');
      const open = async () => (await streams()).map(({ state }) => /^(live|connected-no-data|stale)$/.test(state.is));
      const all = MYCORRHIZAE_PATTERNS.map(() => true);
      const before = await streams();
      expect(before.length).toBe(MYCORRHIZAE_PATTERNS.length);
      await parts.mycorrhizae?.end();
      await expect
        .poll(async () => (await streams()).map(({ connects }, at) => connects > (before[at]?.connects ?? 0)), PATIENT)
        .toEqual(all);
      for (const { lastDrop } of await streams()) expect(lastDrop?.why).not.toBe('');
      await expect.poll(open, PATIENT).toEqual(all);

      await parts.mycorrhizae?.silence(true);
      const told = async () => (await streams()).filter(({ lastDrop }) => lastDrop?.why.includes('not one byte'));
      await expect
        .poll(async () => (await told()).length, { timeout: MYCORRHIZAE_SILENT_MS + 20_000, interval: 500 })
        .toBe(MYCORRHIZAE_PATTERNS.length);
      await parts.mycorrhizae?.silence(false);
      await expect.poll(async () => (await streams()).some(({ state }) => state.is === 'live'), PATIENT).toBe(true);
      await expect.poll(open, PATIENT).toEqual(all);
    },
  );

  test.runIf(isHere('redis'))(
    'Redis: killed and started again; wrapped, bare and streamed messages come again',
    async ({ expect }) => {
      const feeds = ['redis/redis.system:health', 'redis/redis.devices:telemetry', 'redis/redis.mesh:packets'];
      const states = () => Promise.all(feeds.map(async (id) => (await line(id)).state.is));
      await expect.poll(states, PATIENT).toEqual(feeds.map(() => 'live'));
      await parts.redis?.gone(true);
      await expect.poll(states, PATIENT).toEqual(feeds.map(() => 'retrying'));
      for (const one of await Promise.all(feeds.map(line))) expect(whyOf(one)).not.toBe('');
      await parts.redis?.gone(false);
      await expect.poll(states, PATIENT).toEqual(feeds.map(() => 'live'));
    },
  );
});

test('two tabs share one connection to each, by what the others count; without a tab there is none', async () => {
  await allLive(watched, SLUGS);
  expect(await tab.evaluate(() => (globalThis as { same?: boolean }).same)).toBe(true);
  const redis = await parts.redis?.connections();
  const other = await lab.openTab('/connections');
  await expect
    .poll(() => other.locator(`tr[data-row="up:${SLUGS[0]}"]`).getAttribute('data-state'), PATIENT)
    .toMatch(/^(live|part)$/);

  if (parts.natureos) expect((await parts.natureos.connections()).count).toBe(1);
  if (parts.mycorrhizae) expect((await parts.mycorrhizae.connections()).open).toBe(MYCORRHIZAE_PATTERNS.length);
  const mas = await parts.mas?.connections();
  for (const [path, count] of Object.entries(mas?.open ?? {})) expect(count, path).toBeLessThanOrEqual(1);
  for (const [path, count] of Object.entries(mas?.streams ?? {})) expect(count, path).toBeLessThanOrEqual(1);
  expect(mas?.open['/ws/topology'] ?? 1).toBe(1);
  // Our server reads it for everybody, whoever is here.
  expect(await parts.redis?.connections()).toBe(redis);
  expect(lab.errors()).toEqual([]);

  await Promise.all([tab.close(), other.close()]);
  const sum = (counts: Readonly<Record<string, number>> = {}): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  await expect
    .poll(async () => {
      const left = await parts.mas?.connections();
      return {
        natureos: (await parts.natureos?.connections())?.count ?? 0,
        mas: sum(left?.open) + sum(left?.streams),
        mycorrhizae: (await parts.mycorrhizae?.connections())?.open ?? 0,
      };
    }, PATIENT)
    .toEqual({ natureos: 0, mas: 0, mycorrhizae: 0 });
  expect(await parts.redis?.connections()).toBe(redis);
});
