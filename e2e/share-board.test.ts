import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { t } from '../src/i18n/en.ts';
import { type BoardCard, boardCard } from './harness/board-card.ts';
import { crashBrowser } from './harness/crash-browser.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { type MycobrainBoard, mycobrainBoard } from './harness/mycobrain-board.ts';
import { expectAcknowledged, expectToMove, goTo, sentence } from './harness/screen.ts';

/** A board on one person's table, on another person's screen. */

const WATCHER = 'Bench tablet';

interface Shared {
  readonly lab: Lab;
  readonly board: MycobrainBoard;
  readonly id: string;
  /** The board's card at its owner, and at somebody else. */
  readonly mine: BoardCard;
  readonly theirs: BoardCard;
  readonly watcher: Page;
  /** A tab of the browser of the other person. */
  openTab(path: string): Promise<Page>;
}

/** Plugs in a board at one browser, shares it with one click, and waits until another browser shows it. */
async function shareBoard(serialNumber: string): Promise<Shared> {
  const board = mycobrainBoard({ serialNumber });
  const lab = await openLab({ boards: [board] });
  const owner = await lab.openTab();
  await lab.plug(board);
  const { id } = await theBoard(await watchLabBoards(owner));
  const other = await lab.openOtherBrowser();
  const watcher = await other.openTab('/settings');
  await watcher.getByText(t.settings.relayStates.live, { exact: true }).waitFor();
  await watcher.getByLabel(t.settings.name, { exact: true }).fill(WATCHER);
  await watcher.keyboard.press('Enter');
  await watcher.getByText(t.settings.saved, { exact: true }).waitFor();
  await goTo(watcher, 'boards');

  const mine = boardCard(owner, id);
  await mine.locator.getByRole('button', { name: t.boards.share, exact: true }).click();
  const theirs = boardCard(watcher, id);
  await theirs.locator.waitFor();
  await expectToMove(theirs);
  return { lab, board, id, mine, theirs, watcher, openTab: other.openTab };
}

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
  await expect.poll(() => theirs.state(), { timeout: 20_000 }).toBe('live');
  await expectToMove(theirs);
  await mine.locator.getByText(t.boards.watchers([WATCHER])).waitFor();
  expect(lab.errors()).toEqual([]);
});
