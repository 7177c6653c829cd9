import { expect, test } from 'vitest';
import type { BoardPhase } from '../src/contract/board-status.ts';
import { boardChannel } from '../src/contract/channel.ts';
import { t } from '../src/i18n/en.ts';
import { boardCard } from './harness/board-card.ts';
import { watchSamples } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { type LabBoards, theBoard, watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';

/** From the moment the system has the port again to the moment Hyphae has it open. */
const BACK_MS = 2_000;
/** How long a reset holds RTS (board contract §1). */
const PULSE_MS = 100;

test('a board that was unplugged comes back by itself, as itself', async () => {
  const board = mycobrainBoard({ serialNumber: 'REPLUG' });
  const lab = await openLab({ boards: [board] });
  const page = await lab.openTab();
  const boards = await watchLabBoards(page);
  const plugged = await lab.plug(board);
  const before = await theBoard(boards);
  const samples = await watchSamples(page, boardChannel(before.id, 'telemetry'));
  const card = boardCard(page, before.id);
  await expect.poll(() => card.freshness('a.temperature_c')).toBe('live');

  await plugged.unplug();
  await phaseOf(boards, before.id, 'unplugged');
  await expect.poll(() => card.text()).toContain(t.boards.phase.unplugged);
  await expect.poll(() => card.freshness('a.temperature_c')).toBe('gone');

  const pluggedAgainMs = Date.now();
  await plugged.plug();
  const open = await phaseOf(boards, before.id, 'open');
  expect(open.since - pluggedAgainMs).toBeLessThan(BACK_MS);
  await expect.poll(() => card.freshness('a.temperature_c')).toBe('live');
  expect(await boards.all()).toHaveLength(1);
  await expect
    .poll(async () => (await boards.get(before.id)).health)
    .toMatchObject({ gaps: 1, reopened: 1, dropped: 0 });
  expect((await samples.read()).gaps.map(({ why }) => why)).toEqual(['unplugged']);
  await expect.poll(() => card.health(t.boards.health.gaps)).toBe('1');
  expect(lab.errors()).toEqual([]);
});

test('a reset that makes the port vanish for a moment is survived', async () => {
  const board = mycobrainBoard({ serialNumber: 'RESET1' });
  const lab = await openLab({ boards: [board] });
  const boards = await watchLabBoards(await lab.openTab());
  const plugged = await lab.plug(board);
  const { id } = await theBoard(boards);

  await plugged.reset();
  const backMs = Date.now();
  await expect.poll(async () => (await boards.get(id)).health.gaps).toBe(1);
  const open = await phaseOf(boards, id, 'open');
  expect(open.since - backMs).toBeLessThan(BACK_MS);
  await expect
    .poll(async () => (await boards.get(id)).health)
    .toMatchObject({ resets: 1, lastDataAt: expect.toSatisfy((at) => at > backMs) });
  expect(await boards.all()).toHaveLength(1);
});

/** A stand-in has no lines to look at. */
const onRealStack = test.skipIf(process.env.HYPHAE_SERIAL === 'fake');

onRealStack('connecting and reconnecting leave the reset lines alone; "Reset board" pulses them', async () => {
  const board = mycobrainBoard({ serialNumber: 'LINES1' });
  const lab = await openLab({ boards: [board] });
  const page = await lab.openTab();
  const boards = await watchLabBoards(page);
  const plugged = await lab.plug(board);
  const { id } = await theBoard(boards);
  await plugged.unplug();
  await phaseOf(boards, id, 'unplugged');
  await plugged.plug();
  await phaseOf(boards, id, 'open');
  expect(lab.stack.lineChanges()).toEqual([]);

  await boardCard(page, id).reset();
  const pulse = () => lab.stack.lineChanges().filter(({ rts }, index, all) => rts !== all[index - 1]?.rts);
  await expect.poll(() => pulse().map(({ rts }) => rts)).toEqual([0, 1, 0]);
  const [, down, up] = pulse();
  expect((up?.atMs ?? 0) - (down?.atMs ?? 0)).toBeGreaterThan(PULSE_MS * 0.9);
  expect(lab.stack.lineChanges().every(({ dtr }) => dtr === 0)).toBe(true);
});

async function phaseOf<P extends BoardPhase['is']>(
  boards: LabBoards,
  id: string,
  is: P,
): Promise<Extract<BoardPhase, { is: P }>> {
  await expect.poll(async () => (await boards.get(id)).phase.is).toBe(is);
  return (await boards.get(id)).phase as Extract<BoardPhase, { is: P }>;
}
