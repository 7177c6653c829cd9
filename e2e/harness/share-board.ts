import type { Page } from 'playwright-core';
import { t } from '../../src/i18n/en.ts';
import { settings as words } from '../../src/i18n/settings.ts';
import { type BoardCard, boardCard } from './board-card.ts';
import { type Lab, openLab } from './lab.ts';
import { theBoard, watchLabBoards } from './lab-boards.ts';
import { type MycobrainBoard, mycobrainBoard } from './mycobrain-board.ts';
import { expectToMove, goTo } from './screen.ts';
import type { RunningServer } from './server.ts';

/** What the browser that watches calls itself. */
export const WATCHER = 'Bench tablet';

export interface SharedBoardStory {
  readonly lab: Lab;
  readonly board: MycobrainBoard;
  readonly id: string;
  readonly owner: Page;
  readonly watcher: Page;
  /** The board's card at its owner, and at somebody else. */
  readonly mine: BoardCard;
  readonly theirs: BoardCard;
  /** A tab of the browser of the other person. */
  openTab(path: string): Promise<Page>;
}

export interface ShareOptions {
  /** For the owner's server. */
  readonly env?: Readonly<Record<string, string>>;
  /** The server the other browser is at; default: the owner's. */
  readonly watcherAt?: RunningServer;
}

/** Plugs in a board at one browser, shares it with one click, and waits until another browser shows it. */
export async function shareBoard(
  serialNumber: string,
  { env = {}, watcherAt }: ShareOptions = {},
): Promise<SharedBoardStory> {
  const board = mycobrainBoard({ serialNumber });
  const lab = await openLab({ boards: [board], env });
  const owner = await lab.openTab();
  await lab.plug(board);
  const { id } = await theBoard(await watchLabBoards(owner));
  const other = await lab.openOtherBrowser(watcherAt);
  const watcher = await other.openTab('/settings');
  await watcher.getByText(words.relayStates.live, { exact: true }).waitFor();
  await watcher.getByLabel(words.name, { exact: true }).fill(WATCHER);
  await watcher.keyboard.press('Enter');
  await watcher.getByText(words.saved, { exact: true }).waitFor();
  await goTo(watcher, 'boards');

  const mine = boardCard(owner, id);
  await mine.locator.getByRole('button', { name: t.boards.share, exact: true }).click();
  const theirs = boardCard(watcher, id);
  await theirs.locator.waitFor();
  await expectToMove(theirs);
  return { lab, board, id, owner, watcher, mine, theirs, openTab: other.openTab };
}
