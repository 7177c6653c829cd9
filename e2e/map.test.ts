import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { map as words } from '../src/i18n/map.ts';
import { screenPixels } from './harness/canvas.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { isHere, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';
import { tilesFile } from './harness/tiles-file.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** Everything that moves, on one map: reports become pixels, choices are in the address, and nothing is drawn that was not reported. */

const SLUG = 'crep';
const PATIENT = { interval: 250 };

let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
});
afterAll(() => close());

const inSight = async (tab: Page) => Number(await tab.locator('[data-in-sight]').getAttribute('data-in-sight'));
const countOf = async (tab: Page, kind: string) =>
  (await tab.locator(`[data-layer=${kind}] .map-count`).textContent())?.replaceAll(',', '').split(' of ').map(Number) ??
  [];

/** A count that has stopped growing: the first lists have come in. */
async function settled(count: () => Promise<number>): Promise<number> {
  let now = await count();
  for (let last = -1; now - last > now / 100; now = await count()) {
    last = now;
    await sleep(3_000);
  }
  return now;
}

/** Pixels of a map that are of this colour. */
async function pixelsLike(tab: Page, colour: readonly number[]): Promise<number> {
  const pixels = await screenPixels(tab.locator('.map-stage'));
  let count = 0;
  for (let at = 0; at < pixels.length; at += 4)
    if (colour.every((value, index) => Math.abs((pixels[at + index] ?? 0) - value) < 40)) count += 1;
  return count;
}

/** The blue of vessels in the dark theme. */
const VESSEL = [86, 180, 233] as const;

test('reports become pixels, layers take them away, and the view that is looked at is told to the sources', async () => {
  const tab = await lab.openTab('/map?lon=110&lat=25&z=4&show=');
  await tab.locator('[data-engine=webgl]').waitFor();
  await expect.poll(() => inSight(tab), PATIENT).toBeGreaterThan(50);
  await tab.locator('.map-status .tag', { hasText: 'SIM' }).waitFor();
  await tab.locator('[data-pane=layers]').click();
  await expect.poll(async () => (await countOf(tab, 'vessel'))[0], PATIENT).toBeGreaterThan(10);
  await expect.poll(() => pixelsLike(tab, VESSEL), PATIENT).toBeGreaterThan(300);
  await tab.locator('[data-layer=vessel] input').uncheck();
  // Other things have a little of that blue as well.
  await expect.poll(() => pixelsLike(tab, VESSEL), PATIENT).toBeLessThan(120);
  expect(tab.url()).toContain('hide=vessel');
  await tab.locator('[data-layer=vessel] input').check();
  await expect.poll(async () => (await countOf(tab, 'satellite'))[1], PATIENT).toBeGreaterThan(50);
  await tab.locator('.map-sources summary').click();
  await tab.locator('[data-crep-source][data-state=ok]').first().waitFor();
  await tab.close();
});

test('found by name, looked into, followed, and back by keyboard alone', async () => {
  const tab = await lab.openTab('/map');
  await expect.poll(() => inSight(tab), PATIENT).toBeGreaterThan(50);
  await tab.locator('.map-stage').focus();
  const before = tab.url();
  await tab.keyboard.press('+');
  await tab.keyboard.press('ArrowRight');
  await expect.poll(() => tab.url()).not.toBe(before);
  await tab.keyboard.press('/');
  await tab.keyboard.type('SYN');
  await tab.locator('.map-hit').first().waitFor();
  await tab.keyboard.press('Enter');
  const details = tab.locator('.map-details');
  await details.getByText(/SYN/).first().waitFor();
  expect(tab.url()).toContain('sel=vessel');
  await details.locator('.reading-unit').first().waitFor();
  await details.getByRole('button', { name: words.detail.follow }).focus();
  await tab.keyboard.press('Enter');
  await expect.poll(() => tab.url()).toContain('follow=1');
  await tab.locator('.map-stage').focus();
  await tab.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
  expect(await seriousFindings(tab)).toEqual([]);
  await tab.close();
});

test('the table is the same picture; filters, units, fences and what is taken away follow it', async () => {
  const tab = await lab.openTab('/map?table=1&show=');
  await tab.locator('tr[data-key]').first().waitFor();
  await tab.getByRole('button', { name: words.col.speed }).click();
  await tab.getByRole('button', { name: words.col.speed }).click();
  await tab.locator('tr[data-key]').first().click();
  await tab.locator('.map-details').waitFor();
  await tab.locator('[data-pane=filters]').click();
  const all = await settled(() => inSight(tab));
  await tab.getByLabel(words.filter.altLow).fill('11000');
  await tab.getByLabel(words.filter.altLow).press('Enter');
  await tab.getByText(words.filter.on).waitFor();
  await expect.poll(() => inSight(tab), PATIENT).toBeLessThan(all);
  expect(tab.url()).toContain('filter=altLowM');
  await tab.getByRole('button', { name: words.filter.clear }).click();
  await tab.locator('[data-pane=fences]').click();
  await tab.getByLabel(words.fence.name).fill('<b>Lab</b>');
  await tab.getByLabel(words.fence.radius).fill('8000');
  await tab.getByRole('button', { name: words.fence.add }).click();
  const fence = tab.locator('[data-fence="<b>Lab</b>"]');
  await expect
    .poll(async () => Number(await fence.locator('[data-inside]').getAttribute('data-inside')), PATIENT)
    .toBeGreaterThan(5);
  await fence.getByRole('button', { name: words.fence.remove }).click();
  await tab.locator('[data-pane=tools]').click();
  const [download] = await Promise.all([
    tab.waitForEvent('download'),
    tab.getByRole('button', { name: words.tool.exportCsv }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^map-.*\.csv$/);
  await tab.close();
});

test('a satellite has an orbit, a footprint and passes over a site', async () => {
  const tab = await lab.openTab('/map?show=&hide=aircraft,vessel,event,device,observation&table=1');
  await tab.evaluate(() => localStorage.setItem('hyphae.map.site', '8,50'));
  await tab.reload();
  await tab.locator('tr[data-key]').first().waitFor();
  await tab.locator('tr[data-key]').first().click();
  await tab.locator('.map-details').getByText('Elements', { exact: true }).waitFor();
  await tab.locator('[data-passes]').waitFor();
  await tab.close();
});

test('a wish in the address is done once if it is on the list; anything else is told and not done', async () => {
  const wish = encodeURIComponent(JSON.stringify({ type: 'flyTo', center: [8, 50], zoom: 6 }));
  const tab = await lab.openTab(`/map?do=${wish}`);
  await expect.poll(() => tab.url(), PATIENT).toMatch(/lon=8\.000.*lat=50\.000.*z=6\.00/);
  expect(tab.url()).not.toContain('do=');
  await tab.goto(`${lab.server.origin}/map?do=${encodeURIComponent('{"type":"eval","code":"1"}')}`);
  await tab.getByText(words.wish.bad).waitFor();
  // What undoes a person's own choice waits for their yes.
  await tab.goto(`${lab.server.origin}/map?hide=vessel&do=${encodeURIComponent('{"type":"clearFilters"}')}`);
  await tab.locator('[data-wish=clear-filters]').waitFor();
  expect(tab.url()).toContain('hide=vessel');
  await tab.getByRole('button', { name: words.wish.accept }).click();
  await expect.poll(() => tab.url()).not.toContain('hide=vessel');
  await tab.close();
});

test('junk is counted and never drawn; gone is told, what was there stays, and it comes back', async () => {
  const simulators = simulatorsOf(lab.server.origin);
  for (const fault of ['zero-zero', 'out-of-range', 'junk', 'teleport']) await simulators.fault(SLUG, fault, true);
  const tab = await lab.openTab('/map?show=');
  await expect.poll(() => inSight(tab), PATIENT).toBeGreaterThan(50);
  await expect
    .poll(async () => Number(await tab.locator('.map-status [data-losses]').getAttribute('data-losses')), PATIENT)
    .toBeGreaterThan(0);
  for (const fault of ['zero-zero', 'out-of-range', 'junk', 'teleport']) await simulators.fault(SLUG, fault, false);
  await simulators.fault(SLUG, 'gone', true);
  await tab.locator('[data-trouble]').waitFor({ timeout: 90_000 });
  expect(await inSight(tab)).toBeGreaterThan(0);
  await simulators.fault(SLUG, 'gone', false);
  await expect.poll(() => tab.locator('[data-trouble]').count(), { timeout: 90_000, interval: 250 }).toBe(0);
  await expect.poll(() => inSight(tab), PATIENT).toBeGreaterThan(50);
  expect(lab.errors()).toEqual([]);
  await tab.close();
});

/** Whether this browser has kept a picture of the map. */
const isPictureKept = (tab: Page): Promise<boolean> =>
  tab.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const asked = indexedDB.open('hyphae-map');
        asked.onsuccess = () => {
          const found = asked.result.transaction('pictures').objectStore('pictures').get('last');
          found.onsuccess = () => resolve(found.result !== undefined);
          asked.result.close();
        };
      }),
  );

test('without a server the map starts with its last picture, which gives way to what is live', async () => {
  const own = await openLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL });
  const tab = await own.openTab('/map?show=');
  await expect.poll(() => inSight(tab), PATIENT).toBeGreaterThan(50);
  await tab.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => isPictureKept(tab), PATIENT).toBe(true);
  await own.server.stop();
  await tab.close();
  const again = await own.openTab('/map?show=');
  await again.locator('[data-last-picture]').waitFor();
  await expect.poll(() => inSight(again), PATIENT).toBeGreaterThan(50);
  await own.server.restart();
  await again.locator('[data-last-picture]').waitFor({ state: 'detached', timeout: 90_000 });
  expect(own.errors()).toEqual([]);
});

test('without WebGL there is a plain map with the same things on it', async () => {
  const tab = await lab.browser.newPage();
  await tab.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : (original as (...all: unknown[]) => unknown).call(this, kind, ...rest);
    } as typeof original;
  });
  await tab.goto(`${lab.server.origin}/map?lon=110&lat=25&z=4&show=`);
  await tab.locator('[data-engine=canvas]').waitFor();
  await tab.getByText(words.plain.noWebGl).waitFor();
  await expect.poll(() => pixelsLike(tab, VESSEL), PATIENT).toBeGreaterThan(100);
  await tab.close();
});

test('an operator’s tiles lie below everything, with who made them; broken ones are told, and the coast is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-tiles-'));
  const file = join(folder, 'lab.pmtiles');
  writeFileSync(file, tilesFile([220, 40, 200], '© <b>Lab</b> maps'));
  const own = await openLab({ env: { HYPHAE_SIMULATE: '1', HYPHAE_TILES: file }, chromium: SOFTWARE_GL });
  const tab = await own.openTab(
    '/map?lon=110&lat=25&z=4&show=&hide=aircraft,vessel,satellite,event,device,observation',
  );
  await tab.getByText(words.tiles.there('© Lab maps')).waitFor();
  await expect.poll(() => pixelsLike(tab, [190, 36, 172]), PATIENT).toBeGreaterThan(100_000);
  writeFileSync(file, 'this is no archive'.repeat(20));
  // Kept for a while, as tiles are.
  await (await own.browser.newCDPSession(tab)).send('Network.clearBrowserCache');
  await tab.reload();
  await tab.locator('[data-tiles=broken]').waitFor();
  await tab.locator('[data-engine=webgl]').waitFor();
  rmSync(folder, { recursive: true });
});

test.runIf(isHere('crep'))(
  'from a FastAPI program: what it really sends is on the map, what it sends wrong is not; gone and back',
  async () => {
    const parts = await startRealParts(['crep']);
    try {
      const real = await openLab({ env: parts.env, chromium: SOFTWARE_GL });
      const tab = await real.openTab('/map?table=1&find=REAL');
      for (const name of ['REAL1', 'REAL2', 'REAL3', 'REAL SHIP 3', '<b>REAL</b>'])
        await tab.locator('tr[data-key]', { hasText: name }).first().waitFor();
      expect(await tab.getByText('SIM', { exact: true }).count()).toBe(0);
      await tab.locator('tr[data-key]', { hasText: 'REAL3' }).click();
      await tab.getByText(words.detail.noPosition).waitFor();
      await tab.locator('tr[data-key]', { hasText: 'REAL2' }).click();
      await tab
        .locator('.map-details')
        .getByText(words.flags.emergency ?? '')
        .waitFor();
      await expect
        .poll(async () => Number(await tab.locator('.map-status [data-losses]').getAttribute('data-losses')), PATIENT)
        .toBeGreaterThan(0);
      // Its socket has nothing to say and is called silent: one connection in trouble on a good day.
      const troubled = async () =>
        Number(
          (await tab.locator('[data-trouble]').count()) &&
            (await tab.locator('[data-trouble]').getAttribute('data-trouble')),
        );
      await parts.crep?.gone(true);
      await expect.poll(troubled, PATIENT).toBeGreaterThan(1);
      await tab.locator('tr[data-key]', { hasText: 'REAL SHIP 3' }).waitFor();
      await parts.crep?.gone(false);
      await expect.poll(troubled, { timeout: 90_000, interval: 250 }).toBeLessThan(2);
      expect(real.errors()).toEqual([]);
    } finally {
      await parts.close();
    }
  },
);
