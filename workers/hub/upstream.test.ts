import { expect, test } from 'vitest';
import type { ToHolder } from '../../src/contract/board-link.ts';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { decodeSampleBatch, encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { BoardUpstream, Publication, UpstreamHost } from '../upstreams/upstream.ts';
import { BoardData } from './board-data.ts';
import type { Holder } from './board-entry.ts';
import { BoardRegistry } from './board-registry.ts';
import { Channels } from './channels.ts';
import { CommandRouter } from './command-router.ts';
import { createHub } from './create-hub.ts';
import { FakeClock, fakeEnv, settle } from './fake-world.ts';
import { UpstreamSlot } from './upstream-slot.ts';

const remote: BoardStatus = {
  id: 'far',
  name: 'Far bench',
  path: { is: 'relay', client: 'c9', clientName: 'Other laptop' },
  phase: { is: 'open', since: 1 },
  provenance: 'measured',
  usb: undefined,
  identity: EMPTY_IDENTITY,
  health: EMPTY_HEALTH,
  commands: ['ping'],
  hasOutputs: false,
  outputs: 'unknown',
  share: { is: 'private' },
  pair: undefined,
};
const ok = async () => ({ ok: true, value: undefined }) as const;

async function open() {
  const clock = new FakeClock();
  const env = fakeEnv({}, clock);
  const demands: [string, boolean][] = [];
  const offers: [string, boolean][] = [];
  let host: UpstreamHost | undefined;
  const upstream: BoardUpstream = {
    demand: (channel, wanted) => demands.push([channel, wanted]),
    offer: (board, status) => offers.push([board, status !== undefined]),
    lease: ok,
    command: ok,
    cancelCommand: ok,
    write: ok,
    setBoard: ok,
    setClientName: ok,
    close: () => undefined,
  };
  const slot = new UpstreamSlot(
    env,
    (given) => {
      host = given;
      return upstream;
    },
    () => undefined,
  );
  const channels = new Channels('hub-epoch', env, (name, wanted, have) => slot.demand(name, wanted, have));
  const data = new BoardData(channels, env);
  const commands: CommandRouter = new CommandRouter({
    env,
    data,
    boards: () => boards,
    upstream: () => slot.current,
  });
  const boards: BoardRegistry = new BoardRegistry(env, channels, data, {
    change: (entry) => slot.boardChanged(entry),
    command: (update) => commands.updated(update),
  });
  slot.connect({ channels, boards, data, commands });
  slot.open();
  await slot.remember();
  if (host === undefined) throw new Error('not opened');
  return { clock, env, slot, host, channels, boards, commands, demands, offers };
}

const batch = (channel: string, offset: number) =>
  encodeSampleBatch({
    channel,
    epoch: 'owner',
    offset,
    series: ['a.temperature_c'],
    provenance: 'measured',
    times: Float64Array.of(1_000 + offset),
    columns: [Float64Array.of(offset)],
  });

test('a remote board is one among the others: status, curve, values; and its values are carried by its telemetry', async () => {
  const { host, channels, demands, clock } = await open();
  host.putBoard(remote);
  expect(channels.state('boards')?.get('far')).toMatchObject({ name: 'Far bench', path: { is: 'relay' } });
  const read = (name: string) => channels.read(name, { sub: 1, wake: () => undefined });
  const values = read('device/far/values');
  const curve = read('device/far/telemetry');
  expect(demands).toEqual([['device/far/telemetry', true]]);
  for (const offset of [4, 5, 5, 9])
    host.publish({ t: 'samples', channel: 'device/far/telemetry', buffer: batch('device/far/telemetry', offset) });
  expect(channels.state('device/far/values')?.get('a.temperature_c')).toMatchObject({ value: 9 });
  const items = curve?.take().items ?? [];
  expect(items.map((item) => (item.t === 'gap' ? item.gap : item.t))).toMatchObject([
    'samples',
    { why: 'link-lost', count: 3 },
    'samples',
  ]);
  values?.close();
  await clock.advance(10_000);
  expect(demands).toHaveLength(1);
  curve?.close();
  await clock.advance(10_000);
  expect(demands.at(-1)).toEqual(['device/far/telemetry', false]);
  host.removeBoard('far');
  expect(channels.state('boards')?.get('far')).toBeUndefined();
});

test('a shared local board is offered, and all its records come out of a tap once and in order, from any place', async () => {
  const { host, boards, offers } = await open();
  const holder: Holder = { tab: 't', post: () => undefined };
  boards.receive(holder, { t: 'port', key: 'k', usb: undefined, known: { board: 'near', identity: EMPTY_IDENTITY } });
  const entry = boards.get('near');
  if (entry === undefined) throw new Error('no board');
  entry.shared = true;
  boards.update(entry, {});
  expect(offers).toEqual([['near', true]]);
  const say = (n: number) =>
    boards.receive(holder, {
      t: 'console',
      key: 'k',
      records: [{ dir: 'note', at: n, text: String(n), level: 'info' }],
    });
  say(0);
  say(1);
  const heard: Publication[] = [];
  const stop = host.tap('device/near/console', { epoch: 'hub-epoch', offset: 1 }, (one) => heard.push(one));
  await settle();
  say(2);
  await settle();
  stop();
  say(3);
  await settle();
  expect(heard).toMatchObject([
    { t: 'events', from: 1, records: [{ at: 1 }] },
    { t: 'events', from: 2, records: [{ at: 2 }] },
  ]);
});

test('an upstream never touches a board of ours', async () => {
  const { host, boards, channels } = await open();
  const holder: Holder = { tab: 't', post: () => undefined };
  boards.receive(holder, { t: 'port', key: 'k', usb: undefined, known: { board: 'near', identity: EMPTY_IDENTITY } });
  host.putBoard({ ...remote, id: 'near' });
  host.removeBoard('near');
  host.publish({ t: 'events', channel: 'device/near/console', epoch: 'x', from: 0, records: ['forged'] });
  expect(boards.get('near')?.status.path.is).toBe('tab');
  expect(channels.events('device/near/console')?.kept).toBe(0);
});

/** A board of ours, open and shared, whose lease somebody holds for a minute. */
async function openLeased() {
  const lab = await open();
  const { host, boards, clock } = lab;
  const told: ToHolder[] = [];
  const holder: Holder = { tab: 't', post: (message) => told.push(message) };
  boards.receive(holder, { t: 'port', key: 'k', usb: undefined, known: { board: 'near', identity: EMPTY_IDENTITY } });
  boards.receive(holder, { t: 'phase', key: 'k', phase: { is: 'open', since: 1 } });
  const entry = boards.get('near');
  if (entry === undefined) throw new Error('no board');
  entry.shared = true;
  boards.update(entry, { commands: ['ping', 'estop'] });
  const lease = { client: 'c9', name: 'Other laptop', since: clock.now(), until: clock.now() + 60_000, fence: 1 };
  host.setShare('near', { is: 'shared', watchers: [], lease, mine: false });
  const request = (id: string, name: string) =>
    ({ id, board: 'near', name, params: {}, by: 'this tab', deadline: clock.now() + 5_000 }) as const;
  const sent = () => told.flatMap((message) => (message.t === 'command' ? [message.request.id] : [message.t]));
  return { ...lab, entry, request, sent };
}

test('while somebody else commands a shared board, tabs here may stop it and nothing else; the commander may', async () => {
  const { host, commands, request, sent, clock } = await openLeased();
  const held = { ok: false, error: { code: 'lease-held', message: expect.stringContaining('Other laptop') } };
  expect(await commands.fromTab(request('1', 'ping'))).toMatchObject(held);
  expect(await commands.writeFromTab('near', new Uint8Array(1), 'this tab')).toMatchObject(held);
  expect(await commands.fromTab(request('2', 'estop'))).toMatchObject({ ok: true });
  expect(await host.command(request('3', 'ping'))).toMatchObject({ ok: true });
  expect(await host.write('near', new Uint8Array(1), 'Other laptop')).toMatchObject({ ok: true });
  expect(sent()).toEqual(['assign', '2', '3', 'write']);
  // The relay is silent and the lease has run out: our own board is ours again.
  await clock.advance(60_001);
  expect(await commands.fromTab(request('4', 'ping'))).toMatchObject({ ok: true });
});

test('a hub that has lost the transports does not call its boards shared, nor commanded by others', async () => {
  const { slot, entry, commands, request } = await openLeased();
  slot.close();
  expect(entry.status.share.is).toBe('offered');
  expect(await commands.fromTab(request('1', 'ping'))).toMatchObject({ ok: true });
});

test('an emergency stop finds a place in a full queue', async () => {
  const { host, request, sent } = await openLeased();
  for (let n = 0; n < 64; n += 1) await host.command(request(`n${n}`, 'ping'));
  expect(await host.command(request('full', 'ping'))).toMatchObject({ error: { code: 'command-queue-full' } });
  expect(await host.command(request('stop', 'estop'))).toMatchObject({ ok: true });
  expect(sent().at(-1)).toBe('stop');
});

test('a command that comes again after a break, even after its deadline, is taken and not done again', async () => {
  const { host, request, sent, clock } = await openLeased();
  const command = request('1', 'ping');
  await host.command(command);
  await clock.advance(6_000);
  expect(await host.command(command)).toMatchObject({ ok: true });
  expect(sent()).toEqual(['assign', '1']);
  expect(host.life).toMatch(/./);
});

test('a command of a board that is forgotten leaves nothing behind', async () => {
  const { host, boards, channels, request, clock } = await openLeased();
  await host.command(request('1', 'ping'));
  boards.remove('near');
  await clock.advance(60_000);
  expect([...channels.all()].filter(({ name }) => name.startsWith('device/near/'))).toEqual([]);
});

test('who reads a remote board that goes away and comes back hears it again', async () => {
  const { host, channels, clock } = await open();
  const console = 'device/far/console';
  const say = (epoch: string, text: string) =>
    host.publish({ t: 'events', channel: console, epoch, from: 0, records: [text] });
  host.putBoard(remote);
  const reader = channels.read(console, { sub: 1, wake: () => undefined });
  say('one', 'before');
  reader?.take();
  host.removeBoard('far');
  host.putBoard(remote);
  say('two', 'after');
  expect(reader?.take().items).toMatchObject([{ gap: { why: 'epoch-changed' } }, { records: ['after'] }]);
  host.removeBoard('far');
  reader?.close();
  await clock.advance(10_000);
  expect([...channels.all()].map(({ name }) => name)).not.toContain(console);
});

test('a tap begins with a bounded history, and a gap right where it resumes is told', async () => {
  const { host, channels } = await open();
  const name = 'device/near/console';
  channels.events(name)?.publish(Array.from({ length: 15_000 }, (_, n) => n));
  const heard: Publication[] = [];
  const count = () => heard.reduce((sum, one) => sum + (one.t === 'events' ? one.records.length : 0), 0);
  host.tap(name, undefined, (one) => heard.push(one))();
  const stop = host.tap(name, { epoch: 'an earlier hub', offset: 3 }, (one) => heard.push(one));
  await settle();
  stop();
  expect(count()).toBe(1_000);
  const why = { why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 } as const;
  channels.events(name)?.gap(why);
  const telemetry = channels.samples('device/near/telemetry');
  telemetry?.publish(decodeSampleBatch(batch('', 0)));
  telemetry?.gap(why);
  heard.length = 0;
  host.tap(name, { epoch: 'hub-epoch', offset: 15_000 }, (one) => heard.push(one));
  host.tap('device/near/telemetry', { epoch: 'hub-epoch', offset: 1 }, (one) => heard.push(one));
  await settle();
  expect(heard).toMatchObject([
    { t: 'gap', gap: why },
    { t: 'gap', gap: why },
  ]);
});

test('the whole hub opens its relay once it owns the transports', async () => {
  let opened = 0;
  const hub = createHub({
    env: fakeEnv(),
    openRelay: () => {
      opened += 1;
      return {
        demand: () => undefined,
        offer: () => undefined,
        lease: ok,
        command: ok,
        cancelCommand: ok,
        write: ok,
        setBoard: ok,
        setClientName: ok,
        close: () => undefined,
      };
    },
  });
  await hub.restored;
  await settle();
  expect(opened).toBe(1);
  hub.close();
});
