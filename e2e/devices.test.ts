import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devices as words } from '../src/i18n/devices.ts';
import type { Lab } from './harness/lab.ts';
import { isHere, type RealParts, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab } from './harness/shared-lab.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** Every board and device of every source in one list: who is whom, what each says, what becomes of a command. */

const PATIENT = { interval: 250 };

const count = async (tab: Page) => Number(await tab.locator('[data-fleet-count]').getAttribute('data-fleet-count'));
const row = (tab: Page, text: string) => tab.locator('tr[data-key]', { hasText: text }).first();

describe('from the simulators', () => {
  let lab: Lab;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' } }));
  });
  afterAll(() => close());

  test('a board of this computer and devices of every source are listed, labelled simulated, found and grouped by keyboard', async () => {
    const tab = await lab.openTab('/devices');
    await expect.poll(() => count(tab), PATIENT).toBeGreaterThan(5);
    for (const source of ['usb', 'mas', 'natureos', 'mycorrhizae', 'redis'] as const) {
      await tab.getByLabel(words.source, { exact: true }).selectOption(source);
      await expect.poll(() => count(tab), PATIENT).toBeGreaterThan(0);
    }
    await tab.getByLabel(words.source, { exact: true }).selectOption('');
    await tab.locator('tr[data-key] .tag', { hasText: 'SIM' }).first().waitFor();
    await tab.getByLabel(words.groupBy, { exact: true }).selectOption('source');
    await expect.poll(() => tab.getByRole('grid').count(), PATIENT).toBeGreaterThan(2);
    expect(tab.url()).toContain('group=source');
    await tab.getByLabel(words.groupBy, { exact: true }).selectOption('none');
    await tab.getByRole('grid').focus();
    await tab.keyboard.press('Home');
    await tab.keyboard.press('Enter');
    await tab.locator('[data-panel=device] [data-because]').waitFor();
    expect(await seriousFindings(tab)).toEqual([]);
    await tab.close();
  });

  test('a command goes to the device by MAS and its answer comes back; several are asked and each has its own outcome', async () => {
    const tab = await lab.openTab('/devices?source=mas');
    await expect.poll(() => count(tab), PATIENT).toBeGreaterThan(0);
    await tab.locator('tr[data-key]').first().click();
    const device = tab.locator('[data-panel=device]');
    await device.getByRole('button', { name: words.command.send }).click();
    await device.locator('[data-act=done], [data-act=failed]').waitFor();
    await device.getByRole('combobox', { name: words.command.label }).fill('erase flash');
    expect(await device.getByRole('button', { name: words.command.send }).isDisabled()).toBe(true);
    await tab.getByLabel(words.source, { exact: true }).selectOption('');
    await expect.poll(() => count(tab), PATIENT).toBeGreaterThan(3);
    for (const box of (await tab.locator('tr[data-key] input[type=checkbox]').all()).slice(0, 3)) await box.check();
    await tab.getByText(words.bulk.picked('3')).waitFor();
    await tab.close();
  });

  test('a value is pinned and drawn; a board goes into a group of mine, is told with others, and its commands lead to its card', async () => {
    const tab = await lab.openTab('/devices?source=usb');
    await tab.locator('tr[data-key]').first().click();
    const device = tab.locator('[data-panel=device]');
    await device.locator('[data-value] button').first().click();
    const pin = tab.locator('[data-pin]');
    await pin.locator('.reading-value').waitFor();
    await expect
      .poll(async () => (await pin.locator('path').getAttribute('d'))?.length ?? 0, PATIENT)
      .toBeGreaterThan(20);
    await tab.reload();
    await pin.locator('.reading-value').waitFor();
    await tab.locator('tr[data-key] input[type=checkbox]').first().check();
    await tab.getByLabel(words.own.name, { exact: true }).fill('<i>Bench</i>');
    await tab.keyboard.press('Enter');
    await tab.getByLabel(words.groupBy, { exact: true }).selectOption('own');
    await tab.getByRole('heading', { name: '<i>Bench</i>' }).waitFor();
    await tab.getByRole('button', { name: words.bulk.send }).click();
    await tab.locator('[data-outcome=ok]').waitFor();
    await tab.getByRole('button', { name: words.own.remove('<i>Bench</i>') }).click();
    await tab.getByRole('heading', { name: '<i>Bench</i>' }).waitFor({ state: 'detached' });
    await pin.getByRole('button').click();
    await pin.waitFor({ state: 'detached' });
    expect(await seriousFindings(tab)).toEqual([]);
    await device.locator('[data-board-command=mosfet]').click();
    await tab.locator('form[data-command=mosfet]').waitFor();
    await tab.close();
  });

  test('a source that is gone is told; its devices grow old and are never called live', async () => {
    const simulators = simulatorsOf(lab.server.origin);
    const tab = await lab.openTab('/devices?source=mas');
    await expect.poll(() => count(tab), PATIENT).toBeGreaterThan(0);
    await simulators.fault('mas-devices', 'gone', true);
    await expect
      .poll(() => tab.locator('[data-fleet-source=mas-devices] [data-source]').getAttribute('data-source'), {
        timeout: 90_000,
      })
      .toMatch(/retrying|stale/);
    expect(await count(tab)).toBeGreaterThan(0);
    // A minute without a word, and none that only MAS knows is called live any more.
    const only = tab.locator('tr[data-key]').filter({ hasNotText: /NatureOS|Mycorrhizae|Redis/ });
    await expect
      .poll(() => only.locator('[data-fleet-state=live]').count(), { timeout: 100_000, interval: 500 })
      .toBe(0);
    expect(await only.locator('[data-fleet-state=silent]').count()).toBeGreaterThan(0);
    await simulators.fault('mas-devices', 'gone', false);
    await expect
      .poll(() => tab.locator('[data-fleet-source=mas-devices] [data-source]').getAttribute('data-source'), {
        timeout: 90_000,
      })
      .toBe('live');
    expect(lab.errors()).toEqual([]);
    await tab.close();
  });
});

describe.runIf(isHere('natureos') && isHere('mycorrhizae') && isHere('redis'))('from real parts', () => {
  let parts: RealParts;
  let lab: Lab;
  let close: () => Promise<void>;
  beforeAll(async () => {
    parts = await startRealParts(['natureos', 'mas', 'mycorrhizae', 'redis']);
    ({ lab, close } = await openSharedLab({ env: parts.env }));
  });
  afterAll(async () => {
    await close?.();
    await parts?.close();
  });

  test('a board that NatureOS and Mycorrhizae both tell of is one device, with its reason and each value’s source', async () => {
    const tab = await lab.openTab('/devices?find=MB-REAL-1');
    await expect
      .poll(async () => {
        if ((await row(tab, 'MB-REAL-1').count()) === 0) return '';
        return await row(tab, 'MB-REAL-1').textContent();
      }, PATIENT)
      .toMatch(/NatureOS, Mycorrhizae/);
    await row(tab, 'MB-REAL-1').click();
    await tab.locator('[data-because="mb-real-1"]').waitFor();
    await tab.locator('[data-sighting=natureos]').waitFor();
    await tab.locator('[data-sighting=mycorrhizae]').waitFor();
    await tab.locator('[data-value] .reading-value').first().waitFor();
    expect(await tab.locator('[data-panel=device]').getByText('SIM', { exact: true }).count()).toBe(0);
    expect(lab.errors()).toEqual([]);
  });
});
