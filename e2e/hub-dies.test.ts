import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { boardChannel } from '../src/contract/channel.ts';
import { t } from '../src/i18n/en.ts';
import { colouredPixels } from './harness/canvas.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { askHub, theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';
import { connection, expectAcknowledged, expectToMove, findCard, goTo, simulatedCard } from './harness/screen.ts';
import { crash } from './harness/tabs.ts';

/** The hub lives in the process of the tab that started it, and dies with it when that tab crashes. */

test('the tab that carries the hub crashes: the others share a new one, and values go on after a gap', async () => {
  const lab = await openLab();
  const carrier = await lab.openTab();
  await expectToMove(await simulatedCard(carrier));
  const tabs = [await lab.openTab(), await lab.openTab()];
  for (const tab of tabs) await expectToMove(await simulatedCard(tab));
  const { hub } = await connection(carrier);
  const [first, second] = tabs as [Page, Page];
  const board = await (await simulatedCard(first)).locator.getAttribute('data-board');
  const telemetry = await watchSamples(first, boardChannel(board ?? '', 'telemetry'));
  await goTo(second, 'telemetry');
  const canvas = second.locator('.plot canvas').first();
  await expect.poll(() => colouredPixels(canvas)).toBeGreaterThan(0);

  await crash(carrier);

  for (const tab of tabs) await expect.poll(async () => (await connection(tab)).hub).not.toBe(hub);
  const [one, other] = await Promise.all(tabs.map(connection));
  expect(one?.hub).toBe(other?.hub);
  expect([one?.restarts, other?.restarts]).toEqual([1, 1]);
  await expectToMove(await simulatedCard(first));
  await expect.poll(async () => (await telemetry.read()).gaps.map(({ why }) => why)).toContain('hub-restarted');
  await second.locator('.plot-gaps').filter({ hasText: t.common.gapWhy['hub-restarted'] }).first().waitFor();
  expect(lab.errors()).toEqual([]);
});

test('a board keeps its id, its name and its totals when the hub dies', async () => {
  const board = mycobrainBoard({ serialNumber: 'KEEPER' });
  const lab = await openLab({ boards: [board] });
  const carrier = await lab.openTab();
  await lab.plug(board);
  const survivor = await lab.openTab();
  const { id } = await theBoard(await watchLabBoards(carrier));
  await askHub(carrier, 'setBoard', id, { name: 'Shiitake' });
  const kept = await findCard(survivor, 'Shiitake');
  const telemetry = await watchSamples(survivor, boardChannel(id, 'telemetry'));
  await expectToMove(kept);

  await crash(carrier);

  await expect.poll(async () => (await connection(survivor)).restarts).toBe(1);
  const found = await findCard(survivor, 'Shiitake');
  await expectToMove(found);
  expect(await found.locator.getAttribute('data-board')).toBe(id);
  await expect.poll(async () => (await telemetry.read()).gaps.map(({ why }) => why)).toContain('hub-restarted');
  await expectAcknowledged(found, 'status');
});

test('a board in a tab that lives on is handed over to the next hub', async () => {
  const board = mycobrainBoard({ serialNumber: 'HANDED' });
  const lab = await openLab({ boards: [board] });
  const carrier = await lab.openTab();
  await lab.plug(board);
  const { id } = await theBoard(await watchLabBoards(carrier));
  const owner = await lab.openTab();
  const { hub } = await connection(owner);
  await expectToMove(await findCard(owner, t.boards.path.otherTab));
  // Reloading the carrier gives the ports to the other tab and leaves the hub where it is.
  await carrier.reload();
  await expectToMove(await findCard(owner, t.boards.path.here));
  expect(await connection(carrier)).toMatchObject({ hub });

  await crash(carrier);

  await expect.poll(async () => (await connection(owner)).hub).not.toBe(hub);
  const card = await findCard(owner, t.boards.path.here);
  await expectToMove(card);
  expect(await card.locator.getAttribute('data-board')).toBe(id);
  await expectAcknowledged(card, 'status');
});
