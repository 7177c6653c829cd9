import { expect, it } from 'vitest';
import { createCadence } from './cadence.ts';

const arrive = (cadence: ReturnType<typeof createCadence>, ...times: number[]) => {
  for (const at of times) cadence.arrived(at);
};

it('is what it was told until three intervals are measured', () => {
  const cadence = createCadence(10_000);
  arrive(cadence, 0, 1_000, 2_000);
  expect(cadence.ms).toBe(10_000);
  arrive(cadence, 3_000);
  expect(cadence.ms).toBe(1_000);
});

it('takes the lines of several sensors that come together for one arrival', () => {
  const cadence = createCadence(10_000);
  arrive(cadence, 0, 3, 1_000, 1_002, 2_000, 2_004, 3_000, 3_001);
  expect(cadence.ms).toBe(1_000);
});

it('is moved neither by a lost line nor by a burst after a stall', () => {
  const cadence = createCadence(10_000);
  arrive(cadence, 0, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 8_000, 9_000);
  expect(cadence.ms).toBe(1_000);
  arrive(cadence, 9_020, 10_000);
  expect(cadence.ms).toBe(1_000);
});

it('follows a new rate at once when the board accepted it, and by measure otherwise', () => {
  const cadence = createCadence(10_000);
  arrive(cadence, 0, 1_000, 2_000, 3_000);
  cadence.expect(200);
  expect(cadence.ms).toBe(200);
  for (let n = 1; n <= 20; n += 1) cadence.arrived(3_000 + 500 * n);
  expect(cadence.ms).toBe(500);
});
