import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { boardChannel } from '../src/contract/channel.ts';
import { t } from '../src/i18n/en.ts';
import { telemetry as words } from '../src/i18n/telemetry.ts';
import { boardCard } from './harness/board-card.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { type LabBoards, theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';
import { crash, tabOf } from './harness/tabs.ts';

/** The tab that holds a port goes, in any way a tab can go; another takes the port over, and nobody has to do anything. */

test('closed, then crashed: each time the next tab takes the board over', async () => {
  const board = mycobrainBoard({ serialNumber: 'OWNER1' });
  const lab = await openLab({ boards: [board] });
  const first = await lab.openTab();
  const second = await lab.openTab();
  const boards = await watchLabBoards(second);
  await lab.plug(board);
  const before = await theBoard(boards);
  expect(before.path).toEqual({ is: 'tab', tab: await tabOf(first) });

  const samples = await watchSamples(second, boardChannel(before.id, 'telemetry'));
  await first.close();
  await takenOverBy(boards, before.id, second);
  expect((await boards.get(before.id)).health.gaps).toBe(1);
  await expect.poll(async () => (await samples.read()).gaps.map(({ why }) => why)).toEqual(['owner-changed']);

  const curves = await lab.openTab(`/telemetry?board=${before.id}`);
  await curves.getByText(words.gaps(1)).first().waitFor();
  await curves.close();

  const third = await lab.openTab();
  const seenByThird = await watchLabBoards(third);
  await seenByThird.live();
  await crash(second);
  await takenOverBy(seenByThird, before.id, third);
  expect((await seenByThird.get(before.id)).health.gaps).toBe(2);
  const card = boardCard(third, before.id);
  await expect.poll(() => card.health(t.boards.health.gaps)).toBe('2');
  await expect.poll(() => card.state()).toBe('live');
  expect(lab.errors()).toEqual([]);
});

test('the tab that carried the hub and the port crashes: both come back in the other one', async () => {
  const board = mycobrainBoard({ serialNumber: 'OWNER2' });
  const lab = await openLab({ boards: [board] });
  const first = await lab.openTab();
  const second = await lab.openTab();
  const boards = await watchLabBoards(second);
  await lab.plug(board);
  const before = await theBoard(boards);
  const samples = await watchSamples(second, boardChannel(before.id, 'telemetry'));

  await crash(first);
  await takenOverBy(boards, before.id, second);
  expect(await boards.all()).toHaveLength(1);
  await expect
    .poll(async () => (await samples.read()).gaps.map(({ why }) => why))
    .toEqual(expect.arrayContaining([expect.stringMatching(/owner-changed|hub-restarted/)]));
});

/** Open in that tab, under the same id, with readings that came after it took over. */
async function takenOverBy(boards: LabBoards, id: string, page: Page): Promise<void> {
  const fromMs = Date.now();
  const tab = await tabOf(page);
  await expect
    .poll(async () => {
      const { path, phase, health } = await boards.get(id);
      return { path, phase: phase.is, fresh: (health.lastDataAt ?? 0) > fromMs };
    })
    .toEqual({ path: { is: 'tab', tab }, phase: 'open', fresh: true });
}
