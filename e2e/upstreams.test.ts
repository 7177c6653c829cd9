import { expect, test } from 'vitest';
import { UPSTREAMS } from '../src/contract/upstream/upstream.ts';
import { openLab } from './harness/lab.ts';
import { allLive, simulatorsOf, watchUpstreams } from './harness/upstreams.ts';

/** The first minute without any configuration, and what happens when an upstream goes away. */

const SIMULATED = { HYPHAE_SIMULATE: '1' };
/** They have a process that can go away; the feeds of Redis are made in the server itself. */
const PULLED = UPSTREAMS.filter((slug) => slug !== 'redis');
/** A connection that its other side counts. */
const OPEN = ['live', 'stale', 'connected-no-data'];
/** These are heard from at least every few seconds, so that silence is told soon. */
const CHATTY = ['natureos', 'mycorrhizae', 'mas-devices'] as const;

test('every upstream is live from the simulators; gone is told with its next try, and each is live again without a reload', async () => {
  const lab = await openLab({ env: SIMULATED });
  const tab = await lab.openTab('/connections');
  const watched = await watchUpstreams(tab);
  const simulators = simulatorsOf(lab.server.origin);
  await allLive(watched, UPSTREAMS);
  expect((await watched.upstreams()).every(({ simulated }) => simulated)).toBe(true);

  await simulators.fault('*', 'gone', true);
  // Between two tries, or in the middle of one.
  const gone = Object.fromEntries(PULLED.map((slug) => [slug, expect.stringMatching(/^(retrying|connecting)$/)]));
  await expect.poll(() => watched.best(true), { interval: 250 }).toMatchObject(gone);
  for (const line of await watched.lines()) {
    if (line.state.is !== 'retrying') continue;
    expect(line.state.why).not.toBe('');
    expect(line.lastDrop?.why).not.toBe('');
  }
  await tab
    .getByText(/retrying/)
    .first()
    .waitFor();

  await simulators.fault('*', 'gone', false);
  await allLive(watched, UPSTREAMS);
  expect(lab.errors()).toEqual([]);
});

test('connected and silent is told as stale within each upstream’s own threshold, and is live again with the next record', async () => {
  const lab = await openLab({ env: SIMULATED });
  const watched = await watchUpstreams(await lab.openTab('/connections'));
  const simulators = simulatorsOf(lab.server.origin);
  await allLive(watched, CHATTY);
  const before = await watched.lines();
  const slowest = Math.max(
    ...before.filter(({ upstream }) => CHATTY.includes(upstream as never)).map(({ staleMs }) => staleMs),
  );
  await Promise.all(CHATTY.map((slug) => simulators.fault(slug, 'silence', true)));
  const pushed = async () =>
    (await watched.lines())
      .filter(
        ({ upstream, transport, staleMs }) =>
          CHATTY.includes(upstream as never) && transport !== 'poll' && staleMs <= 60_000,
      )
      .filter(({ state }) => state.is === 'live').length;
  await expect.poll(pushed, { timeout: Math.min(slowest, 60_000) + 15_000, interval: 500 }).toBe(0);
  await Promise.all(CHATTY.map((slug) => simulators.fault(slug, 'silence', false)));
  await allLive(watched, CHATTY);
  expect(lab.errors()).toEqual([]);
});

test('tabs share one connection per upstream, by the upstreams’ own count; the last tab closes them all', async () => {
  const lab = await openLab({ env: SIMULATED });
  const first = await lab.openTab('/connections');
  const watched = await watchUpstreams(first);
  const simulators = simulatorsOf(lab.server.origin);
  await allLive(watched, UPSTREAMS);
  const others = await Promise.all(Array.from({ length: 3 }, () => lab.openTab('/connections')));
  await Promise.all(others.map((tab) => tab.locator('[role="tablist"]').waitFor()));
  await watchUpstreams(others[0] ?? first);
  // What the upstreams count is what one hub has open, whatever the number of tabs. Devices are found one after the other: it comes to rest.
  const open = async (): Promise<Readonly<Record<string, number>>> => {
    const lines = (await watched.lines()).filter(
      ({ transport, state }) => transport !== 'poll' && OPEN.includes(state.is),
    );
    return Object.fromEntries(PULLED.map((slug) => [slug, lines.filter(({ upstream }) => upstream === slug).length]));
  };
  await expect
    .poll(
      async () => {
        const [counted, ours] = [await simulators.connections(), await open()];
        return PULLED.filter((slug) => counted[slug] !== ours[slug]).map((slug) => [slug, counted[slug], ours[slug]]);
      },
      { interval: 500 },
    )
    .toEqual([]);
  expect(Object.values(await open()).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(5);

  await Promise.all([first, ...others].map((tab) => tab.close()));
  await expect.poll(async () => Object.values(await simulators.connections()).reduce((sum, n) => sum + n, 0)).toBe(0);
  expect(lab.errors()).toEqual([]);
});
