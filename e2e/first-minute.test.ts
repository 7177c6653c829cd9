import { expect, test } from 'vitest';
import { t } from '../src/i18n/en.ts';
import { watchComplaints } from './harness/complaints.ts';
import { openLab } from './harness/lab.ts';
import { expectAcknowledged, expectToMove, injectFault, sentence, simulatedCard } from './harness/screen.ts';

/** Somebody opens the page for the first time, and plays with what they see. */

test('a fresh browser shows a simulated board that moves and says that it is one', async () => {
  const lab = await openLab();
  const complaints = watchComplaints(lab.browser);
  const tab = await lab.openTab();
  const card = await simulatedCard(tab);
  await expectToMove(card);
  const tiles = await card.locator.locator('[data-series]').count();
  expect(await card.locator.getByText(t.common.provenanceTag.simulated, { exact: true }).count()).toBe(tiles);
  expect(await tab.getByRole('button', { name: t.boards.plugIn }).isVisible()).toBe(true);
  await expectAcknowledged(card, 'status');
  expect(complaints).toEqual([]);
});

test('faults of the simulated board show on its card and are counted', async () => {
  const lab = await openLab();
  const tab = await lab.openTab();
  const card = await simulatedCard(tab);
  const { health } = t.boards;
  await expectToMove(card);

  await injectFault(card, 'bit-errors');
  await expect.poll(() => card.health(health.crc)).not.toBe('0');
  await injectFault(card, 'none');

  expect(await card.health(health.uptime)).not.toMatch(/h/);
  await injectFault(card, 'clock-jump');
  await expect.poll(() => card.health(health.uptime)).toMatch(/^1 h/);

  await injectFault(card, 'brown-out');
  await expect.poll(() => card.health(health.brownouts)).not.toBe('0');
  await injectFault(card, 'none');
  await expectToMove(card);
  expect(await card.health(health.resets)).not.toBe('0');
});

test('a silent board is never calm: its values turn grey and say how old they are', async () => {
  const lab = await openLab();
  const tab = await lab.openTab();
  const card = await simulatedCard(tab);
  // Twice: how often its readings should come is known after a few of them.
  await expectToMove(card);
  await expectToMove(card);
  await injectFault(card, 'silence');
  const live = card.locator.locator('[data-series][data-freshness=live]');
  const stale = card.locator.locator('[data-series][data-freshness=stale]');
  await expect.poll(() => live.count()).toBe(0);
  await stale.first().waitFor();
  expect(await stale.first().locator('.tile-age').textContent()).toMatch(/^\d+ s old$/);
  await expect.poll(() => card.state()).toBe('silent');
  await sentence(tab)
    .filter({ hasText: /silent for \d+ s/ })
    .waitFor();

  await injectFault(card, 'none');
  await expectToMove(card);
  await expect.poll(() => stale.count()).toBe(0);
});

test('an unplugged board is away, and comes back with a counted gap', async () => {
  const lab = await openLab();
  const tab = await lab.openTab();
  const card = await simulatedCard(tab);
  await expectToMove(card);
  await injectFault(card, 'unplug');
  await expect.poll(() => card.state()).toBe('away');
  await expect.poll(() => card.locator.locator('[data-series]:not([data-freshness=gone])').count()).toBe(0);
  await injectFault(card, 'replug');
  await expectToMove(card);
  expect(await card.health(t.boards.health.gaps)).not.toBe('0');
});
