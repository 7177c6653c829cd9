/** A number of [0, 1) that belongs to these three for ever: entity i at time t needs no replay from the beginning. */
export function chance(kind: number, index: number, salt: number): number {
  let state =
    (Math.imul(kind + 1, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca77) ^ Math.imul(salt + 1, 0xc2b2_ae3d)) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d);
  state = Math.imul(state ^ (state >>> 12), 0x297a_2d39);
  return ((state ^ (state >>> 15)) >>> 0) / 0x1_0000_0000;
}

export const between = (low: number, high: number, part: number): number => low + (high - low) * part;

export const pick = <T>(list: readonly T[], part: number): T => {
  const one = list[Math.min(list.length - 1, Math.floor(part * list.length))];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};
