import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scientific as words } from '../src/i18n/scientific.ts';
import type { Lab } from './harness/lab.ts';
import { isHere, type RealParts, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab } from './harness/shared-lab.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** The lab of MAS on the screen: what comes in is seen, what is asked for is done, and what is wrong says so. */

const SLUG = 'mas-scientific';
const PATIENT = { interval: 250 };

const panel = (tab: Page, name: string): Locator => tab.locator(`[data-panel="${name}"]`);
const row = (tab: Page, text: string): Locator => tab.locator('tr[data-key]', { hasText: text });
const sourceOf = (tab: Page, name: string) => panel(tab, name).locator('[data-source]').getAttribute('data-source');

describe('from the simulator', () => {
  let lab: Lab;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' } }));
  });
  afterAll(() => close());

  test('progress moves, its end is computed from what was seen, and everything says that it is simulated', async () => {
    const tab = await lab.openTab('/scientific');
    const running = panel(tab, 'running');
    await running.locator('[role=progressbar]').first().waitFor();
    const before = await running.locator('[role=progressbar]').evaluateAll(percents);
    await expect.poll(() => running.locator('[role=progressbar]').evaluateAll(percents), PATIENT).not.toEqual(before);
    await expect.poll(() => running.locator('[data-pace=moving]').count(), PATIENT).toBeGreaterThan(0);
    expect(await running.locator('[data-pace=moving] .tag').first().textContent()).toBe('ƒ');
    await panel(tab, 'instruments').locator('[data-instrument] .reading-tag', { hasText: 'SIM' }).first().waitFor();
    expect(await sourceOf(tab, 'instruments')).toBe('live');
    await panel(tab, 'lab-devices').getByText('humidity').first().waitFor();
    expect(await seriousFindings(tab)).toEqual([]);
  });

  test('by keyboard alone: a new simulation is made, found in the list, paused, and each act is done when the list says so', async () => {
    const tab = await lab.openTab('/scientific');
    await tab.locator('#scientific-pane-tab-overview').focus();
    await tab.keyboard.press('ArrowRight');
    await tab.keyboard.press('ArrowRight');
    await expect.poll(() => tab.url()).toContain('tab=simulations');
    await panel(tab, 'simulations').locator('[role=progressbar]').first().waitFor();
    await tab.locator('[data-make="simulation.create"]').focus();
    await tab.keyboard.press('Enter');
    await tab.getByRole('dialog').getByLabel(words.make.name).focus();
    await tab.keyboard.type('Laccase <b>fold</b>');
    await tab.keyboard.press('Enter');
    // It is in the lab's own data, so the dialog is gone and the thing is looked into.
    const detail = panel(tab, 'detail');
    await detail.getByRole('heading', { name: 'Laccase <b>fold</b>' }).waitFor();
    await row(tab, 'Laccase <b>fold</b>').waitFor();
    await detail.locator('[data-lab-state=running]').waitFor();
    await detail.getByRole('button', { name: words.act.pause }).focus();
    await tab.keyboard.press('Enter');
    await detail.locator('[data-act=done]').first().waitFor();
    await detail.locator('[data-lab-state=paused]').waitFor();
    expect(await detail.getByRole('button', { name: words.act.pause }).isDisabled()).toBe(true);
    // What cannot be undone takes two presses.
    const cancel = detail.locator('.hold');
    await cancel.focus();
    await tab.keyboard.press('Enter');
    await tab.keyboard.press('Enter');
    await detail.locator('[data-lab-state=failed]').waitFor();
    await tab.getByRole('grid').focus();
    await tab.keyboard.press('Home');
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('Enter');
    await expect.poll(() => detail.getByRole('heading').first().textContent()).not.toContain('Laccase');
    expect(await seriousFindings(tab)).toEqual([]);
  });

  test('readings have trends, and a limit of a person says above since when', async () => {
    const tab = await lab.openTab('/scientific?tab=instruments&sel=inst-51a00004');
    const detail = panel(tab, 'detail');
    await detail.locator('.reading-value').first().waitFor();
    await detail.locator('.lab-trend path').first().waitFor({ timeout: 90_000 });
    const limits = detail.locator('[data-limits="inst-51a00004.temperature_c"]');
    await limits.getByLabel(words.instruments.high).fill('1');
    await limits.getByLabel(words.instruments.high).press('Enter');
    await detail.locator('[data-outside=above]').waitFor();
    await detail.getByText(/above 1\.0 for/).waitFor();
    await row(tab, 'Centrifuge').and(tab.locator('.troubled')).waitFor();
    await limits.getByLabel(words.instruments.low).fill('3');
    await limits.getByLabel(words.instruments.low).press('Enter');
    await limits.getByRole('alert').waitFor();
    await limits.getByRole('button', { name: words.instruments.clear }).click();
    await detail.locator('[data-outside=above]').waitFor({ state: 'detached' });
  });

  test('experiments of both tables and of none; their records are readings with curves, odd ones are counted', async () => {
    await simulatorsOf(lab.server.origin).fault(SLUG, 'odd-records', true);
    const tab = await lab.openTab('/scientific?tab=experiments&sel=exp-51a0000001');
    const detail = panel(tab, 'detail');
    await detail.locator('[data-field=ph] .reading-value').waitFor();
    await detail.locator('[data-field=ph] .lab-trend path').waitFor();
    await row(tab, 'Blue light pinning').waitFor();
    await detail.getByText(words.act.trayHint).waitFor();
    await expect
      .poll(() => panel(tab, 'experiments').locator('[data-losses]').getAttribute('data-losses'), PATIENT)
      .not.toBe('0');
    await simulatorsOf(lab.server.origin).fault(SLUG, 'odd-records', false);
  });

  test('64 channels at 1 kHz are traces, electrodes and a spectrum; an unplugged probe and silence are told', async () => {
    const simulators = simulatorsOf(lab.server.origin);
    await dial(lab, 'fciChannels', 64);
    await dial(lab, 'fciRateHz', 1_000);
    const tab = await lab.openTab('/scientific?tab=signals&signal=mushroom1&channel=3&span=2');
    const signal = panel(tab, 'signal');
    await signal.locator('.lab-electrode').nth(63).waitFor();
    await expect.poll(() => inkOf(tab), PATIENT).toBeGreaterThan(2_000);
    const peakHz = async () =>
      Number((await signal.locator('[data-peak-hz]').getAttribute('data-peak-hz')) ?? Number.NaN);
    // Two seconds of it have a place for its slow wave.
    await expect.poll(peakHz, PATIENT).toBeLessThan(2);
    await signal.getByRole('button', { name: /^Channel 7,/ }).click();
    await expect.poll(() => tab.url()).toContain('channel=7');
    await simulators.fault(SLUG, 'probe-unplugged', true);
    await signal.locator('[data-probe=false]').waitFor();
    await expect.poll(() => sourceOf(tab, 'signal'), PATIENT).toBe('stale');
    await signal.locator('[data-trouble=stale]').waitFor();
    await signal.locator('.lab-electrode.silent').nth(63).waitFor();
    await simulators.fault(SLUG, 'probe-unplugged', false);
    await expect.poll(() => sourceOf(tab, 'signal'), PATIENT).toBe('live');
    await dial(lab, 'fciChannels', 4);
    expect(await seriousFindings(tab)).toEqual([]);
  });

  test('alerts are kept, acknowledged, taken back, and still there after a reload', async () => {
    const simulators = simulatorsOf(lab.server.origin);
    await simulators.fault(SLUG, 'alert-burst', true);
    const tab = await lab.openTab('/scientific?tab=safety');
    const alerts = panel(tab, 'alerts');
    await expect
      .poll(async () => Number(await alerts.locator('[data-open]').getAttribute('data-open')), PATIENT)
      .toBeGreaterThan(19);
    await simulators.fault(SLUG, 'alert-burst', false);
    await panel(tab, 'safety').getByText('co2_ppm').waitFor();
    await alerts.getByRole('button', { name: words.safety.acknowledgeAll }).click();
    await alerts.locator('[data-open="0"]').waitFor();
    await alerts.getByRole('button', { name: words.safety.takeBack }).click();
    await expect
      .poll(async () => Number(await alerts.locator('[data-open]').getAttribute('data-open')))
      .toBeGreaterThan(19);
    await alerts.getByRole('button', { name: words.safety.acknowledgeAll }).click();
    await tab.reload();
    await alerts.locator('[data-open="0"]').waitFor();
    await expect.poll(() => alerts.locator('tr[data-key]').count()).toBeGreaterThan(5);
  });

  test('a list that fails says why beside what is pushed; gone is told with what was there kept; back without a reload', async () => {
    const simulators = simulatorsOf(lab.server.origin);
    const tab = await lab.openTab('/scientific?tab=simulations');
    await panel(tab, 'simulations').locator('[role=progressbar]').first().waitFor();
    await simulators.fault(SLUG, 'no-database', true);
    await expect
      .poll(
        async () => {
          await tab
            .getByRole('button', { name: words.act.refresh })
            .click({ timeout: 5_000 })
            .catch(() => undefined);
          return panel(tab, 'simulations').locator('[data-missing=simulations]').count();
        },
        { timeout: 110_000, interval: 2_000 },
      )
      .toBe(1);
    await panel(tab, 'simulations')
      .getByText(/cannot be had: .*500/)
      .waitFor();
    await simulators.fault(SLUG, 'no-database', false);

    await simulators.fault(SLUG, 'gone', true);
    await expect.poll(() => sourceOf(tab, 'simulations'), PATIENT).toBe('retrying');
    await panel(tab, 'simulations').locator('[data-trouble=retrying]').waitFor();
    expect(await panel(tab, 'simulations').locator('tr[data-key]').count()).toBeGreaterThan(0);
    await simulators.fault(SLUG, 'gone', false);
    await expect.poll(() => sourceOf(tab, 'simulations'), { timeout: 90_000, interval: 250 }).toBe('live');
    expect(lab.errors()).toEqual([]);
  });
});

describe.runIf(isHere('mas'))('from a FastAPI program', () => {
  let parts: RealParts;
  let lab: Lab;
  let close: () => Promise<void>;
  beforeAll(async () => {
    parts = await startRealParts(['mas']);
    ({ lab, close } = await openSharedLab({ env: parts.env }));
  });
  afterAll(async () => {
    await close?.();
    await parts?.close();
  });

  test('readings and progress come in, an experiment is made and started, and nothing is called simulated', async () => {
    const tab = await lab.openTab('/scientific');
    await panel(tab, 'instruments').locator('[data-instrument="inst-1b1d3348"] .reading-value').first().waitFor();
    await panel(tab, 'running').locator('[role=progressbar]').first().waitFor();
    expect(await tab.getByText('SIM', { exact: true }).count()).toBe(0);
    await tab.locator('#scientific-pane-tab-experiments').click();
    await tab.locator('[data-make="experiment.create"]').click();
    await tab.getByRole('dialog').getByLabel(words.make.name).fill('Pinning under blue light');
    await tab.getByRole('dialog').getByRole('button', { name: words.act.create }).click();
    const detail = panel(tab, 'detail');
    await detail.getByRole('heading', { name: 'Pinning under blue light' }).waitFor({ timeout: 100_000 });
    await detail.getByRole('button', { name: words.act.start }).click();
    await detail.locator('[data-lab-state=running]').waitFor();
    await detail.locator('[data-act=done]').first().waitFor({ timeout: 100_000 });
    await detail.getByText(words.from.confirmed).waitFor();
    await tab.locator('#scientific-pane-tab-safety').click();
    // Nobody configured a safety service: that is said, and nothing is put in its place.
    await panel(tab, 'safety').locator('[data-missing=safety]').waitFor();
    expect(lab.errors()).toEqual([]);
  });
});

const percents = (bars: readonly Element[]) => bars.map((bar) => bar.getAttribute('aria-valuenow'));

async function dial(lab: Lab, name: string, value: number): Promise<void> {
  const response = await fetch(`${lab.server.origin}/api/simulators`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ slug: SLUG, dial: { name, value } }),
  });
  expect(response.ok).toBe(true);
}

/** How many pixels of the traces are not like their background. */
const inkOf = (tab: Page): Promise<number> =>
  tab.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.lab-trace canvas');
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let at = 0; pixels !== undefined && at < pixels.length; at += 4)
      if (Math.abs((pixels[at] ?? 0) - (pixels[0] ?? 0)) > 40) count += 1;
    return count;
  });
