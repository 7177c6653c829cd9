import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { consoleWords as words } from '../src/i18n/console.ts';
import { openLab } from './harness/lab.ts';
import { watchLabBoards } from './harness/lab-boards.ts';
import { type TalkingBoard, talkingBoard } from './harness/talking-board.ts';

/** Everything a board says and is told, byte for byte. */

const LINES = 12_000;
/** A person calls this hanging. Generous: the machine may be busy with other things. */
const HANG_MS = 2_000;

async function openConsole(board: TalkingBoard): Promise<Page> {
  const lab = await openLab({ boards: [board] });
  const tab = await lab.openTab();
  const boards = await watchLabBoards(tab);
  await lab.plug(board);
  await expect.poll(async () => (await boards.all())[0]?.phase.is).toBe('open');
  // In a tab of its own: the one that holds the board stays.
  return lab.openTab(`/console?board=${(await boards.all())[0]?.id}`);
}

const rows = (page: Page) => page.getByRole('log').locator('.console-row');

test('twelve thousand lines are there, to be searched and filtered, and the page never hangs', async () => {
  const board = talkingBoard();
  const tab = await openConsole(board);
  await tab.getByRole('log').waitFor();
  await tab.evaluate(watchFrames);
  for (let line = 0; line < LINES; line++) board.say(`spore count ${line}\r\n`);
  board.say('the last of them\r\n');
  await rows(tab).getByText('the last of them').waitFor();
  const shown = async () => Number(await tab.locator('[data-lines]').getAttribute('data-lines'));
  expect(await shown()).toBeGreaterThan(LINES);
  expect(await rows(tab).count()).toBeLessThan(200);
  expect(await tab.evaluate(() => Reflect.get(globalThis, 'longestFrameMs'))).toBeLessThan(HANG_MS);

  await tab.getByRole('searchbox', { name: words.search }).fill('count 77');
  // 77, 770 to 779, 7700 to 7799.
  await expect.poll(shown).toBe(111);
  await tab.getByRole('searchbox', { name: words.search }).fill('');
  await tab.getByRole('button', { name: words.kinds.text, exact: true }).click();
  await expect.poll(shown).toBeLessThan(LINES);
  await tab.getByRole('button', { name: words.kinds.text, exact: true }).click();
  await expect.poll(shown).toBeGreaterThan(LINES);
});

test('raw bytes, a line that is sent, its answer, and the history of what was sent', async () => {
  const board = talkingBoard('ANSWERS', (line) => (line === 'how are you' ? 'moist and well\r\n' : undefined));
  const tab = await openConsole(board);
  const field = tab.getByRole('textbox', { name: words.line });
  await field.fill('how are you');
  await field.press('Enter');
  await rows(tab).getByText('moist and well').waitFor();
  expect(board.heard()).toContain('how are you\n');
  await rows(tab).filter({ hasText: 'how are you' }).and(tab.locator('[data-kind=sent]')).first().waitFor();

  await field.press('ArrowUp');
  expect(await field.inputValue()).toBe('how are you');

  await tab.getByRole('button', { name: words.raw }).click();
  // "moist and well" as bytes
  await rows(tab)
    .getByText(/6d 6f 69 73 74 20 61 6e/i)
    .first()
    .waitFor();
});

/** Measures from now on how long the page went without drawing a frame. */
function watchFrames(): void {
  let last = performance.now();
  let longest = 0;
  const frame = (now: number) => {
    longest = Math.max(longest, now - last);
    last = now;
    Object.assign(globalThis, { longestFrameMs: longest });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
