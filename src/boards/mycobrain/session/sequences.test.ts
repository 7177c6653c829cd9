import { describe, expect, it } from 'vitest';
import type { JsonItem } from '../../../contract/board-item.ts';
import { createSequences } from './sequences.ts';

const tele = (seq: number): JsonItem => ({
  kind: 'json',
  shape: 'tele',
  value: { type: 'tele', seq },
  salvaged: false,
});

/** Verdicts of numbers that arrive a second apart. */
function verdicts(...numbers: number[]) {
  const sequences = createSequences();
  return numbers.map((seq, index) => sequences.judge(tele(seq), index * 1_000));
}

describe('sequence numbers', () => {
  it('begin anywhere and go on by one', () => {
    expect(verdicts(70, 71, 72).map((verdict) => verdict?.is)).toEqual(['next', 'next', 'next']);
  });

  it('tell how many are missing', () => {
    expect(verdicts(1, 2, 6)[2]).toEqual({ is: 'lost', count: 3 });
  });

  it('tell a copy, and one that was overtaken and already counted as lost', () => {
    expect(verdicts(1, 2, 2)[2]).toEqual({ is: 'duplicate' });
    expect(verdicts(10, 12, 11)[2]).toEqual({ is: 'duplicate' });
  });

  it('start again after a reset, which is no loss', () => {
    expect(verdicts(500, 501, 0, 1).map((verdict) => verdict?.is)).toEqual(['next', 'next', 'restart', 'next']);
    expect(verdicts(500, 501, 20)[2]).toEqual({ is: 'restart' });
  });

  it('take a leap too far to be a loss for another counter', () => {
    expect(verdicts(1, 2, 4_000_000_000)[2]).toEqual({ is: 'restart' });
  });

  it('begin anywhere again once the board is known to have restarted', () => {
    const sequences = createSequences();
    sequences.judge(tele(5), 0);
    sequences.forget();
    expect(sequences.judge(tele(5), 1_000)).toEqual({ is: 'next' });
  });

  it('are not looked for where there are none', () => {
    const sequences = createSequences();
    expect(sequences.judge({ kind: 'text', text: 'seq=4' }, 0)).toBeUndefined();
    expect(sequences.judge({ ...tele(1), shape: 'reply_ok' }, 0)).toBeUndefined();
  });
});
