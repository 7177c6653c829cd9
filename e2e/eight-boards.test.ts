import { expect, test } from 'vitest';
import { boardChannel } from '../src/contract/channel.ts';
import { boardCard } from './harness/board-card.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { commandBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard, temperaturesIn } from './harness/mycobrain-board.ts';

const HERTZ = 10;
const ROWS = 40;

test('eight boards at ten readings a second, all live in a tab that holds none, nothing lost', async () => {
  const table = Array.from({ length: 8 }, (_, index) => mycobrainBoard({ serialNumber: `EIGHT-${index}` }));
  const lab = await openLab({ boards: table });
  await lab.openTab();
  const watcher = await lab.openTab();
  const boards = await watchLabBoards(watcher);
  await Promise.all(table.map((board) => lab.plug(board)));
  const eight = await boards.live(8);

  for (const { id } of eight) {
    const { state } = await commandBoard(watcher, id, 'set-rate', { interval_s: 1 / HERTZ });
    expect(state).toMatchObject({ is: 'done', acknowledged: true });
  }
  const watched = await Promise.all(eight.map(({ id }) => watchSamples(watcher, boardChannel(id, 'telemetry'))));
  // They came up with one a second; from here on they are fast.
  const slowest = async () => Math.max(...(await boards.all()).map(({ health }) => health.cadenceMs));
  await expect.poll(slowest).toBeLessThan(2_000 / HERTZ);
  const rows = () => Promise.all(watched.map(async (samples) => (await samples.read()).rows.length));
  const from = await rows();
  await expect
    .poll(async () => Math.min(...(await rows()).map((count, index) => count - (from[index] ?? 0))))
    .toBeGreaterThanOrEqual(ROWS);

  for (const { id, health } of await boards.all()) {
    expect(health).toMatchObject({ lost: 0, dropped: 0, gaps: 0, errors: {} });
    await expect.poll(() => boardCard(watcher, id).state()).toBe('live');
  }
  for (const samples of watched) {
    const { rows: seen, thinned, gaps } = await samples.read();
    const said = new Set(table.flatMap((board) => temperaturesIn(board.said())));
    expect({ thinned, gaps }).toEqual({ thinned: 0, gaps: [] });
    expect(seen.every(({ values }) => said.has(values['a.temperature_c'] ?? Number.NaN))).toBe(true);
  }
  expect(lab.errors()).toEqual([]);
});
