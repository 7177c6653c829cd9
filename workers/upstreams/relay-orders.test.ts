import { expect, test } from 'vitest';
import { type CommandRequest, EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { RelayOrders } from './relay-orders.ts';
import type { UpstreamHost } from './upstream.ts';

const request = (id: string, name = 'status'): CommandRequest => ({
  id,
  board: 'b',
  name,
  params: {},
  by: 'Ann',
  deadline: 10_000,
  traceparent: '00-a-b-01',
});

function setUp() {
  const ran: string[] = [];
  const sent: ToRelay[] = [];
  const drops: string[] = [];
  const host = {
    now: () => 1,
    command: async ({ id }: CommandRequest) => {
      ran.push(id);
      return { ok: true, value: undefined };
    },
  } as unknown as UpstreamHost;
  const orders = new RelayOrders({
    host,
    socket: { send: (message) => sent.push(message) > 0 },
    clock: { shiftMs: 0 },
    onDrop: (reason) => drops.push(reason),
  });
  orders.share('b');
  const from = { client: 'ann', name: 'Ann' };
  const run = (id: string, fence: number, name?: string): Promise<void> =>
    orders.run({ t: 'run-command', request: request(id, name), from, fence });
  return { ran, sent, drops, orders, run };
}

test('a command that had its last word is not done again: the word is said again', async () => {
  const { ran, sent, orders, run } = setUp();
  await run('c1', 5);
  const state = { is: 'done', acknowledged: true, rttMs: 1, answer: 'OK' } as const;
  const { deadline: _, ...command } = request('c1');
  orders.ended({ ...command, at: 2, state });
  await run('c1', 5);
  expect(ran).toEqual(['c1']);
  expect(sent).toMatchObject([{ t: 'command-update', cursor: undefined, update: { id: 'c1', state } }]);
});

test('an older lease is late, but not on the next connection, and a stop never is', async () => {
  const { ran, sent, drops, orders, run } = setUp();
  await run('new', 7);
  await run('late', 6);
  await run('stop', 0, EMERGENCY_STOP);
  expect(ran).toEqual(['new', 'stop']);
  expect(drops).toEqual(['late-command']);
  expect(sent).toMatchObject([
    { update: { id: 'late', traceparent: '00-a-b-01', state: { is: 'failed', error: { code: 'lease-missing' } } } },
  ]);
  orders.taken('b');
  await run('again', 6);
  expect(ran).toEqual(['new', 'stop', 'again']);
});

test('what is not shared is not commanded', async () => {
  const { ran, orders, run } = setUp();
  orders.unshare('b');
  await run('c1', 5);
  expect(ran).toEqual([]);
});
