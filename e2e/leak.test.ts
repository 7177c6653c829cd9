import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { app } from '../src/i18n/app.ts';
import type { Lab } from './harness/lab.ts';
import { hubStats } from './harness/screen.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';
import { tabOf } from './harness/tabs.ts';

/** Whoever goes to and fro between views all day has the same page in the evening: nothing of a view stays when it is left. */

const HALF = 10;
const WARM_UP = 3;
/** Long enough for channels to be subscribed to, and for workers and pictures to begin. */
const MOMENT_MS = 100;
/** Live data goes on filling bounded buffers meanwhile. */
const MOST_MIB = 8;
/** Wide enough for every panel; low, because WebGL in software pays for each pixel. */
const WINDOW = { width: 1280, height: 360 };

let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
});
afterAll(() => close());

interface Kept {
  readonly heapMiB: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly workers: number;
  /** Of this tab, at the hub. */
  readonly subs: number;
}

async function subsOf(tab: Page): Promise<number> {
  const id = await tabOf(tab);
  return (await hubStats(tab)).tabs.find((each) => each.tab === id)?.subs ?? Number.NaN;
}

async function kept(tab: Page, devtools: CDPSession): Promise<Kept> {
  for (let count = 0; count < 3; count += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    heapMiB: of('JSHeapUsedSize') / 2 ** 20,
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    workers: tab.workers().length,
    subs: await subsOf(tab),
  };
}

const link = (tab: Page, name: string) =>
  tab.getByRole('navigation', { name: app.rail.label }).getByRole('link', { name, exact: true });

/** Goes to a view by the rail, and waits until its heading has taken the place of the one before. */
async function go(tab: Page, name: string): Promise<void> {
  const heading = tab.locator('main h1');
  const before = (await heading.textContent()) ?? '';
  // Without the look where a mouse would hit: that waits for frames, and there are hundreds of rounds.
  await link(tab, name).dispatchEvent('click');
  await heading.filter({ hasNotText: before }).waitFor({ state: 'attached' });
}

const { label: _, ...names } = app.rail;
const VIEWS = Object.values(names);

test('every view of the rail is among those below', async () => {
  const tab = await lab.openTab('/settings');
  await link(tab, names.settings).waitFor();
  const words = await tab.getByRole('navigation', { name: app.rail.label }).locator('a .rail-word').allTextContents();
  expect(words.toSorted()).toEqual(VIEWS.toSorted());
  await tab.close();
});

test.for(VIEWS)('%s, opened and left twenty times', async (name) => {
  const neutral =
    name === names.settings
      ? { name: names.connections, path: '/connections' }
      : { name: names.settings, path: '/settings' };
  const tab = await lab.openTab(neutral.path);
  await tab.setViewportSize(WINDOW);
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Performance.enable');
  const round = async () => {
    await go(tab, name);
    await tab.waitForTimeout(MOMENT_MS);
    await go(tab, neutral.name);
  };
  const rounds = async (count: number) => {
    for (let done = 0; done < count; done += 1) await round();
    // What is left alone lets go after a moment.
    await expect.poll(() => subsOf(tab)).toBeLessThanOrEqual(subs);
    return kept(tab, devtools);
  };
  for (let count = 0; count < WARM_UP; count += 1) await round();
  const subs = await subsOf(tab);
  const [before, halfway, after] = [await kept(tab, devtools), await rounds(HALF), await rounds(HALF)];
  // The engine may keep one copy of a view for its own caches, once; what grows in both halves is a leak.
  const grown = (what: keyof Kept) => Math.min(halfway[what] - before[what], after[what] - halfway[what]);
  console.log(name, JSON.stringify({ before, halfway, after }));
  expect(grown('nodes'), 'nodes').toBeLessThan(HALF * 20);
  expect(grown('listeners'), 'listeners').toBeLessThan(HALF);
  expect(after.workers - before.workers, 'workers').toBeLessThanOrEqual(0);
  expect(after.heapMiB - before.heapMiB, 'MiB').toBeLessThan(MOST_MIB);
  expect(lab.errors()).toEqual([]);
  await tab.close();
});
