import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../server/config.ts';
import { type HyphaeServer, startServer } from '../../server/hyphae-server.ts';
import { boardStatus } from '../../server/live/raw-client.ts';
import type { CommandRequest } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { FakeHub } from './fake-hub.ts';

let server: HyphaeServer;
let port = 0;
let hubs: FakeHub[] = [];
const start = async (): Promise<void> => {
  const limits = { ...DEFAULT_LIMITS, drainMs: 50 };
  server = await startServer({ ...limits, port, host: '127.0.0.1', dist: undefined, logLevel: 'silent' });
  port = server.port;
};
const hub = (name: string, aheadMs = 0): FakeHub => {
  const made = new FakeHub(name, () => port, aheadMs);
  hubs.push(made);
  return made;
};
const until = async <T>(find: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const live = (it: FakeHub): Promise<unknown> => until(() => it.status?.state.is === 'live');
const note = (text: string) => ({ dir: 'note', at: Date.now(), text, level: 'info' });
const request = (id: string, name = 'status'): CommandRequest => ({
  id,
  board: 'b1',
  name,
  params: {},
  by: 'me',
  deadline: Date.now() + 5_000,
});
const mine = (it: FakeHub): boolean => {
  const share = it.boards.get('b1')?.share;
  return share?.is === 'shared' && share.mine;
};

beforeEach(async () => {
  port = 0;
  hubs = [];
  await start();
});
afterEach(async () => {
  for (const it of hubs) it.upstream.close();
  expect(hubs.map(({ timers }) => timers)).toEqual(hubs.map(() => 0));
  await server.close();
});

test('one hub shares a board; another sees it, reads it, commands it, and gives it back', async () => {
  const [owner, viewer] = [hub('owner'), hub('viewer')];
  owner.events('console', [note('before')]);
  owner.upstream.offer('b1', boardStatus('b1'));
  expect(owner.shares.get('b1')).toMatchObject({ is: 'offered' });
  const seen = await until(() => viewer.boards.get('b1'));
  expect(seen).toMatchObject({ name: 'Bench', phase: { is: 'open' }, path: { is: 'relay', clientName: 'owner' } });
  expect(owner.boards.size).toBe(0);

  for (const part of ['telemetry', 'console', 'commands'] as const)
    viewer.upstream.demand(boardChannel('b1', part), true, undefined);
  await until(() => {
    const share = owner.shares.get('b1');
    return share?.is === 'shared' && share.watchers.length === 1;
  });
  owner.events('console', [note('live')]);
  owner.samples(0, [10, 11]);
  await until(() => viewer.came('console').length === 2);
  const samples = await until(() => viewer.published.find(({ t }) => t === 'samples'));
  expect(samples.t === 'samples' && [...decodeSampleBatch(samples.buffer).times]).toEqual([10, 11]);

  expect(await viewer.upstream.command(request('c0'))).toMatchObject({ error: { code: 'lease-missing' } });
  expect(await viewer.upstream.lease('b1', 'take')).toMatchObject({ ok: true });
  expect(await viewer.upstream.command(request('c1'))).toMatchObject({ ok: true });
  await until(() => viewer.came('commands').length === 1);
  expect(viewer.came('commands')).toMatchObject([{ id: 'c1', by: 'viewer', state: { is: 'done', rttMs: 3 } }]);
  await viewer.upstream.command(request('c2', 'unknown'));
  await until(() => viewer.came('commands').length === 2);
  expect(viewer.came('commands')[1]).toMatchObject({
    state: { is: 'failed', error: { code: 'command-not-supported' } },
  });
  await viewer.upstream.write('b1', new TextEncoder().encode('help\n'), 'me');
  await until(() => owner.written.length === 1);
  expect(owner.written).toEqual(['help\n']);
  await until(() => mine(viewer));
  expect(owner.shares.get('b1')).toMatchObject({ lease: { name: 'viewer' }, mine: false });
  expect(await owner.upstream.lease('b1', 'take-back')).toMatchObject({ ok: true });
  await until(() => !mine(viewer));
  expect(await viewer.upstream.write('b1', new Uint8Array([1]), 'me')).toMatchObject({ ok: false });

  owner.upstream.offer('b1', undefined);
  await until(() => viewer.boards.size === 0);
});

test('a server that restarts is found again; each side goes on where the other stopped', async () => {
  const [owner, viewer] = [hub('owner'), hub('viewer')];
  owner.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(boardChannel('b1', 'console'), true, undefined);
  await until(() => viewer.boards.get('b1'));
  owner.events('console', [note('one')]);
  await until(() => viewer.came('console').length === 1);
  await server.close();
  await until(() => owner.status?.state.is === 'retrying' || owner.status?.state.is === 'connecting');
  expect(owner.shares.get('b1')).toMatchObject({ is: 'offered' });
  owner.events('console', [note('two')]);
  await start();
  await Promise.all([live(owner), live(viewer)]);
  // A new epoch: all that the owner's hub keeps comes again, and the viewer's hub is told so by the epoch.
  await until(() => viewer.came('console').length === 3);
  expect(viewer.came('console')).toMatchObject([{ text: 'one' }, { text: 'one' }, { text: 'two' }]);
  const epochs = viewer.published.flatMap((one) => (one.t === 'events' ? [one.epoch] : []));
  expect(new Set(epochs).size).toBe(2);
});

test('no server: the board stays offered, questions fail at once, and it is tried again', async () => {
  await server.close();
  const owner = hub('owner');
  owner.upstream.offer('b1', boardStatus('b1'));
  await until(() => owner.status?.state.is === 'retrying');
  expect(await owner.upstream.lease('b2', 'take')).toMatchObject({ error: { code: 'relay-offline' } });
  await start();
  await until(() => owner.shares.get('b1')?.is === 'shared');
});

test('clocks that disagree are measured, and times arrive on the reader’s own clock', async () => {
  const [ahead, viewer] = [hub('ahead', 3_600_000), hub('viewer')];
  ahead.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(boardChannel('b1', 'telemetry'), true, undefined);
  await until(() => {
    const share = ahead.shares.get('b1');
    return share?.is === 'shared' && share.watchers.length === 1;
  });
  expect(ahead.status?.clockOffsetMs).toBeLessThan(-3_590_000);
  ahead.samples(0, [ahead.now()]);
  const samples = await until(() => viewer.published.find(({ t }) => t === 'samples'));
  const time = samples.t === 'samples' ? decodeSampleBatch(samples.buffer).times[0] : undefined;
  expect(Math.abs((time ?? 0) - Date.now())).toBeLessThan(30_000);
});

test('an owner that comes back sees at once who watches', async () => {
  const [owner, viewer] = [hub('owner'), hub('viewer')];
  const watched = (it: FakeHub): boolean => {
    const share = it.shares.get('b1');
    return share?.is === 'shared' && share.watchers.length === 1;
  };
  owner.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(boardChannel('b1', 'console'), true, undefined);
  await until(() => watched(owner));
  const again = hub('owner');
  again.upstream.offer('b1', boardStatus('b1'));
  await until(() => watched(again));
});

test('a board is gone since the moment its relay went, by the reader’s own clock', async () => {
  const [owner, viewer] = [hub('owner'), hub('viewer', 3_600_000)];
  owner.upstream.offer('b1', boardStatus('b1'));
  await until(() => viewer.boards.get('b1'));
  await server.close();
  const phase = await until(() => {
    const now = viewer.boards.get('b1')?.phase;
    return now?.is === 'gone' && now;
  });
  expect(Math.abs(phase.since - viewer.now())).toBeLessThan(60_000);
});

test('another connection of the same client takes over, and the older one stays away', async () => {
  const first = hub('same');
  await live(first);
  const second = hub('same');
  await live(second);
  await until(() => first.status?.state.is === 'refused');
  expect(server.stats().connections).toBe(1);
});

test('a take-over: the former holder reads who took the command and why, and commands no more', async () => {
  const [owner, first, second] = [hub('owner'), hub('first'), hub('second')];
  owner.upstream.offer('b1', boardStatus('b1'));
  await until(() => first.boards.get('b1') && second.boards.get('b1'));
  expect(await first.upstream.lease('b1', 'take')).toMatchObject({ ok: true });
  expect(await second.upstream.lease('b1', 'take')).toMatchObject({ error: { code: 'lease-held' } });
  expect(await second.upstream.lease('b1', 'take-over', 'it smokes')).toMatchObject({ ok: true });
  const lost = await until(() => {
    const share = first.boards.get('b1')?.share;
    return share?.is === 'shared' && share.lost;
  });
  expect(lost).toMatchObject({ by: 'second', reason: 'it smokes' });
  expect(mine(second)).toBe(true);
  expect(await first.upstream.command(request('c1'))).toMatchObject({ ok: false });
  expect(await second.upstream.command(request('c2'))).toMatchObject({ ok: true });
  await until(() => owner.ran.length > 0);
  expect(owner.ran.map(({ id }) => id)).toEqual(['c2']);
});

test('an owner whose connection breaks for a moment keeps its commander, and does what was asked meanwhile, once', async () => {
  const [owner, viewer] = [hub('owner'), hub('viewer')];
  owner.upstream.offer('b1', boardStatus('b1'));
  viewer.upstream.demand(boardChannel('b1', 'commands'), true, undefined);
  await until(() => viewer.boards.get('b1'));
  await viewer.upstream.lease('b1', 'take');
  owner.upstream.close();
  await until(() => viewer.boards.get('b1')?.phase.is === 'gone');
  expect(await viewer.upstream.command(request('c1'))).toMatchObject({ ok: true });
  const again = hub('owner');
  again.upstream.offer('b1', boardStatus('b1'));
  await until(() => viewer.came('commands').length === 2);
  expect(viewer.came('commands')).toMatchObject([{ state: { is: 'queued' } }, { state: { is: 'done' } }]);
  expect(again.ran.map(({ id }) => id)).toEqual(['c1']);
  expect(again.ran[0]?.traceparent).toMatch(/^00-/);
  expect(mine(viewer)).toBe(true);
});
