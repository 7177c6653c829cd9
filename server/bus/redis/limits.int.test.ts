import { expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { Bus, Published } from '../bus.ts';
import { events, eventually, published } from '../bus-contract.ts';
import { startBuses } from './test-buses.ts';

const put = (bus: Bus, channel: string, key: string, record: unknown): Promise<Published> =>
  new Promise((onDone) => bus.put(channel, key, record, { onDone }));

test('who opens channels and leaves them, or asks for ever new ones, takes no room from others', async (context) => {
  const { open } = await startBuses(context);
  const bus = await open({ maxChannels: 8 });
  await published(bus, 'events/held', events('a'));
  const held = await bus.openLog('events/held');
  for (let n = 0; n < 100; n++) {
    const name = n % 2 === 0 ? `events/new-${n}` : `state/new-${n}`;
    const { close } = await (n % 2 === 0 ? bus.openLog(name) : bus.openState(name));
    close();
    expect(await bus.exists(`events/asked-${n}`)).toBe(false);
    expect(await bus.sourceOf(`events/asked-${n}`)).toBeUndefined();
  }
  expect(bus.stats().channels).toBeLessThanOrEqual(8);
  expect(await published(bus, 'events/x', events('here'))).toMatchObject({ ok: true });
  await published(bus, 'events/held', events('b'));
  await eventually(() => expect(held.channel.nextOffset).toBe(2));
});

test('a channel more than there may be open is refused by the name of the limit; our own never are', async (context) => {
  const { open } = await startBuses(context);
  const bus = await open({ maxChannels: 3 });
  const opened = [await bus.openLog('events/a'), await bus.openState('state/b'), await bus.openLog('samples/c')];
  for (const one of [bus.openLog('events/d'), bus.openState('state/d')])
    await expect(one).rejects.toThrow(new RangeError('maxChannels: 3 channels are in use'));
  // One that is open already takes no more room, and who leaves makes some.
  await bus.openLog('events/a');
  opened[1]?.close();
  await bus.openLog('events/d');
  await expect(bus.openLog('events/e')).rejects.toThrow(RangeError);
  await bus.openLog('audit');
  expect(await published(bus, 'device/b1/console', events('a'))).toMatchObject({ ok: true });
  expect(await put(bus, 'boards', 'b1', {})).toMatchObject({ ok: true });
});

test('what was forgotten here is in Redis for whoever comes back', async (context) => {
  const { open } = await startBuses(context);
  const [writer, reader] = [await open(), await open({ maxChannels: 1 })];
  await published(writer, 'events/x', events('a', 'b'));
  const { channel: log, close } = await reader.openLog('events/x');
  const { epoch } = log;
  close();
  (await reader.openLog('events/other')).close();
  await published(writer, 'events/x', events('c'));
  const { channel: again } = await reader.openLog('events/x');
  expect(again).toMatchObject({ epoch, nextOffset: 3 });
  expect(again.seqAfter({ epoch, offset: 1 })).toBeDefined();
});

test('a channel that was published on is forgotten soon after, unless it has keys whose time is still to come', async (context) => {
  const { open } = await startBuses(context);
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const bus = await open({ maxChannels: 20 }, clock);
  for (let n = 0; n < 10; n++) await published(bus, `events/x${n}`, events('a'));
  await new Promise((onDone) => bus.put('state/short', 'a', 1, { ttlMs: 3_000, onDone }));
  await new Promise((onDone) => bus.put('state/long', 'a', 1, { ttlMs: 3_600_000, onDone }));
  expect(bus.stats().channels).toBe(12);
  aheadMs = 11_000;
  await eventually(() => expect(bus.stats().channels).toBe(1));
  expect(await bus.exists('events/x1')).toBe(true);
  expect([...(await bus.openState('state/short')).channel.entries()]).toEqual([]);
  expect([...(await bus.openState('state/long')).channel.entries()]).toEqual([['a', 1]]);
});

test('copies of state channels keep half of the history at most, all together', async (context) => {
  const { open } = await startBuses(context);
  const bus = await open({ historyBytes: 20_000, maxStateKeys: 100 });
  const states = [await bus.openState('state/0'), await bus.openState('state/1')];
  const big = 'x'.repeat(1_000);
  const outcomes: Published[] = [];
  for (let n = 0; n < 20; n++) outcomes.push(await put(bus, `state/${n % 2}`, `k${n}`, big));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(8);
  expect(outcomes.at(-1)).toMatchObject({
    error: { code: 'limit-reached', message: expect.stringMatching(/^historyBytes/) },
  });
  await eventually(() => expect(states.reduce((sum, { channel }) => sum + [...channel.entries()].length, 0)).toBe(8));
  expect(bus.stats().keptBytes).toBeGreaterThan(8_000);
  expect(bus.stats().keptBytes).toBeLessThanOrEqual(10_000);
  // What is there may change, and what goes makes room.
  expect(await put(bus, 'state/0', 'k0', big)).toMatchObject({ ok: true });
  bus.del('state/0', 'k0');
  await eventually(() => expect(states[0]?.channel.get('k0')).toBeUndefined());
  await vi.waitFor(async () => expect(await put(bus, 'state/1', 'k', big)).toMatchObject({ ok: true }));
});
