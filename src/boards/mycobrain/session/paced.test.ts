import { expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createPaced } from './paced.ts';

it('tells at once, then at most once in its time, and once more at the end', async () => {
  const clock = createFakeClock();
  const told: number[] = [];
  const paced = createPaced(clock, 250, () => told.push(clock.now().monoMs));
  for (let n = 0; n < 10; n += 1) {
    paced.soon();
    await clock.pass(100);
  }
  expect(told).toEqual([0, 250, 500, 750, 1_000]);
  paced.soon();
  paced.last();
  paced.soon();
  await clock.pass(1_000);
  expect(told).toEqual([0, 250, 500, 750, 1_000, 1_000]);
});
