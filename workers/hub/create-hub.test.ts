import { type Remote, wrap } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import { findCommand } from '../../src/boards/catalog.ts';
import { boardFamilies } from '../../src/boards/registry.ts';
import type { CommandUpdate } from '../../src/contract/board-command.ts';
import type { FromHolder, ToHolder } from '../../src/contract/board-link.ts';
import { type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { FromHub } from '../../src/contract/from-hub.ts';
import type { HubApi } from '../../src/contract/hub-api.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { ToHub } from '../../src/contract/to-hub.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { FakeSerial } from '../../src/serial/fake-serial.ts';
import { memoryHubStore } from '../../src/storage/memory-hub-store.ts';
import { makePortHolder } from '../serial/port-holder.ts';
import { entryOf, storedOf } from './board-entry.ts';
import { createHub, type Hub } from './create-hub.ts';
import { deliveriesIn, FakeClock, FakeLocks, fakeEnv, settle } from './fake-world.ts';
import type { HubPort } from './hub-port.ts';
import { lonelyLocks } from './lonely-locks.ts';
import { WINDOW } from './tab-session.ts';

const USB = { vendorId: 0x303a, productId: 0x1001 };

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function startLab(options: { simulated?: boolean; store?: ReturnType<typeof memoryHubStore> } = {}) {
  const clock = new FakeClock();
  const locks = new FakeLocks();
  const store = options.store ?? memoryHubStore();
  if (options.simulated !== true) await store.setSetting('simulated-lab', false);
  const env = fakeEnv({ locks: locks.owner('hub'), store }, clock);
  const hub: Hub = createHub({ env });
  open.push(() => hub.close());
  await hub.restored;
  await settle();
  return { clock, locks, hub, store };
}

type Lab = Awaited<ReturnType<typeof startLab>>;

async function openTab({ locks, hub }: Lab, tab: string, draws = true) {
  void locks.owner(tab).request(`tab:${tab}`, {}, () => new Promise(() => undefined));
  const data = new MessageChannel();
  const rpc = new MessageChannel();
  const heard: FromHub[] = [];
  const page = data.port1;
  const send = (message: ToHub, ports: MessagePort[] = []) => page.postMessage(message, ports);
  page.onmessage = ({ data: message }: MessageEvent<FromHub>) => {
    heard.push(message);
    if (draws && message.t === 'deliver') send({ t: 'ack', credit: message.credit });
  };
  hub.accept(data.port2 as unknown as HubPort);
  send({ t: 'hello', tab, build: 'b', contract: CONTRACT_VERSION, visible: true }, [rpc.port2]);
  open.push(() => {
    page.close();
    rpc.port1.close();
  });
  const api: Remote<HubApi> = wrap<HubApi>(rpc.port1);
  await settle();
  const boards = () => {
    const latest = new Map<string, BoardStatus>();
    for (const item of deliveriesIn(heard)) {
      if (item.t !== 'state') continue;
      for (const [key, record] of item.puts) latest.set(key, record as BoardStatus);
      for (const key of item.dels) latest.delete(key);
    }
    return [...latest.values()];
  };
  return { heard, send, api, boards, page };
}

type Tab = Awaited<ReturnType<typeof openTab>>;

function attachHolder(tab: Tab) {
  const { port1, port2 } = new MessageChannel();
  const told: ToHolder[] = [];
  port1.onmessage = ({ data }: MessageEvent<ToHolder>) => told.push(data);
  tab.send({ t: 'holder' }, [port2]);
  open.push(() => port1.close());
  const say = (message: FromHolder) => port1.postMessage(message);
  const assigned = () => told.flatMap((message) => (message.t === 'assign' ? [message.known.board] : []));
  return { told, say, assigned };
}

/** The serial worker of this tab, without serial ports: what simulated boards need. */
function attachSerialWorker(tab: Tab, clock: FakeClock) {
  const { port1, port2 } = new MessageChannel();
  const holder = makePortHolder({
    serial: new FakeSerial(),
    families: boardFamilies,
    clock: { now: () => ({ epochMs: clock.now(), monoMs: clock.now() }), schedule: clock.schedule },
    random: () => 0.5,
    os: 'linux',
    signal: new AbortController().signal,
    newKey: () => 'real',
    wasPicked: async () => false,
    onTrouble: (cause) => {
      throw cause;
    },
  });
  port1.onmessage = ({ data }: MessageEvent<ToHolder>) => holder.handle(data);
  tab.send({ t: 'holder' }, [port2]);
  holder.connectHub({ postMessage: (message, transfer) => port1.postMessage(message, transfer) });
  open.push(() => port1.close());
}

const words = (mac: string | undefined, more: Partial<typeof EMPTY_IDENTITY> = {}) => ({
  ...EMPTY_IDENTITY,
  dialect: 'mdp1-json' as const,
  deviceId: 'mb-10b41d',
  mac,
  ...more,
});

const samples = (key: string, from: number, count: number): FromHolder => ({
  t: 'samples',
  key,
  buffer: encodeSampleBatch({
    channel: '',
    epoch: '',
    offset: 0,
    series: ['a.temperature_c'],
    provenance: 'measured',
    times: Float64Array.from({ length: count }, (_, i) => 1_000_000 + (from + i) * 100),
    columns: [Float64Array.from({ length: count }, (_, i) => from + i)],
  }),
});

describe('hub', () => {
  test('hello is answered with who it is, and a board in one tab is seen in another, values and all', async () => {
    const lab = await startLab();
    const owner = await openTab(lab, 'owner');
    const watcher = await openTab(lab, 'watcher');
    expect(owner.heard[0]).toMatchObject({ t: 'welcome', hub: lab.hub.id, contract: CONTRACT_VERSION });
    await watcher.api.subscribe({ sub: 1, channel: 'boards' });
    const holder = attachHolder(owner);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    holder.say({ t: 'phase', key: 'k1', phase: { is: 'open', since: 1 } });
    holder.say({ t: 'identity', key: 'k1', identity: words('10:b4:1d:00:00:01'), commands: [], hasOutputs: true });
    holder.say(samples('k1', 0, 10));
    await lab.clock.advance(100);
    const [board] = watcher.boards();
    expect(board).toMatchObject({ path: { is: 'tab', tab: 'owner' }, phase: { is: 'open' }, provenance: 'measured' });
    await watcher.api.subscribe({ sub: 2, channel: `device/${board?.id}/values` });
    await lab.clock.advance(100);
    const values = deliveriesIn(watcher.heard).find((item) => item.sub === 2);
    expect(values).toMatchObject({ puts: [['a.temperature_c', { value: 9, cadenceMs: 100, provenance: 'measured' }]] });
  });

  test('the tab of a board dies: ownerless at once, commands fail, another tab takes the same board on with its totals', async () => {
    const lab = await startLab();
    const first = await openTab(lab, 'first');
    const second = await openTab(lab, 'second');
    await second.api.subscribe({ sub: 1, channel: 'boards' });
    const holder = attachHolder(first);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    holder.say({
      t: 'identity',
      key: 'k1',
      identity: words('10:b4:1d:00:00:01'),
      commands: ['ping'],
      hasOutputs: false,
    });
    holder.say({ t: 'phase', key: 'k1', phase: { is: 'open', since: 1 } });
    holder.say({ t: 'health', key: 'k1', health: { ...EMPTY_HEALTH, items: 77 }, outputs: 'off' });
    await lab.clock.advance(50);
    const id = second.boards()[0]?.id ?? '';
    await second.api.subscribe({ sub: 2, channel: `device/${id}/console` });
    lab.locks.die('first');
    await lab.clock.advance(50);
    expect(second.boards()).toMatchObject([{ id, phase: { is: 'ownerless' }, path: { is: 'none' } }]);
    const next = attachHolder(second);
    next.say({ t: 'port', key: 'k9', usb: USB, known: undefined });
    await lab.clock.advance(50);
    expect(next.told).toMatchObject([{ t: 'assign', key: 'k9', known: { board: id, health: { items: 77, gaps: 1 } } }]);
    const gaps = deliveriesIn(second.heard).flatMap((item) => (item.t === 'gap' ? [item.gap.why] : []));
    expect(gaps).toEqual(['owner-changed']);
  });

  test('a frozen tab costs its window and nothing more; when it thaws, what it missed is there or counted', async () => {
    const lab = await startLab();
    const owner = await openTab(lab, 'owner');
    const frozen = await openTab(lab, 'frozen', false);
    const holder = attachHolder(owner);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    await settle();
    const [id] = holder.assigned();
    await frozen.api.subscribe({ sub: 1, channel: `device/${id}/console` });
    await settle();
    for (let n = 0; n < 30; n += 1) {
      const records = Array.from({ length: 1_000 }, (_, i) => ({
        dir: 'note' as const,
        at: n * 1_000 + i,
        text: 'x',
        level: 'info' as const,
      }));
      holder.say({ t: 'console', key: 'k1', records });
      await lab.clock.advance(10);
    }
    expect(frozen.heard.filter((message) => message.t === 'deliver')).toHaveLength(WINDOW);
    expect(lab.hub.stats().tabs.find((tab) => tab.tab === 'frozen')?.unacked).toBe(WINDOW);
    frozen.page.onmessage = ({ data }: MessageEvent<FromHub>) => {
      frozen.heard.push(data);
      if (data.t === 'deliver') frozen.send({ t: 'ack', credit: data.credit });
    };
    frozen.send({ t: 'ack', credit: WINDOW });
    await lab.clock.advance(2_000);
    let next = 0;
    for (const item of deliveriesIn(frozen.heard)) {
      if (item.t === 'gap') next += item.gap.count ?? Number.NaN;
      if (item.t === 'events') for (const record of item.records) expect((record as { at: number }).at).toBe(next++);
    }
    expect(next).toBe(30_000);
  });

  test('leaves and comes back from the back-forward cache with a new hello on the same port', async () => {
    const lab = await startLab();
    const tab = await openTab(lab, 'one');
    tab.send({ t: 'bye' });
    await settle();
    expect(lab.hub.stats().tabs).toEqual([]);
    const rpc = new MessageChannel();
    tab.send({ t: 'hello', tab: 'one', build: 'b', contract: CONTRACT_VERSION, visible: true }, [rpc.port2]);
    await settle();
    expect(tab.heard.filter((message) => message.t === 'welcome')).toHaveLength(2);
    rpc.port1.close();
  });

  test('refuses in words: unknown channel, unknown board, unknown command', async () => {
    const lab = await startLab();
    const tab = await openTab(lab, 'one');
    expect(await tab.api.subscribe({ sub: 1, channel: 'nonsense' })).toMatchObject({
      error: { code: 'no-such-channel' },
    });
    const request = { id: 'c1', board: 'b', name: 'ping', params: {}, by: 'me', deadline: 9e12 };
    expect(await tab.api.command(request)).toMatchObject({ error: { code: 'no-such-board' } });
  });

  test('a port that is handed over before the hub has read its memory keeps the name of its board', async () => {
    const clock = new FakeClock();
    const locks = new FakeLocks();
    const store = memoryHubStore();
    await store.setSetting('simulated-lab', false);
    const before = entryOf({
      id: 'b1',
      name: 'Bench',
      usb: USB,
      identity: EMPTY_IDENTITY,
      health: EMPTY_HEALTH,
      hasOutputs: false,
      shared: true,
      pair: undefined,
      lastSeen: 1,
      simulated: false,
    });
    await store.putBoard(storedOf(before));
    const read = Promise.withResolvers<void>();
    const slow = { ...store, boards: () => read.promise.then(store.boards) };
    const hub = createHub({ env: fakeEnv({ locks: locks.owner('hub'), store: slow }, clock) });
    open.push(() => hub.close());
    const tab = await openTab({ clock, locks, hub, store }, 'owner');
    expect(tab.heard).toEqual([]);
    read.resolve();
    await settle();
    expect(tab.heard).toMatchObject([{ t: 'welcome' }]);
    const holder = attachHolder(tab);
    holder.say({ t: 'port', key: 'k', usb: USB, known: { board: 'b1', identity: EMPTY_IDENTITY } });
    await settle();
    expect(await store.boards()).toMatchObject([{ id: 'b1', name: 'Bench', shared: true }]);
  });

  test('a memory that does not answer holds the hub up for a moment only; a page that left meanwhile is not welcomed', async () => {
    const clock = new FakeClock();
    const locks = new FakeLocks();
    const store = { ...memoryHubStore(), boards: () => new Promise<never>(() => undefined) };
    const hub = createHub({ env: fakeEnv({ locks: locks.owner('hub'), store }, clock) });
    open.push(() => hub.close());
    const stays = await openTab({ clock, locks, hub, store }, 'stays');
    const leaves = await openTab({ clock, locks, hub, store }, 'leaves');
    leaves.send({ t: 'bye' });
    await clock.advance(3_000);
    expect(stays.heard).toMatchObject([{ t: 'welcome' }]);
    expect(hub.stats().tabs.map(({ tab }) => tab)).toEqual(['stays']);
  });

  test('without Web Locks a hub serves its one tab, and does not take it for gone', async () => {
    const clock = new FakeClock();
    const store = memoryHubStore();
    await store.setSetting('simulated-lab', false);
    const hub = createHub({ env: fakeEnv({ locks: lonelyLocks, store }, clock) });
    open.push(() => hub.close());
    const tab = await openTab({ clock, locks: new FakeLocks(), hub, store }, 'only');
    await clock.advance(10_000);
    expect(tab.heard).toMatchObject([{ t: 'welcome' }]);
    expect(hub.stats().tabs).toHaveLength(1);
  });

  test('two boards with the same USB ids never merge; a wrongly presumed one is put right by its MAC, records and all', async () => {
    const lab = await startLab();
    const tab = await openTab(lab, 'one');
    await tab.api.subscribe({ sub: 1, channel: 'boards' });
    const holder = attachHolder(tab);
    const a = words('10:b4:1d:00:00:0a');
    const b = words('10:b4:1d:00:00:0b');
    for (const [key, identity] of [
      ['k1', a],
      ['k2', b],
    ] as const) {
      holder.say({ t: 'port', key, usb: USB, known: undefined });
      holder.say({ t: 'identity', key, identity, commands: [], hasOutputs: false });
    }
    await lab.clock.advance(50);
    const [idA, idB] = holder.assigned();
    expect(new Set([idA, idB]).size).toBe(2);
    // Both go, and come back in the other order.
    holder.say({ t: 'port-gone', key: 'k1' });
    holder.say({ t: 'port-gone', key: 'k2' });
    holder.say({ t: 'port', key: 'k3', usb: USB, known: undefined });
    holder.say({ t: 'identity', key: 'k3', identity: b, commands: [], hasOutputs: false });
    await lab.clock.advance(50);
    expect(holder.assigned().slice(2)).toEqual([idA, idB]);
    expect(tab.boards().map((board) => [board.id, board.path.is])).toEqual(
      expect.arrayContaining([
        [idA, 'none'],
        [idB, 'tab'],
      ]),
    );
  });

  test('the first minute: a simulated board moves by itself, answers a command, and stays away once removed', async () => {
    const store = memoryHubStore();
    const lab = await startLab({ simulated: true, store });
    const tab = await openTab(lab, 'one');
    await tab.api.subscribe({ sub: 1, channel: 'boards' });
    attachSerialWorker(tab, lab.clock);
    await lab.clock.advance(15_000);
    const [board] = tab.boards();
    expect(board).toMatchObject({ path: { is: 'simulated' }, provenance: 'simulated', phase: { is: 'open' } });
    const id = board?.id ?? '';
    await tab.api.subscribe({ sub: 2, channel: `device/${id}/values` });
    await tab.api.subscribe({ sub: 3, channel: `device/${id}/commands` });
    const name = board?.commands.find((each) => findCommand(each)?.params.length === 0) ?? '';
    const deadline = lab.clock.now() + 5_000;
    expect(await tab.api.command({ id: 'c1', board: id, name, params: {}, by: 'me', deadline })).toMatchObject({
      ok: true,
    });
    await lab.clock.advance(10_000);
    const items = deliveriesIn(tab.heard);
    const values = items.filter((item) => item.t === 'state' && item.sub === 2 && item.puts.length > 0);
    expect(values.length).toBeGreaterThan(2);
    const updates = items.flatMap((item) => (item.t === 'events' ? (item.records as CommandUpdate[]) : []));
    expect(updates.at(-1)?.state.is).toBe('done');
    expect(await tab.api.simulate({ do: 'fault', board: id, fault: 'unplug' })).toMatchObject({ ok: true });
    await lab.clock.advance(50);
    expect(tab.boards()[0]?.phase.is).toBe('unplugged');
    expect(await tab.api.simulate({ do: 'fault', board: id, fault: 'replug' })).toMatchObject({ ok: true });
    await lab.clock.advance(15_000);
    expect(tab.boards()[0]).toMatchObject({ id, phase: { is: 'open' }, health: { gaps: 1 } });
    await tab.api.simulate({ do: 'remove', board: id });
    await lab.clock.advance(10_000);
    expect(tab.boards()).toEqual([]);
    expect(await store.setting('simulated-lab')).toBe(false);
    expect(await store.boards()).toEqual([]);
  });

  test('the owner tab dies: the next one takes the simulated board up under its own id, and its curve has a counted hole', async () => {
    const lab = await startLab({ simulated: true });
    const first = await openTab(lab, 'first');
    const second = await openTab(lab, 'second');
    await second.api.subscribe({ sub: 1, channel: 'boards' });
    attachSerialWorker(first, lab.clock);
    await lab.clock.advance(1_000);
    const [board] = second.boards();
    expect(board).toMatchObject({ path: { is: 'simulated' }, phase: { is: 'open' } });
    const id = board?.id ?? '';
    await second.api.subscribe({ sub: 2, channel: `device/${id}/telemetry` });
    lab.locks.die('first');
    await lab.clock.advance(50);
    expect(second.boards()).toMatchObject([{ id, phase: { is: 'ownerless' }, provenance: 'simulated' }]);
    attachSerialWorker(second, lab.clock);
    await lab.clock.advance(1_000);
    expect(second.boards()).toMatchObject([{ id, path: { is: 'simulated' }, phase: { is: 'open' } }]);
    expect(second.boards()[0]?.health.gaps).toBe(1);
    const items = deliveriesIn(second.heard).filter((item) => item.sub === 2);
    expect(items.map((item) => (item.t === 'gap' ? item.gap.why : item.t))).toContain('owner-changed');
    expect(items.at(-1)?.t).toBe('samples');
  });

  test('what cannot be read or kept is counted where a screen can show it', async () => {
    const store = { ...memoryHubStore(), failures: 2 };
    const lab = await startLab({ store });
    const tab = await openTab(lab, 'one');
    const holder = attachHolder(tab);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    holder.say({ t: 'samples', key: 'k1', buffer: new ArrayBuffer(3) });
    await settle();
    expect(await tab.api.stats()).toMatchObject({ unreadableBatches: 1, storeFailures: 2 });
  });

  test('a command that waits in a tab that dies ends as failed: nobody can say any more whether it was done', async () => {
    const lab = await startLab();
    const owner = await openTab(lab, 'owner');
    const watcher = await openTab(lab, 'watcher');
    const holder = attachHolder(owner);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    const identity = words('10:b4:1d:00:00:01');
    holder.say({ t: 'identity', key: 'k1', identity, commands: ['ping'], hasOutputs: false });
    holder.say({ t: 'phase', key: 'k1', phase: { is: 'open', since: 1 } });
    await lab.clock.advance(50);
    const [board = ''] = holder.assigned();
    await watcher.api.subscribe({ sub: 1, channel: `device/${board}/commands` });
    const request = { id: 'c1', board, name: 'ping', params: {}, by: 'me', deadline: lab.clock.now() + 5_000 };
    expect(await watcher.api.command(request)).toMatchObject({ ok: true });
    lab.locks.die('owner');
    await lab.clock.advance(50);
    const updates = deliveriesIn(watcher.heard).flatMap((item) =>
      item.t === 'events' ? (item.records as CommandUpdate[]) : [],
    );
    expect(updates).toMatchObject([{ id: 'c1', state: { is: 'failed', error: { code: 'board-not-open' } } }]);
    expect(await watcher.api.command({ ...request, id: 'c2' })).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/board-not-open|command-not-supported/) },
    });
  });

  test('two known boards taken for each other: the words put it right, and both consoles say so', async () => {
    const lab = await startLab();
    const tab = await openTab(lab, 'one');
    const holder = attachHolder(tab);
    const macs = ['10:b4:1d:00:00:0a', '10:b4:1d:00:00:0b'];
    macs.forEach((mac, index) => {
      const key = `k${index}`;
      holder.say({ t: 'port', key, usb: USB, known: undefined });
      holder.say({ t: 'identity', key, identity: words(mac), commands: [], hasOutputs: false });
    });
    await lab.clock.advance(50);
    const [a = '', b = ''] = holder.assigned();
    holder.say({ t: 'port-gone', key: 'k0' });
    holder.say({ t: 'port-gone', key: 'k1' });
    holder.say({ t: 'port', key: 'k2', usb: USB, known: undefined });
    await lab.clock.advance(50);
    const presumed = holder.assigned().at(-1);
    const [mac] = macs.filter((_, index) => [a, b][index] !== presumed);
    holder.say({ t: 'identity', key: 'k2', identity: words(mac), commands: [], hasOutputs: false });
    await tab.api.subscribe({ sub: 1, channel: `device/${a}/console` });
    await tab.api.subscribe({ sub: 2, channel: `device/${b}/console` });
    await lab.clock.advance(50);
    const notes = (sub: number) =>
      deliveriesIn(tab.heard).flatMap((item) =>
        item.t === 'events' && item.sub === sub
          ? item.records.map((record) => (record as { level: string }).level)
          : [],
      );
    const [wrong, right] = presumed === a ? [1, 2] : [2, 1];
    expect({ wrong: notes(wrong), right: notes(right) }).toEqual({ wrong: ['warn'], right: ['info'] });
  });

  test('a tab that keeps up waits for nothing; one that is behind gets the rest together', async () => {
    const lab = await startLab();
    const owner = await openTab(lab, 'owner');
    const watcher = await openTab(lab, 'watcher', false);
    const holder = attachHolder(owner);
    holder.say({ t: 'port', key: 'k1', usb: USB, known: undefined });
    await settle();
    const [board = ''] = holder.assigned();
    await watcher.api.subscribe({ sub: 1, channel: `device/${board}/telemetry`, rewind: 0 });
    await settle();
    const deliveries = () => watcher.heard.filter((message) => message.t === 'deliver');
    const before = deliveries().length;
    // The clock stands still: whatever arrives has not waited.
    for (let n = 0; n < 10; n += 1) {
      holder.say(samples('k1', n, 1));
      await settle();
    }
    expect(deliveries()).toHaveLength(4);
    await lab.clock.advance(5);
    expect(deliveries()).toHaveLength(5);
    watcher.send({ t: 'ack', credit: before + 10 });
    await settle();
    holder.say(samples('k1', 10, 1));
    await settle();
    expect(deliveries()).toHaveLength(6);
  });
});
