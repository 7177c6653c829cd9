import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pageFrame } from './frame.ts';

let draw: (() => void)[] = [];
beforeEach(() => {
  draw = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.stubGlobal('document', { hidden: false, addEventListener: () => undefined });
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => draw.push(callback));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const message = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what waits for the drawing goes after it, without it where no frame comes, and waits again when frames do', async () => {
  const frame = pageFrame();
  const done: string[] = [];
  const frameComes = () => {
    for (const callback of draw.splice(0)) callback();
  };
  frame.afterFrame(() => done.push('drawn'));
  await message();
  expect(done).toEqual([]);
  frameComes();
  await message();
  expect(done).toEqual(['drawn']);

  frame.afterFrame(() => done.push('late'));
  vi.advanceTimersByTime(51);
  frame.afterFrame(() => done.push('at once'));
  await message();
  expect(done).toEqual(['drawn', 'late', 'at once']);

  frameComes();
  frame.afterFrame(() => done.push('still at once'));
  await message();
  frameComes();
  frame.afterFrame(() => done.push('waits'));
  await message();
  expect(done).toEqual(['drawn', 'late', 'at once', 'still at once']);
});
