import { expect, test } from 'vitest';
import { boardChannel } from '../src/contract/channel.ts';
import { t } from '../src/i18n/en.ts';
import { telemetry as words } from '../src/i18n/telemetry.ts';
import { colouredPixels, picture } from './harness/canvas.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';

/** Values as curves, with what is missing drawn as missing. */

test('curves are drawn, paused, zoomed, and an absence is a band in them', async () => {
  const board = mycobrainBoard({ serialNumber: 'CURVES' });
  const lab = await openLab({ boards: [board] });
  const tab = await lab.openTab();
  const plugged = await lab.plug(board);
  const { id } = await theBoard(await watchLabBoards(tab));
  await tab.goto(`${lab.server.origin}/telemetry?board=${id}`);
  const samples = await watchSamples(tab, boardChannel(id, 'telemetry'));
  const rows = async () => (await samples.read()).rows.length;
  const rowsMore = async (count: number) => {
    const before = await rows();
    await expect.poll(rows).toBeGreaterThanOrEqual(before + count);
  };

  const canvas = tab.locator('.plot canvas').first();
  await expect.poll(() => colouredPixels(canvas)).toBeGreaterThan(20);
  const early = await picture(canvas);
  await rowsMore(2);
  await expect.poll(() => picture(canvas)).not.toBe(early);

  await tab.getByRole('button', { name: words.pause, exact: true }).click();
  await tab.getByText(/Paused/).waitFor();
  await rowsMore(1);
  const paused = await picture(canvas);
  await rowsMore(2);
  expect(await picture(canvas)).toBe(paused);

  const span = async () => (await tab.getByText(/^Span/).textContent()) ?? '';
  const wide = await span();
  await tab.getByRole('button', { name: words.zoomIn }).click();
  await expect.poll(span).not.toBe(wide);
  await expect.poll(() => picture(canvas)).not.toBe(paused);
  await tab.getByRole('button', { name: words.reset }).click();

  await plugged.unplug();
  await plugged.plug();
  await rowsMore(2);
  await tab.getByText(words.gaps(1)).first().waitFor();
  await tab.getByText(words.gaps(1)).first().hover();
  await tab.getByText(new RegExp(t.common.gapWhy.unplugged)).first().waitFor();
  expect(lab.errors()).toEqual([]);
});
