import { describe, expect, test } from 'vitest';
import { EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { type IdentityCandidate, presumeBoard, recogniseBoard } from './board-identity.ts';

const USB = { vendorId: 0x303a, productId: 0x1001 };
const OTHER_USB = { vendorId: 0x10c4, productId: 0xea60 };
const say = (words: Partial<typeof EMPTY_IDENTITY>) => ({ ...EMPTY_IDENTITY, dialect: 'mdp1-json' as const, ...words });
const board = (id: string, more: Partial<IdentityCandidate> = {}): IdentityCandidate => ({
  id,
  usb: USB,
  identity: EMPTY_IDENTITY,
  is: 'free',
  ownerless: false,
  ...more,
});

describe('whose port is this, before a word is said', () => {
  test.each([
    ['nothing known', [], { is: 'new' }],
    ['one free board of these ids', [board('a')], { is: 'known', board: 'a', presumed: false }],
    ['only another kind', [board('a', { usb: OTHER_USB })], { is: 'new' }],
    ['it is open elsewhere', [board('a', { is: 'present' })], { is: 'new' }],
    ['its holder waits for it itself', [board('a', { is: 'away' })], { is: 'new' }],
    ['several: by order, and said so', [board('a'), board('b')], { is: 'known', board: 'a', presumed: true }],
    [
      'one was held a moment ago',
      [board('a'), board('b', { ownerless: true })],
      { is: 'known', board: 'b', presumed: false },
    ],
  ] as const)('%s', (_case, boards, verdict) => {
    expect(presumeBoard(USB, boards)).toEqual(verdict);
  });
});

describe('whose words are these', () => {
  const A = say({ mac: '10:b4:1d:00:00:0a', deviceId: 'mb-10b41d' });
  const B = say({ mac: '10:b4:1d:00:00:0b', deviceId: 'mb-10b41d' });
  const noMac = say({ deviceId: 'mb-10b41d' });
  const otherId = say({ deviceId: 'mb-ffffff' });
  test.each([
    ['first words of a new board', A, board('x'), [], { is: 'same', presumed: false }],
    ['the same MAC again', A, board('x', { identity: A }), [], { is: 'same', presumed: false }],
    [
      'a known MAC on a new port',
      A,
      board('x'),
      [board('a', { identity: A })],
      { is: 'other', board: 'a', presumed: false },
    ],
    ['an unknown MAC where another was presumed', B, board('a', { identity: A }), [], { is: 'new' }],
    [
      'another known MAC than presumed',
      B,
      board('a', { identity: A }),
      [board('b', { identity: B })],
      { is: 'other', board: 'b', presumed: false },
    ],
    [
      'a MAC that is present elsewhere: never merged',
      A,
      board('x'),
      [board('a', { identity: A, is: 'present' })],
      { is: 'same', presumed: true },
    ],
    ['an id alone proves nothing', noMac, board('a', { identity: A }), [], { is: 'same', presumed: true }],
    ['but it can contradict', otherId, board('a', { identity: A }), [], { is: 'new' }],
    [
      'an id alone, one free board has it',
      noMac,
      board('x'),
      [board('a', { identity: A })],
      { is: 'other', board: 'a', presumed: true },
    ],
    [
      'an id alone, two free boards have it',
      noMac,
      board('x'),
      [board('a', { identity: A }), board('b', { identity: B })],
      { is: 'same', presumed: true },
    ],
    [
      'another firmware on the same board',
      say({ dialect: 'json-tele', deviceId: 'else' }),
      board('a', { identity: noMac }),
      [],
      { is: 'same', presumed: true },
    ],
    [
      'the other side has the same id',
      say({ deviceId: 'mb-10b41d', side: 'B' }),
      board('a', { identity: say({ deviceId: 'mb-10b41d', side: 'A' }) }),
      [],
      { is: 'new' },
    ],
    ['no words at all', EMPTY_IDENTITY, board('a', { identity: A }), [], { is: 'same', presumed: true }],
  ] as const)('%s', (_case, words, current, others, verdict) => {
    expect(recogniseBoard(words, current, others)).toEqual(verdict);
  });
});
