import { expect, test } from 'vitest';
import { QueueBudget, type Waiting } from './queue-budget.ts';

test('the oldest that can be given up makes room; what cannot be is passed over', () => {
  const budget = new QueueBudget(300);
  const given: string[] = [];
  const add = (name: string, canGo: boolean) => {
    const item: Waiting = {
      bytes: 100,
      isDone: false,
      giveUp: () => {
        if (canGo) {
          given.push(name);
          budget.remove(item);
        }
        return canGo;
      },
    };
    budget.add(item);
    return item;
  };
  add('sent', false);
  const second = add('second', true);
  add('third', true);
  expect([budget.hasRoomFor(100), given, budget.bytes]).toEqual([true, ['second'], 200]);
  // What is given up or done counts once.
  budget.remove(second);
  expect(budget.bytes).toBe(200);
  expect([budget.hasRoomFor(301), given]).toEqual([false, ['second', 'third']]);
  expect(budget.hasRoomFor(200)).toBe(true);
  expect(budget.hasRoomFor(201)).toBe(false);
});
