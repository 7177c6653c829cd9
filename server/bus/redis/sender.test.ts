import { expect, test } from 'vitest';
import { FakeClock } from '../../fake-clock.ts';
import { RedisRefusal, type Reply } from './connection.ts';
import { Sender } from './sender.ts';

/** A sender of numbers whose Redis answers when and what the test says. */
function makeSender() {
  const clock = new FakeClock();
  const log: string[] = [];
  const waiting: number[] = [];
  const answers: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  const lab = { clock, log, waiting, answers, isThere: true };
  const sender: Sender<number> = new Sender(clock, {
    canSend: () => lab.isThere,
    take: () => waiting.shift(),
    send: (batch) => {
      log.push(`sent ${batch}`);
      return new Promise((resolve, reject) => answers.push({ resolve, reject }));
    },
    onDone: (batch) => log.push(`done ${batch}`),
    onRefused: (batch, reason) => log.push(`refused ${batch}: ${reason}`),
    onStuck: () => log.push(sender.stuck === undefined ? 'free' : `stuck: ${sender.stuck.reason}`),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const ok = async () => {
    answers.shift()?.resolve('OK');
    await turn();
  };
  const fail = async (error: Error) => {
    answers.shift()?.reject(error);
    await turn();
  };
  return { ...lab, lab, sender, ok, fail };
}

test('one at a time, in order, and again the same after the connection was gone', async () => {
  const { sender, lab, log, waiting, ok, fail } = makeSender();
  waiting.push(1, 2);
  sender.kick();
  sender.kick();
  expect(log).toEqual(['sent 1']);
  lab.isThere = false;
  await fail(new Error('gone'));
  sender.kick();
  expect(log).toEqual(['sent 1']);
  lab.isThere = true;
  sender.kick();
  await ok();
  await ok();
  expect(log).toEqual(['sent 1', 'sent 1', 'done 1', 'sent 2', 'done 2']);
});

test('a Redis that is full for longer than a moment is told; the batch is kept until it fits', async () => {
  const { sender, clock, log, waiting, ok, fail } = makeSender();
  const full = new RedisRefusal('OOM command not allowed');
  waiting.push(1);
  sender.kick();
  for (let n = 0; n < 4; n++) {
    await fail(full);
    clock.advance(100);
  }
  expect(log.filter((line) => line !== 'sent 1')).toEqual(['stuck: OOM command not allowed']);
  await ok();
  expect(log.slice(-2)).toEqual(['done 1', 'free']);
});

test('what Redis will never take holds up nothing', async () => {
  const { sender, clock, log, waiting, ok, fail } = makeSender();
  waiting.push(1, 2);
  sender.kick();
  for (let n = 0; n < 3; n++) {
    await fail(new RedisRefusal('WRONGTYPE of key'));
    clock.advance(100);
  }
  await ok();
  expect(log.filter((line) => line !== 'sent 1')).toEqual(['refused 1: WRONGTYPE of key', 'sent 2', 'done 2']);
});
