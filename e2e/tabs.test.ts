import { expect, test } from 'vitest';
import { consoleWords as words } from '../src/i18n/console.ts';
import { freeze } from './harness/freeze.ts';
import { openLab } from './harness/lab.ts';
import { watchLabBoards } from './harness/lab-boards.ts';
import { connection, expectToMove, hubStats, simulatedCard } from './harness/screen.ts';
import { crash, tabOf } from './harness/tabs.ts';
import { talkingBoard } from './harness/talking-board.ts';

/** Tabs come and go in every way they can; the hub knows at once, and the other tabs do not notice. */

/** More than the hub keeps of one console, so that a tab that slept through it must have lost some. */
const LINES = 40_000;
/** What the hub keeps of one console at most, and a little for what came since. */
const MOST_KEPT_BYTES = 5 * 1024 * 1024;
/** Deliveries a tab gets ahead of what it has drawn. */
const MOST_UNACKED = 8;

test('a tab that is closed, crashes, is reloaded or comes back costs the others nothing', async () => {
  const lab = await openLab();
  const stays = await lab.openTab();
  await expectToMove(await simulatedCard(stays));
  const { hub } = await connection(stays);
  const mine = await tabOf(stays);
  const tabs = async () => (await hubStats(stays)).tabs.map(({ tab }) => tab);
  const expectNoNotice = async () => {
    await expectToMove(await simulatedCard(stays));
    expect(await connection(stays)).toMatchObject({ hub, restarts: 0 });
  };
  const open = async () => {
    const page = await lab.openTab();
    await expectToMove(await simulatedCard(page));
    expect(await tabs()).toEqual([mine, await tabOf(page)]);
    return page;
  };

  await (await open()).close();
  await expect.poll(tabs).toEqual([mine]);
  await expectNoNotice();

  await crash(await open());
  await expect.poll(tabs).toEqual([mine]);
  await expectNoNotice();

  const returns = await open();
  const before = await tabOf(returns);
  await returns.reload();
  await expectToMove(await simulatedCard(returns));
  const after = await tabOf(returns);
  expect(after).not.toBe(before);
  expect(await tabs()).toEqual([mine, after]);
  await expectNoNotice();

  // Usually from the back-forward cache; a browser that is short of memory loads it anew.
  await returns.goto('about:blank');
  await expect.poll(tabs).toEqual([mine]);
  await returns.goBack({ waitUntil: 'commit' });
  await expectToMove(await simulatedCard(returns));
  expect(await tabs()).toEqual([mine, await tabOf(returns)]);
  await expectNoNotice();
  expect(lab.errors()).toEqual([]);
});

test('a tab that sleeps costs bounded memory, and is told what it missed when it wakes', async () => {
  const board = talkingBoard();
  const lab = await openLab({ boards: [board] });
  const awake = await lab.openTab();
  await lab.plug(board);
  const boards = await watchLabBoards(awake);
  await expect.poll(async () => (await boards.all())[0]?.phase.is).toBe('open');
  const id = (await boards.all())[0]?.id;
  const asleep = await lab.openTab(`/console?board=${id}`);
  await asleep.locator('.console-row').first().waitFor();
  const sleeper = await tabOf(asleep);
  const stats = async () => (await hubStats(awake)).tabs.find(({ tab }) => tab === sleeper);
  const console = async () => (await hubStats(awake)).channels.find(({ name }) => name === `device/${id}/console`);

  const wake = await freeze(asleep);
  const start = (await console())?.offset ?? 0;
  for (let line = 0; line < LINES; line++) board.say(`line ${line} of many that nobody reads\r\n`);
  await expect.poll(async () => (await console())?.offset).toBeGreaterThanOrEqual(start + LINES);
  expect(await stats()).toMatchObject({ unacked: MOST_UNACKED });
  expect((await console())?.keptBytes).toBeLessThan(MOST_KEPT_BYTES);

  await wake();
  // What is missing is a line in its place, long out of sight by now.
  await asleep.getByRole('searchbox', { name: words.search }).fill('missing');
  await asleep
    .getByText(/[\d,]+ missing: this tab was too slow/)
    .first()
    .waitFor();
  expect((await stats())?.dropped).toBeGreaterThan(0);
  board.say('nothing is missing now\r\n');
  await asleep.getByText('nothing is missing now').waitFor();
  await expectToMove(await simulatedCard(awake));
});
