import { expect, test } from 'vitest';
import { describeSeries } from '../src/boards/catalog.ts';
import { formatValue } from '../src/components/format-value.ts';
import { boardCard } from './harness/board-card.ts';
import { openLab } from './harness/lab.ts';
import { theBoard, watchLabBoards, watchValues } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';

/** Moves with every reading, so that nobody has to wait for a sensor. */
const SERIES = 'ai1_v';

test('a board that is plugged in moves in two tabs and answers both', async () => {
  const board = mycobrainBoard({ serialNumber: 'PLUGIN' });
  const lab = await openLab({ boards: [board] });
  const tabs = [await lab.openTab(), await lab.openTab()];
  const [first] = tabs;
  if (!first) throw new Error('no tab');
  const boards = await watchLabBoards(first);
  await lab.plug(board);
  const { id, identity } = await theBoard(boards);
  expect(identity).toMatchObject({ dialect: 'mdp1-json', firmware: 'side-a-mdp-2.1.0' });

  for (const page of tabs) {
    const card = boardCard(page, id);
    await expect.poll(() => card.state()).toBe('live');
    const words = await card.text();
    expect(words).toContain('mdp1-json');
    expect(words).toContain('side-a-mdp-2.1.0');
    expect(words).not.toContain('SIM');
    const shown = await card.value(SERIES);
    await expect.poll(() => card.value(SERIES), { message: 'the value moves' }).not.toBe(shown);

    const values = await watchValues(page, id);
    const { digits } = describeSeries(SERIES);
    await expect
      .poll(async () => {
        const told = (await values.read())[SERIES];
        return told !== undefined && (await card.value(SERIES)) === formatValue(told.value, digits);
      })
      .toBe(true);
    expect((await values.read())[SERIES]?.provenance).toBe('measured');
  }

  for (const page of tabs) {
    await page.bringToFront();
    const { result, text } = await boardCard(page, id).sendForm('mosfet');
    expect(result).toBe('done');
    expect(text).toMatch(/done [\d.]+ ms/);
    expect(text).toContain('mosfet_updated');
  }
  expect(lab.errors()).toEqual([]);
});
