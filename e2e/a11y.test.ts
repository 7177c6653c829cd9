import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { connections } from '../src/i18n/connections.ts';
import { consoleWords } from '../src/i18n/console.ts';
import { t } from '../src/i18n/en.ts';
import { settings } from '../src/i18n/settings.ts';
import { telemetry } from '../src/i18n/telemetry.ts';
import { openLab } from './harness/lab.ts';
import { expectToMove, goTo, simulatedCard } from './harness/screen.ts';
import { seriousFindings } from './harness/serious-findings.ts';

/** For everybody: with a reader, in any light, without a mouse. */

const VIEWS = ['boards', 'telemetry', 'console', 'connections', 'settings'] as const;
const TITLES = { boards: t.boards, telemetry, console: consoleWords, connections, settings };

test.for(['dark', 'light'] as const)('axe finds nothing serious in any view, %s, live and empty', async (theme) => {
  const lab = await openLab();
  const tab = await lab.openTab('/settings');
  await tab.getByLabel(settings.themes[theme]).check();
  await goTo(tab, 'boards');
  await expectToMove(await simulatedCard(tab));
  const found = [...(await examine(tab, 'live'))];

  await goTo(tab, 'settings');
  await tab.getByRole('button', { name: settings.remove }).click();
  await tab.getByText(settings.simulatedOff).waitFor();
  found.push(...(await examine(tab, 'empty')));
  expect(found).toEqual([]);
});

/** Serious and critical findings in every view, in one line each. */
async function examine(page: Page, state: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const view of VIEWS) {
    await goTo(page, view);
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    if (view === 'boards') for (const folded of await page.locator('summary').all()) await folded.click();
    for (const finding of await seriousFindings(page)) found.push(`${view}, ${state}: ${finding}`);
  }
  return found;
}

test('everything by keyboard: to each view, a command of a board, and its stop', async () => {
  const lab = await openLab();
  const tab = await lab.openTab();
  const card = await simulatedCard(tab);
  await expectToMove(card);
  const { keyboard } = tab;
  const choose = async (words: string) => {
    await keyboard.press('Control+k');
    await tab.getByRole('combobox', { name: t.app.palette.open }).waitFor();
    await keyboard.type(words);
    await tab.getByRole('dialog').getByRole('option', { selected: true }).waitFor();
    await keyboard.press('Enter');
  };
  for (const view of [...VIEWS.slice(1), 'boards'] as const) {
    await choose(t.app.palette.goTo(t.app.rail[view]));
    await expect.poll(() => tab.url()).toBe(`${lab.server.origin}/${view === 'boards' ? '' : view}`);
    await tab.getByRole('heading', { level: 1, name: TITLES[view].title }).waitFor({ state: 'attached' });
  }

  await choose('Switch output');
  const form = card.locator.locator('form[data-command=mosfet]');
  await form.waitFor();
  await tabTo(tab, form.getByRole('checkbox'));
  await keyboard.press('Space');
  await tabTo(tab, form.getByRole('button', { name: t.boards.send }));
  await keyboard.press('Enter');
  await card.locator.locator('[data-command=mosfet][data-result=done]').waitFor();
  await card.locator.locator('[data-outputs=on]').waitFor();

  await keyboard.press('Shift+Escape');
  await tab.getByRole('dialog').getByText(t.app.stop.done).waitFor();
  await keyboard.press('Escape');
  await card.locator.locator('[data-outputs=on]').waitFor({ state: 'detached' });
  expect(lab.errors()).toEqual([]);
});

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('two hundred presses of Tab do not lead there');
}
