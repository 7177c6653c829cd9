import { expect, test } from 'vitest';
import type { CommandUpdate } from '../../src/contract/board-command.ts';
import type { Bus, PublishOptions } from '../bus/bus.ts';
import { FakeClock } from '../fake-clock.ts';
import { LastWords } from './last-words.ts';

/** A bus that refuses, while it is away, what only it can decide. */
function setUp() {
  const clock = new FakeClock();
  let since: number | undefined;
  const taken: string[] = [];
  const publish = (_: string, __: unknown, { key, source, onDone }: PublishOptions = {}): void => {
    const error = { code: 'bus-down', message: 'away' } as const;
    if (since !== undefined && key !== undefined) onDone?.({ ok: false, error, retryAfterMs: 1_000 });
    else {
      taken.push(`${key ?? 'at once'}${source === undefined ? '' : `, source ${source.offset}`}`);
      onDone?.({ ok: true, cursor: { epoch: 'e', offset: 0 }, duplicate: false });
    }
  };
  const health = () => ({ degraded: since === undefined ? undefined : { since, reason: 'away' }, lagMs: undefined });
  const words = new LastWords({ ownerGraceMs: 10_000 }, { publish, health } as unknown as Bus, clock);
  const done: CommandUpdate = {
    id: 'c1',
    board: 'b1',
    name: 'status',
    params: {},
    by: 'me',
    at: 1,
    state: { is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' },
  };
  const cut = (): void => {
    since = clock.now();
  };
  const mend = (): void => {
    since = undefined;
  };
  return { clock, words, done, taken, cut, mend };
}

test('a last word has a key, another word has none', () => {
  const { words, done, taken } = setUp();
  words.publish({ ...done, state: { is: 'sent', attempt: 1 } }, { isShared: true });
  words.publish(done, { isShared: true });
  expect(taken).toEqual(['at once', 'last word of c1']);
});

test('while the bus is away: at once if nobody else can have ended it, else when the bus is back', () => {
  const { clock, words, done, taken, cut, mend } = setUp();
  const told: boolean[] = [];
  const source = { epoch: 'o', offset: 7 };
  const say = (isShared: boolean) => words.publish(done, { isShared, source, onDone: (isTaken) => told.push(isTaken) });
  cut();
  say(true);
  clock.advance(5_000);
  say(false);
  expect(taken).toEqual(['at once, source 7', 'at once, source 7']);
  say(true);
  clock.advance(60_000);
  expect([taken.length, told]).toEqual([2, [true, true]]);
  mend();
  clock.advance(1_000);
  // Its owner may have come further than when it was said first.
  expect(taken.at(-1)).toBe('last word of c1');
  expect(told).toEqual([true, true, true]);
  cut();
  clock.advance(5_000);
  say(true);
  words.close();
  expect(clock.pending).toBe(0);
});
