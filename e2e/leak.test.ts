import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HubStats } from '../src/contract/hub-api.ts';
import { app } from '../src/i18n/app.ts';
import type { Lab } from './harness/lab.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';

/** Whoever goes to and fro between views all day has the same page in the evening: nothing of a view stays when it is left. */

const ROUNDS = 20;
const WARM_UP = 4;
/** Live data goes on filling bounded buffers meanwhile. */
const MOST_MIB = 8;

let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
}, 60_000);
afterAll(() => close());

interface Kept {
  readonly heapMiB: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly workers: number;
  /** Of this tab, at the hub. */
  readonly subs: number;
}

async function kept(tab: Page, devtools: CDPSession): Promise<Kept> {
  for (let count = 0; count < 3; count += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  const stats = (await tab.evaluate(() => {
    const { link } = (globalThis as unknown as { hyphae: { link: { ask(q: unknown): Promise<unknown> } } }).hyphae;
    return link.ask(async (hub: { stats(): Promise<unknown> }) => ({ ok: true, value: await hub.stats() }));
  })) as { readonly value: HubStats };
  return {
    heapMiB: of('JSHeapUsedSize') / 2 ** 20,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    workers: tab.workers().length,
    subs: stats.value.tabs.reduce((sum, { subs }) => sum + subs, 0),
  };
}

/** Those of live sources; boards' own are in `tabs.test.ts`. */
const VIEWS = (['scientific', 'topology', 'map', 'voice', 'devices', 'home'] as const).map(
  (id) => [id, app.rail[id]] as const,
);

test.for(VIEWS)('%s, opened and left twenty times', { timeout: 120_000 }, async ([, name]) => {
  const tab = await lab.openTab('/settings');
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Performance.enable');
  const round = async () => {
    await tab.getByRole('link', { name, exact: true }).click();
    await tab.locator('main h1').filter({ hasNotText: app.rail.settings }).waitFor({ state: 'attached' });
    // Long enough for channels to be subscribed to, and for workers and pictures to begin.
    await tab.waitForTimeout(150);
    await tab.getByRole('link', { name: app.rail.settings, exact: true }).click();
    await tab.locator('main h1', { hasText: app.rail.settings }).waitFor({ state: 'attached' });
  };
  for (let count = 0; count < WARM_UP; count += 1) await round();
  const before = await kept(tab, devtools);
  for (let count = 0; count < ROUNDS; count += 1) await round();
  // What is left alone lets go after a moment.
  await expect.poll(async () => (await kept(tab, devtools)).subs, { timeout: 20_000 }).toBeLessThanOrEqual(before.subs);
  const after = await kept(tab, devtools);
  const grown = (what: keyof Kept) => after[what] - before[what];
  // One leaked copy in each round is twenty of them.
  expect(grown('nodes'), 'nodes').toBeLessThan(ROUNDS * 20);
  expect(grown('listeners'), 'listeners').toBeLessThan(ROUNDS);
  expect(grown('workers'), 'workers').toBeLessThanOrEqual(0);
  expect(grown('heapMiB'), 'MiB').toBeLessThan(MOST_MIB);
  console.log(name, JSON.stringify({ before, after }));
  await tab.close();
});
