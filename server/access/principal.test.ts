import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROLES, type Role, VERBS } from '../../src/contract/access.ts';
import { type Narrowing, Principal } from './principal.ts';

const counts = { hits: 0, misses: 0, evicted: 0 };
const make = (role: Role, narrowing: Partial<Narrowing> = {}, max = 100) =>
  new Principal(
    { id: 'x', name: 'X', kind: 'token', role },
    { channels: undefined, boards: undefined, ...narrowing },
    max,
    counts,
  );

test.each([
  ['viewer', 'subscribe', 'device/b1/values', true],
  ['viewer', 'subscribe', 'boards', true],
  ['viewer', 'history', 'samples/fci/rack-2', true],
  ['viewer', 'watch', 'b1', true],
  ['viewer', 'subscribe', 'audit', false],
  ['viewer', 'publish', 'events/lab.notes', false],
  ['viewer', 'command', 'b1', false],
  ['operator', 'command', 'b1', true],
  ['operator', 'publish', 'events/lab.notes', true],
  ['operator', 'publish', 'device/b1/values', false],
  ['operator', 'subscribe', 'audit', false],
  ['operator', 'share', 'b1', false],
  ['operator', 'admin', 'access', false],
  ['owner', 'share', 'b1', true],
  ['owner', 'own', 'b1', true],
  ['owner', 'subscribe', 'audit', true],
  ['owner', 'admin', 'access', true],
  ['owner', 'publish', 'boards', false],
] as const)('%s may %s %s: %s', (role, verb, target, allowed) => {
  expect(make(role).may(verb, target)).toBe(allowed);
});

test('what servers tell each other is nobody’s to read', () => {
  for (const role of ROLES)
    for (const verb of ['subscribe', 'history', 'publish', 'presence'] as const)
      for (const channel of ['access-tokens', 'access-codes', 'access-sessions', 'pending'])
        expect(make(role).may(verb, channel), `${role} ${verb} ${channel}`).toBe(false);
});

test('a token narrowed to boards sees their channels and nothing else', () => {
  const token = make('operator', { boards: ['bench-*'] });
  expect(token.may('command', 'bench-1')).toBe(true);
  expect(token.may('command', 'other')).toBe(false);
  expect(token.may('subscribe', 'device/bench-1/values')).toBe(true);
  expect(token.may('subscribe', 'device/other/values')).toBe(false);
  expect(token.may('publish', 'events/lab.notes')).toBe(false);
});

test('a token narrowed to channels commands no board, and an owner’s cannot let others in', () => {
  const token = make('owner', { channels: ['events/lab.*'] });
  expect(token.may('publish', 'events/lab.notes')).toBe(true);
  expect(token.may('publish', 'events/else')).toBe(false);
  expect(token.may('command', 'b1')).toBe(false);
  expect(token.may('admin', 'access')).toBe(false);
  expect(token.may('subscribe', 'audit')).toBe(false);
  // Whoever watches a board may stop it.
  expect(token.may('watch', 'b1')).toBe(false);
  const some = make('viewer', { channels: ['events/**', 'device/b1/console'] });
  expect([some.may('watch', 'b1'), some.may('watch', 'b2')]).toEqual([true, false]);
  expect([some.may('subscribe', 'device/b1/console'), some.may('subscribe', 'device/b1/values')]).toEqual([
    true,
    false,
  ]);
});

const patterns = fc.option(fc.array(fc.constantFrom('**', 'b*', 'events/**', 'device/*/values', 'boards')), {
  nil: undefined,
});

test('narrowing never allows what the role does not', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ROLES),
      fc.constantFrom(...VERBS),
      fc.constantFrom('b1', 'boards', 'audit', 'events/x', 'device/b1/values', 'access-tokens', '', '**'),
      patterns,
      patterns,
      (role, verb, target, channels, boards) => {
        if (make(role, { channels, boards }).may(verb, target)) expect(make(role).may(verb, target)).toBe(true);
      },
    ),
  );
});

test('answers are kept up to a bound, counted, and forgotten when the rules change', () => {
  const before = { ...counts };
  const principal = make('operator', {}, 10);
  for (let round = 0; round < 2; round++) principal.may('command', 'b0');
  expect(counts.hits - before.hits).toBe(1);
  for (let i = 0; i < 1_000; i++) principal.may('watch', `b${i}`);
  expect(principal.cachedAnswers).toBe(10);
  expect(counts.evicted - before.evicted).toBe(991);
  principal.change('X', 'viewer', { channels: undefined, boards: undefined });
  expect(principal.cachedAnswers).toBe(0);
  expect(principal.may('command', 'b0')).toBe(false);
});

test('feeds that are not for everybody are for operators and owners', () => {
  const may = (role: Role) => make(role).may('subscribe', 'events/feed/restricted.security.ids');
  expect([may('viewer'), may('operator'), may('owner')]).toEqual([false, true, true]);
});

test('a token for some boards sees no others in the list of boards', () => {
  const keys = make('viewer', { boards: ['bench-*'] }).keysOf('boards');
  expect([keys?.('bench-1'), keys?.('attic-1')]).toEqual([true, false]);
  expect(make('viewer').keysOf('boards')).toBeUndefined();
});
