import { expect, test } from 'vitest';
import { FakeClock } from '../../server/fake-clock.ts';
import { boardStatus } from '../../server/live/raw-client.ts';
import type { BoardLease, BoardStatus } from '../../src/contract/board-status.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { RelayClock } from './relay-clock.ts';
import { RelayQuestions } from './relay-questions.ts';
import { RelayRemotes } from './relay-remotes.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { UpstreamHost } from './upstream.ts';

function setUp() {
  const clock = new FakeClock();
  const sent: ToRelay[] = [];
  const boards = new Map<string, BoardStatus>();
  const send = (message: ToRelay): boolean => sent.push(message) > 0;
  const host = { now: clock.now, schedule: clock.schedule, putBoard: (it: BoardStatus) => boards.set(it.id, it) };
  const questions = new RelayQuestions(send, clock.schedule);
  const remotes = new RelayRemotes({
    host: host as unknown as UpstreamHost,
    socket: { send } as unknown as RelaySocket,
    questions,
    clock: new RelayClock(),
    me: () => 'me',
    onOwn: () => undefined,
    isOwn: () => false,
    onReceived: () => undefined,
    onDrop: () => undefined,
  });
  const told = (lease: BoardLease | undefined): void => {
    const owner = { client: 'owner', name: 'Owner' };
    const record: SharedBoard = {
      id: 'b',
      status: boardStatus('b'),
      owner,
      online: true,
      since: 1,
      watchers: [],
      lease,
    };
    const cursor = { epoch: 'e', offset: 1 };
    remotes.message({ t: 'state', channel: 'boards', cursor, snapshot: false, puts: [['b', record]], dels: [] });
  };
  const lease = (client: string, fence: number): BoardLease => ({
    client,
    name: client,
    since: clock.now(),
    until: clock.now() + 30_000,
    fence,
  });
  const share = () => boards.get('b')?.share;
  const refuse = async (code: ErrorCode = 'lease-missing'): Promise<void> => {
    const error = { code, message: 'no' };
    const { rid } = sent.at(-1) as { rid: number };
    questions.answered({ t: 'answer', rid, ok: false, error } as Extract<FromRelay, { t: 'answer' }>);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, sent, remotes, told, lease, share, refuse };
}

test('a record from before our lease was granted does not end it', () => {
  const { clock, sent, remotes, told, lease, share } = setUp();
  remotes.up();
  told(undefined);
  remotes.granted('b', lease('me', 7));
  told(undefined);
  told(lease('other', 6));
  expect(remotes.fenceOf('b')).toBe(7);
  expect(share()).toMatchObject({ mine: true });
  clock.advance(10_000);
  expect(sent.at(-1)).toMatchObject({ t: 'lease', action: 'renew' });
});

test('what the channel tells later does: ended, or taken over', () => {
  const { remotes, told, lease, share } = setUp();
  told(undefined);
  remotes.granted('b', lease('me', 7));
  told(lease('me', 7));
  told(undefined);
  expect(remotes.fenceOf('b')).toBeUndefined();
  remotes.granted('b', lease('me', 8));
  told({ ...lease('other', 9), takenFrom: { client: 'me', name: 'me', reason: 'it smokes' } });
  expect(remotes.fenceOf('b')).toBeUndefined();
  expect(share()).toMatchObject({ mine: false, lost: { by: 'other', reason: 'it smokes' } });
});

test('a lease that ended before any record told of it is over once a renewal is refused', async () => {
  const { clock, remotes, told, lease, share, refuse } = setUp();
  remotes.up();
  told(undefined);
  remotes.granted('b', lease('me', 7));
  told(undefined);
  clock.advance(10_000);
  await refuse();
  expect(remotes.fenceOf('b')).toBeUndefined();
  expect(share()).toMatchObject({ mine: false, lease: undefined });
});

test.for(['owner-offline', 'bus-down', 'limit-reached'] as const)(
  'a renewal that nobody could decide (%s) is asked again soon, and the lease is kept meanwhile',
  async (code) => {
    const { clock, sent, remotes, told, lease, share, refuse } = setUp();
    remotes.up();
    told(undefined);
    remotes.granted('b', lease('me', 7));
    told(lease('me', 7));
    clock.advance(10_000);
    await refuse(code);
    const asked = sent.length;
    expect(share()).toMatchObject({ mine: true });
    clock.advance(1_000);
    expect(sent.slice(asked)).toMatchObject([{ t: 'lease', action: 'renew' }]);
  },
);

test('an answer that comes after the take-over that ended its lease changes nothing', () => {
  const { clock, sent, remotes, told, lease, share } = setUp();
  remotes.up();
  told({ ...lease('other', 9), takenFrom: { client: 'me', name: 'me', reason: 'it smokes' } });
  remotes.granted('b', lease('me', 8));
  expect(remotes.fenceOf('b')).toBeUndefined();
  told(lease('other', 9));
  expect(share()).toMatchObject({ mine: false, lease: { client: 'other' } });
  const asked = sent.length;
  clock.advance(20_000);
  expect(sent.slice(asked)).toEqual([]);
});

test('a lease that nobody could renew for as long as it lasts is not shown as ours, until it is ours again', async () => {
  const { clock, sent, remotes, told, lease, share, refuse } = setUp();
  remotes.up();
  told(undefined);
  const ours = lease('me', 7);
  remotes.granted('b', ours);
  told(ours);
  // The board's server cannot be reached: renewals are refused, records do not come.
  for (let second = 0; second < 29; second++) {
    clock.advance(1_000);
    if (sent.at(-1)?.t === 'lease') await refuse('bus-down');
  }
  expect(share()).toMatchObject({ mine: true });
  clock.advance(1_000);
  expect(share()).toMatchObject({ mine: false, lease: undefined });
  expect(remotes.fenceOf('b')).toBeUndefined();
  remotes.granted('b', { ...ours, until: clock.now() + 30_000 });
  told({ ...ours, until: clock.now() + 30_000 });
  expect(share()).toMatchObject({ mine: true });
  expect(remotes.fenceOf('b')).toBe(7);
});

test('offline for longer than the lease lasts: it is not shown as ours', () => {
  const { clock, remotes, told, lease, share } = setUp();
  remotes.up();
  told(undefined);
  remotes.granted('b', lease('me', 7));
  told(lease('me', 7));
  remotes.down();
  clock.advance(31_000);
  expect(share()).toMatchObject({ mine: false, lease: undefined });
});

test('a lease that is still ours after a reload is renewed, but not one that we gave back or that is over', async () => {
  const { clock, sent, remotes, told, lease, refuse } = setUp();
  remotes.up();
  told(lease('me', 7));
  clock.advance(1_000);
  expect(sent.at(-1)).toMatchObject({ t: 'lease', action: 'renew' });
  await refuse();
  // Records from before come late.
  told(lease('me', 7));
  const asked = sent.length;
  clock.advance(20_000);
  expect(sent.slice(asked)).toEqual([]);
  remotes.granted('b', lease('me', 8));
  told(lease('me', 8));
  remotes.gaveBack('b');
  told(lease('me', 8));
  clock.advance(20_000);
  expect(sent.slice(asked)).toEqual([]);
});

test('the list of boards, refused for a while, is asked for again', () => {
  const { clock, remotes, sent } = setUp();
  remotes.down();
  const before = sent.length;
  const asked = () => sent.slice(before).filter((it) => it.t === 'subscribe' && it.channel === 'boards');
  const refuse = (): void => {
    const last = asked().at(-1);
    if (last?.t === 'subscribe') remotes.refused(last.id, 1_000);
  };
  remotes.up();
  expect(asked()).toHaveLength(1);
  refuse();
  clock.advance(1_000);
  expect(asked()).toHaveLength(2);
  clock.advance(60_000);
  expect(asked()).toHaveLength(2);
  refuse();
  remotes.down();
  clock.advance(1_000);
  expect(asked()).toHaveLength(2);
  remotes.close();
  expect(clock.pending).toBe(0);
});
