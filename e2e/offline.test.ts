import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { t } from '../src/i18n/en.ts';
import { telemetry as words } from '../src/i18n/telemetry.ts';
import { boardCard } from './harness/board-card.ts';
import { openLab } from './harness/lab.ts';
import { theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';
import { buildOf, NEWER_NAME, newerBuild } from './harness/newer-build.ts';
import { expectAcknowledged, expectToMove, sentence, simulatedCard } from './harness/screen.ts';

/** Hyphae on the computer itself: it starts without its server, and changes its build only when told to. */

test('nothing keeps the browser from installing it', async () => {
  const lab = await openLab();
  const tab = await lab.openTab();
  await whenStored(tab);
  const cdp = await lab.browser.newCDPSession(tab);
  expect((await cdp.send('Page.getAppManifest')).errors).toEqual([]);
  expect((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
});

test('with the server down it starts, the simulated board moves, and a board that is plugged in opens', async () => {
  const board = mycobrainBoard({ serialNumber: 'ISLAND' });
  const lab = await openLab({ boards: [board] });
  const tab = await lab.openTab();
  await whenStored(tab);
  await lab.server.stop();

  await tab.reload();
  await expectToMove(await simulatedCard(tab));
  const another = await lab.openTab('/telemetry');
  await another.getByRole('heading', { name: words.title }).waitFor();
  await lab.plug(board);
  const { id } = await theBoard(await watchLabBoards(tab));
  const card = boardCard(tab, id);
  await expectToMove(card);
  await expectAcknowledged(card, 'status');
  await sentence(tab)
    .filter({ hasText: t.app.sentence.relayLost('2 boards live') })
    .waitFor();
  expect(lab.errors()).toEqual([]);
});

test('a new build asks before it reloads', async () => {
  const newer = await newerBuild();
  const lab = await openLab();
  const tab = await lab.openTab();
  await whenStored(tab);
  await lab.server.stop();
  await lab.server.restart({ HYPHAE_DIST: newer });

  await tab.reload();
  await tab.getByText(t.app.update.ready).waitFor();
  expect(await buildOf(tab)).not.toBe(NEWER_NAME);
  await expectToMove(await simulatedCard(tab));

  await tab.getByRole('button', { name: t.app.update.reload }).click();
  await tab.waitForFunction((name) => window.hyphae?.build === name, NEWER_NAME);
  await expectToMove(await simulatedCard(tab));
  expect(await tab.getByText(t.app.update.ready).count()).toBe(0);
  expect(lab.errors()).toEqual([]);
});

/** The app is in the browser's store, workers and all. */
const whenStored = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
