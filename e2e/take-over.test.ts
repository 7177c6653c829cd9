import { expect, test } from 'vitest';
import { t } from '../src/i18n/en.ts';
import { settings as settingsWords } from '../src/i18n/settings.ts';
import { boardCard } from './harness/board-card.ts';
import { expectAcknowledged, goTo } from './harness/screen.ts';
import { shareBoard, WATCHER } from './harness/share-board.ts';

/** Two people want the same board: the second one takes it over, and the first one reads who did and why. */

// What is judged is what becomes of the lease, not how fast a busy machine renews it: it lasts two minutes.
const SECOND = 'Second tablet';
const REASON = 'the pump runs dry';

test('a take-over needs a reason, which the former commander reads', async () => {
  const { lab, id, theirs, mine } = await shareBoard('WANTED', { env: { HYPHAE_LEASE_MS: '120000' } });
  const words = t.boards.lease;
  await theirs.locator.getByRole('button', { name: words.take }).click();
  await theirs.locator.locator('[data-lease=mine]').waitFor();

  const second = await (await lab.openOtherBrowser()).openTab('/settings');
  await second.getByText(settingsWords.relayStates.live, { exact: true }).waitFor();
  await second.getByLabel(settingsWords.name, { exact: true }).fill(SECOND);
  await second.keyboard.press('Enter');
  await second.getByText(settingsWords.saved, { exact: true }).waitFor();
  await goTo(second, 'boards');
  const card = boardCard(second, id);
  await card.locator.locator('[data-lease=theirs]', { hasText: words.theirs(WATCHER) }).waitFor();
  await card.locator.getByRole('button', { name: words.takeOver, exact: true }).click();
  const reason = card.locator.getByLabel(words.takeOverReason(WATCHER));
  await reason.press('Enter');
  // Without a word nothing happens.
  await card.locator.locator('[data-lease=theirs]').waitFor();
  await reason.fill(REASON);
  await card.locator.getByRole('button', { name: words.takeOverDo, exact: true }).click();
  await card.locator.locator('[data-lease=mine]').waitFor();
  await expectAcknowledged(card, 'status');

  await theirs.locator.getByText(words.lost(SECOND, REASON)).waitFor();
  await theirs.locator.locator('[data-lease=theirs]', { hasText: words.theirs(SECOND) }).waitFor();
  expect(await theirs.locator.locator('[data-action=status]').isDisabled()).toBe(true);
  await mine.locator.locator('[data-lease=theirs]', { hasText: words.theirs(SECOND) }).waitFor();
  expect(lab.errors()).toEqual([]);
});
