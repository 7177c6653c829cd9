import { expect, test } from 'vitest';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
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
  const slot = new UpstreamSlot(env, (given) => {
    host = given;
    return upstream;
  });
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
  return { clock, env, slot, host, channels, boards, demands, offers };
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
