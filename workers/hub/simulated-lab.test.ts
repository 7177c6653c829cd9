import { expect, test } from 'vitest';
import type { ToHolder } from '../../src/contract/board-link.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { Holder } from './board-entry.ts';
import { SimulatedLab } from './simulated-lab.ts';

const fresh = { board: 'b1', identity: EMPTY_IDENTITY };
const grown = { ...fresh, health: { ...EMPTY_HEALTH, items: 9 } };

function makeHolder() {
  const told: ToHolder[] = [];
  const holder: Holder = { tab: 't', post: (message) => told.push(message) };
  return { told, holder };
}

test('boards wait for a holder, stay with it, and go on at the next one as they are by then', () => {
  const lab = new SimulatedLab(() => grown);
  const [first, second] = [makeHolder(), makeHolder()];
  expect(lab.add(fresh)).toBe(true);
  expect(lab.fault('b1', 'unplug')).toBe(false);
  lab.holderCame(first.holder);
  lab.holderCame(second.holder);
  expect(first.told).toEqual([{ t: 'simulate', key: 'simulated-b1', do: 'add', known: grown }]);
  expect(second.told).toEqual([]);
  lab.holderGone(first.holder);
  expect(second.told).toEqual(first.told);
  expect(lab.remove('b1')).toBe(true);
  expect(second.told.at(-1)).toEqual({ t: 'simulate', key: 'simulated-b1', do: 'remove' });
  expect([lab.remove('b1'), lab.fault('b1', 'none'), lab.count]).toEqual([false, false, 0]);
});

test('there are enough at sixteen', () => {
  const lab = new SimulatedLab(() => undefined);
  const added = Array.from({ length: 20 }, (_, index) => lab.add({ ...fresh, board: `b${index}` }));
  expect(added.filter(Boolean)).toHaveLength(16);
});
