import type { CrepFlag } from '../../contract/upstream/crep.ts';

/** Flags as bits while records are compared; as small words on the channel. */
export const FLAG = {
  emergency: 1,
  unitsGuessed: 2,
  implausibleSpeed: 4,
  teleport: 8,
  clockSkew: 16,
  timeEstimated: 32,
  elementsOld: 64,
  simulated: 128,
} as const;

const WORDS: readonly (readonly [bit: number, word: CrepFlag])[] = [
  [FLAG.simulated, 'simulated'],
  [FLAG.emergency, 'emergency'],
  [FLAG.unitsGuessed, 'units-guessed'],
  [FLAG.implausibleSpeed, 'implausible-speed'],
  [FLAG.teleport, 'teleport'],
  [FLAG.clockSkew, 'clock-skew'],
  [FLAG.timeEstimated, 'time-estimated'],
  [FLAG.elementsOld, 'elements-old'],
];

const sets: (readonly CrepFlag[])[] = [];

/** The words of some bits. The same list for the same bits: 30,000 records share a handful of them. */
export function flagWords(bits: number): readonly CrepFlag[] {
  const known = sets[bits];
  if (known !== undefined) return known;
  const words = WORDS.filter(([bit]) => (bits & bit) !== 0).map(([, word]) => word);
  sets[bits] = words;
  return words;
}
