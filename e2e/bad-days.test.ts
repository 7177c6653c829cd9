import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BURST_MESSAGES } from '../server/simulators/faults.ts';
import type { ExperimentDataRecord } from '../src/contract/upstream/mas-scientific.ts';
import type { LineStatus } from '../src/contract/upstream/status.ts';
import { upstreamChannel } from '../src/contract/upstream/upstream.ts';
import { connections as words } from '../src/i18n/connections.ts';
import { watchEvents } from './harness/hub-probe.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { byHand } from './harness/upstream-by-hand.ts';
import { allLive, simulatorsOf, type WatchedUpstreams, watchUpstreams } from './harness/upstreams.ts';

/**
 * Everything that upstreams do to a browser on a bad day, and what it says and does then. One browser for all; each upstream has its own
 * bad day, at the same time.
 */

const PATIENT = { interval: 250 };
const SLUGS = ['natureos', 'mas-topology', 'mas-scientific', 'mas-devices'] as const;
const FLAP_FOR_MS = 12_000;
/** Each connection lives a second. With a back-off that doubles, twenty seconds hold six or seven; one in a million holds more than this. */
const MOST_FLAPS = 15;
/** A machine that runs everything else, too, draws forty pages in minutes; forty of them are counted by workers/hub/upstreams/forty-tabs. */
const TABS = 6;

let lab: Lab;
let tab: Page;
let watched: WatchedUpstreams;
let simulators: ReturnType<typeof simulatorsOf>;
let closeLab: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  lab = await openLab({
    env: { HYPHAE_SIMULATE: '1' },
    onEnd: (close) => {
      closeLab = close;
    },
  });
  simulators = simulatorsOf(lab.server.origin);
  await dial('mas-scientific', 'recordsPerMin', 300);
  tab = await lab.openTab('/connections?row=up:natureos');
  watched = await watchUpstreams(tab);
});

afterAll(() => closeLab());

async function dial(slug: string, name: string, value: number): Promise<void> {
  const response = await fetch(`${lab.server.origin}/api/simulators`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ slug, dial: { name, value } }),
  });
  expect(response.status).toBe(200);
}

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
const is = async (id: string): Promise<string> => (await line(id)).state.is;
const whyOf = ({ state }: LineStatus): string => ('why' in state ? state.why : '');
/** What our server did not let through, by reason. */
const refusedBy = async (slug: string): Promise<Readonly<Record<string, number>> | undefined> => {
  const response = await fetch(`${lab.server.origin}/api/connections`);
  const { gateway } = (await response.json()) as {
    readonly gateway: readonly { readonly slug: string; readonly refused: Readonly<Record<string, number>> }[];
  };
  return gateway.find((one) => one.slug === slug)?.refused;
};
/** Everything that a line says about what went wrong, for people. */
const told = ({ state, lastDrop, counts }: LineStatus): string =>
  [whyOf({ state } as LineStatus), lastDrop?.why, ...Object.keys(counts)].join(' · ');

test('on a good day each of them is live', async () => {
  await allLive(watched, SLUGS);
});

/** Before the others: where a hub is away its event streams stand in, and there are only so many to one place without TLS. */
test('a page in place of an event stream is called one; an event of 20 MB ends in a new connection', async () => {
  const slug = 'mas-devices';
  const id = `${slug}/buoy-1`;
  await expect.poll(() => is(id), PATIENT).toBe('live');
  await simulators.fault(slug, 'html', true);
  await expect.poll(async () => whyOf(await line(id)), PATIENT).toMatch(/HTML instead of an event stream/);
  await simulators.fault(slug, 'html', false);
  await byHand(tab, 'restart', id);
  await expect.poll(() => is(id), PATIENT).toBe('live');

  // Each connection gets 20 MB: of this one there is one.
  const single = 'mycorrhizae/all';
  const { connects } = await line(single);
  await simulators.fault('mycorrhizae', 'huge-frame', true);
  await expect.poll(() => refusedBy('mycorrhizae'), PATIENT).toMatchObject({ 'message-too-big': expect.any(Number) });
  await simulators.fault('mycorrhizae', 'huge-frame', false);
  await expect.poll(async () => (await line(single)).lastDrop?.why, PATIENT).toMatch(/broke/);
  await expect
    .poll(async () => ({ is: await is(single), isNew: (await line(single)).connects > connects }), PATIENT)
    .toEqual({ is: 'live', isNew: true });
});

describe.concurrent('each upstream has its bad day', () => {
  test('refused and failing answers are told in words; live again, and started by hand where only a person can', async ({
    expect,
  }) => {
    const slug = 'natureos';
    const hub = () => line('natureos/hub');
    const detail: Locator = tab.locator(`[data-detail="up:${slug}"]`);
    for (const [fault, number, state] of [
      ['token-expired', 401, 'refused'],
      ['status-403', 403, 'refused'],
      ['status-404', 404, 'refused'],
      ['status-422', 422, 'retrying'],
      ['status-500', 500, 'retrying'],
      ['status-503', 503, 'retrying'],
      ['status-429', 429, 'retrying'],
    ] as const) {
      await simulators.fault(slug, fault, true);
      await expect
        .poll(async () => {
          const now = await hub();
          return { is: now.state.is, isTold: whyOf(now).includes(`${number}`) };
        }, PATIENT)
        .toEqual({ is: state, isTold: true });
      const now = await hub();
      if (state === 'refused') {
        await detail
          .getByText(new RegExp(`${number}`))
          .first()
          .waitFor();
        expect(whyOf(now)).toMatch(/wants|address/);
      }
      await simulators.fault(slug, fault, false);
      if (state === 'refused') {
        // Nothing but a person brings it back.
        expect(await is('natureos/hub')).toBe('refused');
        await detail.locator('[data-act=restart]').click();
      } else await byHand(tab, 'start', 'natureos/hub');
      // Who asks for a minute gets it, whatever anybody presses here: the last story looks again.
      if (now.state.is === 'retrying' && number === 429)
        expect(now.state.nextAt - now.state.since).toBeGreaterThan(50_000);
      else await expect.poll(() => is('natureos/hub'), PATIENT).toMatch(/^(live|connected-no-data)$/);
    }
  });

  test('an upstream that flaps every second is tried ever more seldom, and is live again when it is done', async ({
    expect,
  }) => {
    const mine = async () =>
      (await lines()).filter(({ upstream, transport }) => upstream === 'mas-topology' && transport === 'websocket');
    const before = await mine();
    await simulators.fault('mas-topology', 'flap', true);
    const began = performance.now();
    await expect
      .poll(() => performance.now() - began, { timeout: FLAP_FOR_MS + 10_000, interval: 1_000 })
      .toBeGreaterThan(FLAP_FOR_MS);
    const after = await mine();
    const busy = after.filter(({ attempts }, index) => attempts > (before[index]?.attempts ?? 0) + 1);
    expect(busy.length).toBeGreaterThan(0);
    for (const { id, attempts } of after) {
      const tries = attempts - (before.find((one) => one.id === id)?.attempts ?? 0);
      expect(tries, id).toBeLessThanOrEqual(MOST_FLAPS);
    }
    expect(busy.some(({ lastDrop }) => /1000|1006/.test(lastDrop?.why ?? ''))).toBe(true);
    await simulators.fault('mas-topology', 'flap', false);
    await expect.poll(() => is('mas-topology/health'), PATIENT).toBe('live');
    await expect.poll(() => is('mas-topology/topology'), PATIENT).toBe('live');
  });

  test('a clock 3 h ahead is not believed; halves are counted; 10,000 at once all arrive; 20 MB are refused', async ({
    expect,
  }) => {
    const slug = 'mas-scientific';
    const id = `${slug}/records`;
    const events = await watchEvents<ExperimentDataRecord>(tab, upstreamChannel('events', slug, 'records'));
    const newest = async () => (await events.read()).records.at(-1);

    await simulators.fault(slug, 'clock-3h', true);
    await expect.poll(async () => (await newest())?.flags, PATIENT).toContain('clock-skew');
    const skewed = await newest();
    expect(skewed).toMatchObject({ atFrom: 'arrival' });
    expect(Math.abs(Date.now() - (skewed?.at ?? 0))).toBeLessThan(60_000);
    await simulators.fault(slug, 'clock-3h', false);
    await expect.poll(async () => (await newest())?.atFrom, PATIENT).toBe('source');

    await simulators.fault(slug, 'half-frame', true);
    // What cannot be read cannot be screened either: it ends in our server.
    await expect.poll(() => refusedBy(slug), PATIENT).toMatchObject({ 'bad-json': expect.any(Number) });
    await simulators.fault(slug, 'half-frame', false);

    const { frames, records } = await line(id);
    await simulators.fault(slug, 'burst', true);
    await expect.poll(async () => (await line(id)).frames - frames, PATIENT).toBeGreaterThanOrEqual(BURST_MESSAGES);
    await simulators.fault(slug, 'burst', false);
    // They are the same message again and again, which is told as well.
    expect(told(await line(id))).toMatch(/deduped/);
    await expect.poll(async () => (await line(id)).records, PATIENT).toBeGreaterThan(records);
    expect(await is(id)).toBe('live');

    await simulators.fault(slug, 'huge-frame', true);
    await expect.poll(async () => told(await line(id)), PATIENT).toMatch(/too big|more than is taken/);
    await simulators.fault(slug, 'huge-frame', false);
    await expect.poll(() => is(id), PATIENT).toBe('live');
  });
});

test('without a network what is on this computer goes on, and nothing is lost when the network is back', async () => {
  const before = (await lines()).filter(({ id }) => /mas-topology\/health|mas-scientific\/records/.test(id));
  const events = await watchEvents<ExperimentDataRecord>(tab, upstreamChannel('events', 'mas-scientific', 'records'));
  await lab.browser.setOffline(true);
  expect(await tab.evaluate(() => navigator.onLine)).toBe(false);
  const atFirst = (await events.read()).records.length;
  await expect.poll(async () => (await events.read()).records.length, PATIENT).toBeGreaterThan(atFirst + 1);
  await lab.browser.setOffline(false);
  const gaps = (await events.read()).gaps.length;
  const again = (await events.read()).records.length;
  await expect.poll(async () => (await events.read()).records.length, PATIENT).toBeGreaterThan(again);
  for (const { id, connects } of before) expect((await line(id)).connects, id).toBe(connects);
  expect((await events.read()).gaps.length).toBe(gaps);
});

test(`${TABS} tabs that are opened at once share one connection to each upstream, and the page still answers`, async () => {
  const before = await simulators.connections();
  const open = async (): Promise<Page> => {
    const page = await lab.browser.newPage();
    await page.goto(`${lab.server.origin}/connections`, { timeout: 90_000, waitUntil: 'commit' });
    return page;
  };
  const others = await Promise.all(Array.from({ length: TABS - 1 }, open));
  await Promise.all(others.map((one) => one.locator('tr[data-row="up:natureos"]').waitFor({ timeout: 90_000 })));
  const shared = await simulators.connections();
  // Devices come and go in the simulated lab; one more for each tab would be five more.
  for (const [slug, count] of Object.entries(before)) expect(shared[slug], slug).toBeLessThanOrEqual(count + 3);
  await tab.getByRole('searchbox', { name: words.find }).fill('natureos');
  await expect.poll(() => tab.locator('tr[data-row="up:mas-voice"]').count(), PATIENT).toBe(0);
  await tab.locator('tr[data-row="up:natureos"]').waitFor();
  await allLive(watched, SLUGS);
  await expect.poll(() => is('natureos/hub'), { timeout: 90_000, interval: 500 }).toBe('live');
  expect(lab.errors()).toEqual([]);
});
