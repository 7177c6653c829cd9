import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { boardChannel } from '../src/contract/channel.ts';
import { boardCard } from './harness/board-card.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { askHub, commandBoard, watchLabBoards } from './harness/lab-boards.ts';
import { framesOf, type MycobrainBoard, mycobrainBoard, temperaturesIn } from './harness/mycobrain-board.ts';

/** Two boards of one chip batch say the same words and have the same USB ids; nothing but their port tells them apart. */
test('two boards that say the same words stay two boards', async () => {
  const left = mycobrainBoard({ serialNumber: 'TWIN-L', mac: '10:b4:1d:00:00:01', seed: 1 });
  const right = mycobrainBoard({ serialNumber: 'TWIN-R', mac: '10:b4:1d:00:00:02', seed: 2 });
  const lab = await openLab({ boards: [left, right] });
  const page = await lab.openTab();
  const boards = await watchLabBoards(page);
  const pluggedLeft = await lab.plug(left);
  const [one] = await boards.live(1);
  const pluggedRight = await lab.plug(right);
  const two = (await boards.live(2)).find(({ id }) => id !== one?.id);
  if (!one || !two) throw new Error('not two boards');
  expect(two.identity.deviceId).toBe(one.identity.deviceId);

  await askHub(page, 'setBoard', one.id, { name: 'Left bench' });
  await askHub(page, 'setBoard', two.id, { name: 'Right bench' });
  await expect.poll(() => boardCard(page, one.id).text()).toContain('Left bench');
  await expect.poll(() => boardCard(page, two.id).text()).toContain('Right bench');
  await eachHasItsOwn(page, [
    [one.id, left, right],
    [two.id, right, left],
  ]);

  // One alone: it can only be itself.
  await pluggedRight.unplug();
  await expect.poll(async () => (await boards.get(two.id)).phase.is).toBe('unplugged');
  await pluggedRight.plug();
  await boards.live(2);
  expect(await boards.get(two.id)).toMatchObject({ name: 'Right bench', identity: { presumed: false } });
  await eachHasItsOwn(page, [[two.id, right, left]]);

  // Both at once: which is which can only be presumed, and is said to be.
  await pluggedLeft.unplug();
  await pluggedRight.unplug();
  await expect.poll(async () => (await boards.all()).map(({ phase }) => phase.is)).toEqual(['unplugged', 'unplugged']);
  await pluggedRight.plug();
  await pluggedLeft.plug();
  await boards.live(2);
  const back = await boards.all();
  expect(back.map(({ name }) => name).toSorted()).toEqual(['Left bench', 'Right bench']);
  expect(back.map(({ identity }) => identity.presumed)).toEqual([true, true]);
  await expect.poll(() => boardCard(page, one.id).text()).toContain('presumed');
});

/** Every reading of a board's channel was said by that board and by no other, and a command to it was heard by it alone. */
async function eachHasItsOwn(
  page: Page,
  each: readonly (readonly [id: string, mine: MycobrainBoard, other: MycobrainBoard])[],
): Promise<void> {
  for (const [id, mine, other] of each) {
    const samples = await watchSamples(page, boardChannel(id, 'telemetry'));
    // Not what was heard before: a board that has just got its power is still deaf.
    const fromMs = Date.now();
    const seen = async () =>
      (await samples.read()).rows
        .filter(({ atMs }) => atMs > fromMs)
        .map(({ values }) => values['a.temperature_c'])
        .filter((value) => value != null);
    await expect.poll(async () => (await seen()).length).toBeGreaterThan(1);
    const heard = await seen();
    expect(temperaturesIn(mine.said())).toEqual(expect.arrayContaining(heard));
    expect(temperaturesIn(other.said()).filter((value) => heard.includes(value))).toEqual([]);

    const before = [mine, other].map((board) => outputCommands(board));
    const { state } = await commandBoard(page, id, 'mosfet', { output: '1', on: true });
    expect(state).toMatchObject({ is: 'done', acknowledged: true, answer: expect.stringContaining('mosfet_updated') });
    expect([mine, other].map((board) => outputCommands(board))).toEqual([(before[0] ?? 0) + 1, before[1]]);
  }
}

const outputCommands = (board: MycobrainBoard): number =>
  framesOf(board.heard(), 'COMMAND').filter(({ body }) => (body as { cmd?: string }).cmd === 'output_control').length;
