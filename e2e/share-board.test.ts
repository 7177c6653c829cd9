import { expect, test } from 'vitest';
import type { RelayStatus } from '../src/contract/relay-status.ts';
import { t } from '../src/i18n/en.ts';
import { settings as settingsWords } from '../src/i18n/settings.ts';
import { crashBrowser } from './harness/crash-browser.ts';
import { watchState } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { expectAcknowledged, expectToMove, sentence } from './harness/screen.ts';
import { shareBoard, WATCHER } from './harness/share-board.ts';

/** A board on one person's table, on another person's screen. */

test('another browser watches a shared board and commands it, and the owner sees both and takes control back', async () => {
  const { lab, board, id, mine, theirs, openTab } = await shareBoard('SHARED');
  await mine.locator.getByText(t.boards.watchers([WATCHER])).waitFor();
  await theirs.locator.getByText(t.boards.notCommanding).waitFor({ state: 'attached' });

  const words = await openTab(`/console?board=${id}`);
  await words.getByText('TELEMETRY').first().waitFor();

  await theirs.locator.getByRole('button', { name: t.boards.lease.take }).click();
  await mine.locator.locator('[data-lease=theirs]', { hasText: t.boards.lease.theirs(WATCHER) }).waitFor();
  const asked = board.heard().length;
  await expectAcknowledged(theirs, 'status');
  expect(board.heard().length).toBeGreaterThan(asked);
  await mine.locator.locator('[data-command=status]', { hasText: t.boards.by(WATCHER) }).waitFor({ state: 'attached' });

  await mine.locator.getByRole('button', { name: t.boards.lease.takeBack }).click();
  await theirs.locator.getByText(t.boards.notCommanding).waitFor();
  expect(await theirs.locator.locator('[data-action=status]').isDisabled()).toBe(true);
  await expectAcknowledged(mine, 'status');
  expect(lab.errors()).toEqual([]);
});

test('a name that is being typed is left alone by what comes meanwhile', async () => {
  const lab = await openLab();
  const page = await lab.openTab('/settings');
  await page.getByText(settingsWords.relayStates.live, { exact: true }).waitFor();
  const field = page.getByLabel(settingsWords.name, { exact: true });
  await field.fill(WATCHER);
  const relay = await watchState<RelayStatus>(page, 'relay');
  const bytesIn = async () => (await relay.read()).relay?.bytesIn ?? 0;
  const before = await bytesIn();
  // The answer to the next ping, told with the status of the second after it.
  await expect.poll(bytesIn).toBeGreaterThan(before);
  expect(await field.inputValue()).toBe(WATCHER);
});

test('the owner’s browser dies: its board is gone at once', async () => {
  const { lab, theirs } = await shareBoard('ORPHAN');
  await crashBrowser(lab.browser);
  await expect.poll(() => theirs.state()).toBe('away');
  await theirs.locator.getByText(t.boards.phase.gone).waitFor();
  await expect.poll(() => theirs.locator.locator('[data-series]:not([data-freshness=gone])').count()).toBe(0);
});

test('the server is restarted: both come back by themselves', async () => {
  const { lab, mine, theirs, watcher } = await shareBoard('PATIENT');
  await lab.server.stop();
  await sentence(watcher)
    .filter({ hasText: /Relay not reachable|away/ })
    .waitFor();
  await expectToMove(mine);
  await lab.server.restart();
  await expect.poll(() => theirs.state()).toBe('live');
  await expectToMove(theirs);
  await mine.locator.getByText(t.boards.watchers([WATCHER])).waitFor();
  expect(lab.errors()).toEqual([]);
});
