import { expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { ChannelState } from '../bus/channel-state.ts';
import { Pulse } from '../bus/pulse.ts';
import { boardStatus } from '../live/raw-client.ts';
import { Directory } from './directory.ts';

function recordOf(id: string, home: string): string {
  const owner = { client: 'o', name: 'Owner' };
  return JSON.stringify({
    id,
    status: boardStatus(id),
    owner,
    online: true,
    since: 1,
    watchers: [],
    home,
    term: 1,
    fence: 1,
  });
}

async function setUp() {
  const state = new ChannelState('boards', { epoch: 'e1', offset: 0 }, new Pulse({ windowMs: 0 }), () => 1);
  const bus = { openState: async () => ({ channel: state, close: () => undefined }) } as unknown as Bus;
  const directory = new Directory(bus, { now: () => 1 });
  const told: string[] = [];
  directory.onChange = (board, record) => told.push(`${board} ${record?.home ?? 'gone'}`);
  directory.onAnew = () => told.push('anew');
  const put = (board: string, home: string): void => state.apply(board, recordOf(board, home), state.nextOffset);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  return { state, directory, told, put, settle };
}

test('changes are told once each, also those that were there before', async () => {
  const { state, directory, told, put, settle } = await setUp();
  put('b1', 'a');
  await directory.start();
  put('b2', 'a');
  put('b1', 'b');
  await settle();
  state.apply('b2', undefined, state.nextOffset);
  await settle();
  expect(told).toEqual(['b1 a', 'b2 a', 'b1 b', 'b2 gone']);
  expect([...directory.all()].map(({ id }) => id)).toEqual(['b1']);
  expect([directory.offsetOf('b1'), directory.offsetOf('b2')]).toEqual([2, undefined]);
});

test('a bus that began anew says so after its records: what is missing is gone', async () => {
  const { state, directory, told, put, settle } = await setUp();
  put('b1', 'a');
  put('b2', 'a');
  await directory.start();
  told.length = 0;
  state.reset({ epoch: 'e2', offset: 1 }, [['b2', recordOf('b2', 'old'), 0]]);
  await settle();
  expect(told).toEqual(['b1 gone', 'b2 old', 'anew']);
});

test('what is no record is no board, whoever put it there', async () => {
  const { state, directory, told, put, settle } = await setUp();
  await directory.start();
  put('b1', 'a');
  await settle();
  for (const text of [
    'null',
    '7',
    '{"id":"b1"}',
    recordOf('b2', 'a'),
    recordOf('b1', 'a').replace('"term":1', '"term":1e300'),
  ])
    state.apply('b1', text, state.nextOffset);
  state.apply('b3', '[]', state.nextOffset);
  await settle();
  expect(told).toEqual(['b1 a', 'b1 gone', 'b3 gone']);
  expect([directory.size, directory.unreadable]).toEqual([0, 2]);
});
