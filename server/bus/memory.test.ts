import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import type { Published } from './bus.ts';
import { CONTRACT_OPTIONS, changesOf, events, eventually, published, testBusContract } from './bus-contract.ts';
import { type BusOptions, makeMemoryBus } from './memory.ts';
import { Pulse } from './pulse.ts';

const BOUNDED: BusOptions = { ...CONTRACT_OPTIONS, eventsLogBytes: 4_000, maxStateKeys: 10_000 };

const makeBus = (options: BusOptions, clock = new FakeClock()) =>
  makeMemoryBus(options, clock, new Pulse({ windowMs: 0 }));

testBusContract(async (options) => {
  const clock = new FakeClock();
  const bus = makeBus(options, clock);
  return { bus, pass: async (ms) => clock.advance(ms), close: () => bus.close() };
});

test('a log stays within its bytes and finds every offset it still has', async () => {
  const publications = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('gap' as const)));
  await fc.assert(
    fc.asyncProperty(publications, async (sizes) => {
      const bus = makeBus(BOUNDED);
      const { channel: log } = await bus.openLog('events/x');
      for (const one of sizes) {
        if (one === 'gap') {
          const gap = { why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 } as const;
          await published(bus, 'events/x', { t: 'gap', gap });
        } else await published(bus, 'events/x', events(...Array.from({ length: one }, () => 'x')));
        // One entry for each, so that there is something to let go of.
        await new Promise((resolve) => setImmediate(resolve));
      }
      const last = sizes.reduce<number>((sum, one) => sum + (one === 'gap' ? 0 : one), 0);
      await eventually(() => expect(log.nextOffset).toBe(last));
      expect(bus.stats().keptBytes).toBeLessThanOrEqual(4_000);
      const first = log.entry(log.firstSeq)?.offset ?? 0;
      for (let offset = first; offset < last; offset++) {
        const seq = log.seqAfter({ epoch: log.epoch, offset });
        const entry = seq === undefined ? undefined : log.entry(seq);
        const holds = entry && entry.offset <= offset && entry.offset + Math.max(entry.count, 1) > offset;
        expect(holds).toBe(true);
      }
      expect(log.seqAfter({ epoch: log.epoch, offset: first - 1 })).toBeUndefined();
      expect(log.seqAfter({ epoch: log.epoch, offset: last })).toBeLessThanOrEqual(log.nextSeq);
      await bus.close();
    }),
    { numRuns: 50 },
  );
});

test('what is too old goes, and so does an open channel that nobody uses', async () => {
  const clock = new FakeClock();
  const bus = makeBus(CONTRACT_OPTIONS, clock);
  const { channel: log, close } = await bus.openLog('events/x');
  await published(bus, 'events/x', events('old'));
  await eventually(() => expect(log.nextSeq).toBe(1));
  clock.advance(CONTRACT_OPTIONS.historyMs + 10_000);
  expect(log.firstSeq).toBe(1);
  expect(await bus.exists('events/x'), 'somebody holds it open').toBe(true);
  const { epoch } = log;
  close();
  clock.advance(10_000);
  const again = await bus.openLog('events/x');
  expect(again.channel.epoch, 'who was away for a moment missed nothing').toBe(epoch);
  again.close();
  clock.advance(CONTRACT_OPTIONS.historyMs + 10_000);
  expect(await bus.exists('events/x')).toBe(false);
  await bus.close();
});

test('state: a reader who missed more deletions than are remembered gets a snapshot', async () => {
  const bus = makeBus(BOUNDED);
  const { channel: state } = await bus.openState('state/x');
  const since = { epoch: state.epoch, offset: 0 };
  for (let key = 0; key < 1_100; key++) {
    bus.put('state/x', `k${key}`, 1);
    bus.del('state/x', `k${key}`);
  }
  expect(changesOf(state, since)).toMatchObject({ snapshot: true, puts: [] });
  await bus.close();
});

test('who opens channels and leaves them takes no room from others', async () => {
  const bus = makeBus({ ...BOUNDED, maxChannels: 8 });
  for (let n = 0; n < 100; n++) {
    const name = n % 2 === 0 ? `events/new-${n}` : `state/new-${n}`;
    const { close } = await (n % 2 === 0 ? bus.openLog(name) : bus.openState(name));
    close();
  }
  expect(bus.stats().channels).toBeLessThanOrEqual(8);
  expect(await published(bus, 'events/x', events('here'))).toMatchObject({ ok: true });
  await bus.close();
});

test('state channels keep half of the history at most, all together', async () => {
  const bus = makeBus({ ...BOUNDED, historyBytes: 20_000 });
  const put = (channel: string, key: string, record: unknown) =>
    new Promise<Published>((onDone) => bus.put(channel, key, record, { onDone }));
  const big = 'x'.repeat(1_000);
  const outcomes: Published[] = [];
  for (let n = 0; n < 20; n++) outcomes.push(await put(`state/${n % 4}`, `k${n}`, big));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(8);
  expect(outcomes.at(-1)).toMatchObject({ error: { code: 'limit-reached', message: /^historyBytes/ } });
  expect(bus.stats().keptBytes).toBeLessThanOrEqual(10_000);
  // What is there may change, and what goes makes room.
  expect(await put('state/0', 'k0', big)).toMatchObject({ ok: true });
  bus.del('state/0', 'k0');
  expect(await put('state/9', 'k', big)).toMatchObject({ ok: true });
  await bus.close();
});

test('a long state with deletions costs no more per change than a short one', async () => {
  const bus = makeBus({ ...BOUNDED, maxStateKeys: 40_000 });
  for (let key = 0; key < 30_000; key++) bus.put('state/x', `k${key}`, 1);
  const { channel: state } = await bus.openState('state/x');
  for (let n = 0; n < 3_000; n++) {
    bus.put('state/x', 'gone', 1);
    bus.put('state/x', `gone-${n}`, 1);
    bus.del('state/x', `gone-${n}`);
  }
  const since = { epoch: state.epoch, offset: state.nextOffset - 3 };
  expect(changesOf(state, since)).toMatchObject({ snapshot: false, puts: [['gone', 1]], dels: ['gone-2999'] });
  await bus.close();
});

test('a change of state is as old as it is, however late it is asked for', async () => {
  const clock = new FakeClock();
  const bus = makeBus(BOUNDED, clock);
  const { channel: state } = await bus.openState('state/x');
  bus.put('state/x', 'a', 1);
  const since = { epoch: state.epoch, offset: state.nextOffset };
  const changedAt = clock.now();
  bus.put('state/x', 'b', 1);
  clock.advance(40);
  bus.put('state/x', 'c', 1);
  expect(state.changesSince(since)?.at).toBe(changedAt);
  await bus.close();
});

test('what was answered is there for whoever looks right behind it', async () => {
  const bus = makeBus(BOUNDED);
  const outcome = await published(bus, 'events/x', events('a'));
  const { channel: log } = await bus.openLog('events/x');
  expect(outcome).toMatchObject({ ok: true, cursor: { epoch: log.epoch, offset: 0 } });
  expect(log.nextOffset).toBe(1);
  await bus.close();
});
