import { expect, test } from 'vitest';
import { type CommandUpdate, EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import { FakeClock } from '../fake-clock.ts';
import { RelayedCommands } from './commands.ts';
import { appError } from './session.ts';

function setUp() {
  const clock = new FakeClock();
  const told: CommandUpdate[] = [];
  const commands = new RelayedCommands({ commandMs: 1_000, maxPendingCommands: 2 }, clock, (update) =>
    told.push(update),
  );
  const request = (id: string) =>
    ({ id, board: 'b', name: 'status', params: {}, by: 'Ann', deadline: clock.now() + 500 }) as const;
  const done = (id: string): CommandUpdate => ({
    ...request(id),
    at: 0,
    state: { is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' },
  });
  return { clock, told, commands, request, done };
}

test('a command that is sent twice is routed once, before and after its end', () => {
  const { commands, request, done } = setUp();
  expect(commands.add(request('1'))).toEqual({ refusal: undefined, fresh: true });
  expect(commands.add(request('1'))).toEqual({ refusal: undefined, fresh: false });
  commands.updated(done('1'));
  expect(commands.add(request('1'))).toEqual({ refusal: undefined, fresh: false });
});

test('too late and too many are refused by name', () => {
  const { clock, commands, request } = setUp();
  expect(commands.add({ ...request('0'), deadline: clock.now() }).refusal).toMatchObject({ code: 'command-expired' });
  commands.add(request('1'));
  commands.add(request('2'));
  expect(commands.add(request('3')).refusal).toMatchObject({ code: 'command-queue-full' });
  expect(commands.add({ ...request('4'), name: EMERGENCY_STOP })).toEqual({ refusal: undefined, fresh: true });
});

test('an owner that says nothing, or vanishes, ends it too; exactly one last word', () => {
  const { clock, told, commands, request, done } = setUp();
  commands.add(request('1'));
  clock.advance(1_500);
  expect(told).toMatchObject([{ id: '1', state: { is: 'failed', error: { code: 'command-timeout' } } }]);
  commands.add(request('2'));
  commands.failAll('b', appError('owner-offline', 'gone'));
  commands.failAll('b', appError('owner-offline', 'gone'));
  expect(told.slice(1)).toMatchObject([{ id: '2', state: { error: { code: 'owner-offline' } } }]);
  commands.add(request('3'));
  commands.updated(done('3'));
  clock.advance(10_000);
  expect(told).toHaveLength(2);
  expect({ timers: clock.pending, open: commands.size }).toEqual({ timers: 0, open: 0 });
});
