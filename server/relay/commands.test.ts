import { expect, test } from 'vitest';
import { type CommandUpdate, EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import { RelayedCommands } from './commands.ts';
import { PendingStore } from './pending-store.ts';
import { appError, type Refusal } from './session.ts';
import { Lab } from './test-lab.ts';

async function setUp() {
  const lab = new Lab();
  const { clock } = lab;
  const [server] = await lab.start('a');
  if (server === undefined) throw new Error('one server');
  const store = new PendingStore(lab.bus);
  await store.start();
  const make = () => {
    const told: CommandUpdate[] = [];
    const ended: string[] = [];
    const commands = new RelayedCommands({ commandMs: 1_000, maxPendingCommands: 2 }, clock, store, {
      publish: (update) => told.push(update),
      ended: ({ request }, state) => ended.push(`${request.id} ${state.is}`),
    });
    return { commands, told, ended };
  };
  const session = server.client('owner');
  const owner = { session, life: 'life-1' };
  const request = (id: string) =>
    ({ id, board: 'b', name: 'status', params: {}, by: 'Ann', deadline: clock.now() + 500 }) as const;
  const from = { client: 'ann', name: 'Ann', principal: 'open' };
  const done = (id: string): CommandUpdate => ({
    ...request(id),
    at: 0,
    state: { is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' },
  });
  const first = make();
  const add = (id: string, more: object = {}, to: typeof owner | undefined = owner): Refusal =>
    first.commands.add({ ...request(id), ...more }, from, 7, to, () => undefined);
  return { lab, clock, store, make, session, owner, request, from, done, add, ...first };
}

test('a command that was taken is known, before and after its end', async () => {
  const { commands, add, done, session, ended } = await setUp();
  expect(commands.knows('b', '1')).toBe(false);
  expect(add('1')).toBeUndefined();
  expect(session.got).toMatchObject([{ t: 'run-command', request: { id: '1' }, from: { client: 'ann' }, fence: 7 }]);
  expect(commands.knows('b', '1')).toBe(true);
  commands.updated(done('1')).done();
  expect([commands.knows('b', '1'), commands.isOver('b', '1')]).toEqual([true, true]);
  expect(ended).toEqual(['1 done']);
});

test('too late and too many are refused by name', async () => {
  const { clock, add } = await setUp();
  expect(add('0', { deadline: clock.now() })).toMatchObject({ code: 'command-expired' });
  add('1');
  add('2');
  expect(add('3')).toMatchObject({ code: 'command-queue-full' });
  expect(add('4', { name: EMERGENCY_STOP })).toBeUndefined();
});

test('an owner that says nothing, or vanishes, ends it too; exactly one last word', async () => {
  const { clock, told, ended, commands, add, done } = await setUp();
  add('1');
  clock.advance(1_500);
  expect(told).toMatchObject([{ id: '1', state: { is: 'failed', error: { code: 'command-timeout' } } }]);
  add('2');
  commands.failAll('b', appError('owner-offline', 'gone'));
  commands.failAll('b', appError('owner-offline', 'gone'));
  expect(told.slice(1)).toMatchObject([{ id: '2', state: { error: { code: 'owner-offline' } } }]);
  add('3');
  commands.updated(done('3')).done();
  clock.advance(10_000);
  expect(told).toHaveLength(2);
  expect(ended).toEqual(['1 failed', '2 failed', '3 done']);
  expect(commands.size).toBe(0);
});

test('while the owner is away a command waits, and ends at its deadline or by being cancelled', async () => {
  const { clock, told, commands, session, owner, request, from } = await setUp();
  const wait = (id: string): Refusal => commands.add(request(id), from, 7, undefined, () => undefined);
  wait('1');
  wait('2');
  expect(commands.cancel('b', '2')).toBe(true);
  expect(told.map(({ id, state }) => `${id} ${state.is}`)).toEqual(['1 queued', '2 queued', '2 expired']);
  clock.advance(500);
  expect(told.at(-1)).toMatchObject({ id: '1', state: { is: 'expired', error: { code: 'command-expired' } } });
  expect(session.ran).toEqual([]);
  wait('3');
  commands.resume('b', owner);
  expect(session.ran).toEqual(['3']);
  expect(commands.cancel('b', '3')).toBe(false);
});

test('another home goes on with what is under way, and knows what ended', async () => {
  const { clock, commands, add, done, make, session, owner } = await setUp();
  add('1');
  add('2');
  commands.updated(done('1')).done();
  commands.drop('b');
  const next = make();
  next.commands.restore('b');
  expect([next.commands.isOver('b', '1'), next.commands.size]).toEqual([true, 1]);
  next.commands.resume('b', owner);
  expect(session.ran).toEqual(['1', '2', '2']);
  clock.advance(1_500);
  expect(next.told).toMatchObject([{ id: '2', state: { is: 'failed', error: { code: 'command-timeout' } } }]);
});

test('what is kept of finished commands has a bound, and ends with the board', async () => {
  const { commands, add, done, store } = await setUp();
  for (let index = 0; index < 400; index++) {
    add(`${index}`);
    commands.updated(done(`${index}`)).done();
  }
  expect(store.of('b').finished).toHaveLength(256);
  expect([commands.knows('b', '0'), commands.knows('b', '399')]).toEqual([false, true]);
  commands.forget('b');
  expect(store.of('b')).toEqual({ pending: [], finished: [] });
});

test('until the bus has its last word, a command is under way for whoever is the next home', async () => {
  const { commands, add, done, make } = await setUp();
  add('1');
  const { done: published } = commands.updated(done('1'));
  expect(commands.isOver('b', '1')).toBe(true);
  const early = make();
  early.commands.restore('b');
  expect([early.commands.isOver('b', '1'), early.commands.size]).toEqual([false, 1]);
  published();
  const late = make();
  late.commands.restore('b');
  expect([late.commands.isOver('b', '1'), late.commands.size]).toEqual([true, 0]);
});

test('an owner that does not name its life is not handed a command twice; its word is waited for', async () => {
  const { clock, commands, request, from, session, told } = await setUp();
  const nameless = { session, life: undefined };
  commands.add(request('1'), from, 7, nameless, () => undefined);
  commands.resume('b', nameless);
  expect(session.ran).toEqual(['1']);
  expect(told).toEqual([]);
  clock.advance(1_500);
  expect(told).toMatchObject([{ id: '1', state: { is: 'failed', error: { code: 'command-timeout' } } }]);
});
