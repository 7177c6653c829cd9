import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { home as words } from '../src/i18n/home.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { isHere, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab } from './harness/shared-lab.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** A dashboard of panels of any view: put together, kept, handed on, and honest when a source goes. */

const PATIENT = { interval: 250 };
let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' } }));
});
afterAll(() => close());

const cell = (tab: Page, kind: string) => tab.locator(`[data-home-panel="${kind}"]`);
const placeOf = (tab: Page, kind: string) =>
  cell(tab, kind)
    .locator('xpath=ancestor::*[@data-cell]')
    .evaluate((item) =>
      ['gs-x', 'gs-y', 'gs-w', 'gs-h'].map((name) =>
        Number(item.getAttribute(name) ?? (name === 'gs-w' || name === 'gs-h' ? 1 : 0)),
      ),
    );

async function add(tab: Page, kind: string): Promise<void> {
  await tab.locator('[data-do=add]').click();
  await tab.locator(`[data-kind="${kind}"]`).click();
  // A story that is told once more finds its first panel here.
  await cell(tab, kind).first().waitFor();
}

test('put together by keyboard alone, moved, resized, removed and taken back, and kept over a reload', async () => {
  const tab = await lab.openTab('/home');
  await tab.locator('[data-do=add]').focus();
  await tab.keyboard.press('Enter');
  await tab.getByRole('searchbox', { name: words.search }).focus();
  await tab.keyboard.type('instruments');
  await tab.locator('[data-kind="scientific.instruments"]').focus();
  await tab.keyboard.press('Enter');
  const instruments = cell(tab, 'scientific.instruments');
  await instruments.locator('[data-instrument]').first().waitFor();
  await instruments.locator('.reading-tag', { hasText: 'SIM' }).first().waitFor();
  await tab.locator('[data-do=arrange]').focus();
  await tab.keyboard.press('Enter');
  await instruments.locator('[data-do=move]').focus();
  await tab.keyboard.press('ArrowRight');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => placeOf(tab, 'scientific.instruments')).toEqual([1, 1, 6, 5]);
  await instruments.locator('[data-do=remove]').focus();
  await tab.keyboard.press('Enter');
  await instruments.waitFor({ state: 'detached' });
  await tab.getByRole('button', { name: words.undo }).focus();
  await tab.keyboard.press('Enter');
  await instruments.waitFor();
  await tab.reload();
  await expect.poll(() => placeOf(tab, 'scientific.instruments'), PATIENT).toEqual([1, 1, 6, 5]);
  expect(await seriousFindings(tab)).toEqual([]);
  await tab.close();
});

test('a link carries it to somebody else, who is asked; a hostile one and a file that is none change nothing', async () => {
  await lab.browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  const tab = await lab.openTab('/home');
  await add(tab, 'scientific.running');
  await tab.locator('.home-more summary').click();
  await tab.getByRole('button', { name: words.share }).click();
  await tab.getByText(words.shared).waitFor();
  const link = await tab.evaluate(() => navigator.clipboard.readText());
  const other = await lab.openOtherBrowser();
  const guest = await other.openTab(link.slice(lab.server.origin.length));
  await guest.locator('[data-offered]').waitFor();
  await guest.getByRole('button', { name: words.take }).click();
  await cell(guest, 'scientific.running').waitFor();
  await guest.goto(`${lab.server.origin}/home#d=AAAA`);
  await guest.locator('[data-problem]').waitFor();
  await guest
    .locator('input[type=file]')
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') });
  await guest.getByText(/x\.json cannot be opened/).waitFor();
  await tab.close();
});

test('a panel whose view is gone is kept and told; broken memory is put aside; kiosk has nothing but panels', async () => {
  const tab = await lab.openTab('/home');
  await tab.evaluate(() => {
    const panel = {
      id: 'p',
      kind: 'nobody.here',
      x: 0,
      y: 0,
      w: 4,
      h: 3,
      settings: { html: '<img src=x onerror=alert(1)>' },
    };
    const dashboards = [{ id: 'd', name: '<b>Wall</b>', panels: [panel] }];
    localStorage.setItem('hyphae.dashboards', JSON.stringify({ hyphae: 'dashboards', version: 1, dashboards }));
  });
  await tab.reload();
  await tab.locator('[data-note=unknown]').waitFor();
  await tab.goto(`${lab.server.origin}/home?kiosk=1`);
  await tab.getByText('<b>Wall</b>').first().waitFor();
  await tab.getByRole('button', { name: words.leaveKiosk }).click();
  await tab.locator('[data-do=add]').waitFor();
  await tab.locator('.home-more summary').click();
  await tab.getByRole('button', { name: words.newOne }).click();
  await tab.getByRole('button', { name: words.removeDashboard }).click();
  const listed = () => tab.locator('.home-head option').allTextContents();
  await expect.poll(listed).toEqual(['<b>Wall</b>']);
  await tab.getByRole('button', { name: words.undo }).click();
  await expect.poll(listed).toEqual(['<b>Wall</b>', words.newName(2)]);
  await tab.evaluate(() => localStorage.setItem('hyphae.dashboards', '{"hyphae":7'));
  await tab.reload();
  await tab.locator('[data-trouble=unreadable]').waitFor();
  expect(await tab.evaluate(() => localStorage.getItem('hyphae.dashboards.unreadable'))).toBe('{"hyphae":7');
  expect(lab.errors()).toEqual([]);
  await tab.close();
});

test('a source that goes is told on its panel, and the others go on', async () => {
  const simulators = simulatorsOf(lab.server.origin);
  const tab = await lab.openTab('/home');
  await add(tab, 'scientific.instruments');
  await add(tab, 'devices.list');
  const list = cell(tab, 'devices.list');
  const source = () => list.locator('[data-fleet-source=natureos] [data-source]').getAttribute('data-source');
  await expect.poll(source, PATIENT).toBe('live');
  await simulators.fault('natureos', 'gone', true);
  await expect.poll(source, { timeout: 90_000, interval: 250 }).toMatch(/retrying|stale/);
  await list.locator('tr[data-key]').first().waitFor();
  await cell(tab, 'scientific.instruments').locator('[data-source=live]').waitFor();
  await simulators.fault('natureos', 'gone', false);
  await expect.poll(source, { timeout: 90_000, interval: 250 }).toBe('live');
  await tab.close();
});

test.runIf(isHere('mas'))('panels of a real MAS are live and call nothing simulated', async () => {
  const parts = await startRealParts(['mas']);
  try {
    const real = await openLab({ env: parts.env });
    const tab = await real.openTab('/home');
    await add(tab, 'scientific.instruments');
    await cell(tab, 'scientific.instruments').locator('.reading-value').first().waitFor();
    expect(await cell(tab, 'scientific.instruments').getByText('SIM', { exact: true }).count()).toBe(0);
    expect(real.errors()).toEqual([]);
  } finally {
    await parts.close();
  }
});
