import { expect, test } from 'vitest';
import { parseSlots, slotOf } from './slots.ts';

test('a key has the slot that Redis gives it', () => {
  // CRC16/XMODEM of "123456789" is 0x31c3, the check value of its catalogue entry.
  expect(slotOf('123456789')).toBe(0x31c3);
  // Asked of a Redis 7.0: CLUSTER KEYSLOT.
  const slots = ['foo', 'hyphae:{events/x}:log', '{events/x}', 'events/x', 'a{}b'].map(slotOf);
  expect(slots).toEqual([12_182, 2_740, 2_740, 2_740, 13_694]);
});

test('the map of a cluster: a server that does not know its own name is the one that was asked', () => {
  const range = (from: number, to: number, host: unknown) => [
    from,
    to,
    [host, 7_001, 'id'],
    ['replica.example', 7_002],
  ];
  expect(parseSlots([range(0, 9, Buffer.from('a.example')), range(10, 16_383, '')], 'asked.example')).toEqual([
    { from: 0, to: 9, host: 'a.example', port: 7_001 },
    { from: 10, to: 16_383, host: 'asked.example', port: 7_001 },
  ]);
  expect(() => parseSlots('OK', 'asked')).toThrow(/CLUSTER SLOTS/);
  expect(() => parseSlots([['x', 'y', []]], 'asked')).toThrow(/CLUSTER SLOTS/);
});
