import { expect, test } from 'vitest';
import { FakeClock } from '../../server/fake-clock.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { RelayQuestions } from './relay-questions.ts';
import { RelayRetries } from './relay-retries.ts';

const GIVEN_UP = { code: 'command-timeout', message: 'perhaps' } as const;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

function setUp() {
  const clock = new FakeClock();
  const sent: ToRelay[] = [];
  let connected = true;
  const send = (message: ToRelay): boolean => connected && sent.push(message) > 0;
  const questions = new RelayQuestions(send, clock.schedule);
  const retries = new RelayRetries({
    questions,
    isConnected: () => connected,
    now: clock.now,
    schedule: clock.schedule,
  });
  let outcome: Outcome<unknown> | undefined;
  const make = (rid: number): ToRelay => ({ t: 'cancel-command', rid, board: 'b', id: 'c', fence: 1 });
  void retries.ask(make, clock.now() + 10_000, GIVEN_UP).then((it) => {
    outcome = it;
  });
  return {
    clock,
    sent,
    questions,
    retries,
    outcome: () => outcome,
    async cut() {
      connected = false;
      questions.failAll();
      await settle();
    },
    async reconnect() {
      connected = true;
      retries.up();
      await settle();
    },
    async answer() {
      const rid = (sent.at(-1) as { rid: number }).rid;
      questions.answered({ t: 'answer', rid, ok: true, lease: undefined, have: undefined });
      await settle();
    },
  };
}

test('a question whose connection dies is asked again on the next one, until it is answered', async () => {
  const { clock, sent, cut, reconnect, answer, outcome } = setUp();
  await cut();
  await reconnect();
  await cut();
  expect(outcome()).toBeUndefined();
  await reconnect();
  expect(sent).toHaveLength(3);
  await answer();
  expect(outcome()).toMatchObject({ ok: true, again: true });
  expect(clock.pending).toBe(0);
});

test('not answered until its deadline: it says that it may have been heard', async () => {
  const { clock, cut, outcome } = setUp();
  await cut();
  clock.advance(10_000);
  await settle();
  expect(outcome()).toEqual({ ok: false, error: GIVEN_UP });
  expect(clock.pending).toBe(0);
});

test('a relay that is connected and does not answer is asked again too', async () => {
  const { clock, sent, answer, outcome } = setUp();
  clock.advance(5_000);
  await settle();
  expect(sent).toHaveLength(2);
  await answer();
  expect(outcome()).toMatchObject({ ok: true });
});

test('closed: nothing waits any more', async () => {
  const { clock, cut, retries, outcome } = setUp();
  await cut();
  retries.close();
  await settle();
  expect(outcome()).toMatchObject({ ok: false, error: { code: 'relay-offline' } });
  expect(clock.pending).toBe(0);
});
