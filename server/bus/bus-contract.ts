import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { Bus, BusPublication, LogChannel, Published, StateChannel } from './bus.ts';
import { batchOf, payloadOf } from './encode.ts';
import type { BusOptions } from './memory.ts';

/** What every engine of the bus must do, whatever it is made of. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** Lets time pass, as the engine sees it. */
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const CONTRACT_OPTIONS: BusOptions = {
  eventsLogBytes: 1_000_000,
  samplesLogBytes: 1_000_000,
  historyBytes: 100_000_000,
  historyMs: 3_600_000,
  maxChannels: 12,
  maxStateKeys: 4,
};

/** A record, a row or a gap as a reader gets it, with its place. */
export interface Received {
  readonly epoch: string;
  readonly offset: number;
  readonly value: unknown;
}

/** All that a log has from an entry on, one by one. Rows of samples are told by their time. */
export function receivedOf(log: LogChannel, from = log.firstSeq): readonly Received[] {
  const received: Received[] = [];
  for (let seq = from; seq < log.nextSeq; seq++) {
    const entry = log.entry(seq);
    if (entry === undefined) continue;
    const { epoch, offset } = entry;
    const values: unknown[] =
      entry.is === 'samples'
        ? [...batchOf(entry).times]
        : entry.is === 'gap'
          ? [{ gap: JSON.parse(payloadOf(entry).toString()).gap }]
          : JSON.parse(payloadOf(entry).toString()).records;
    values.forEach((value, index) => {
      received.push({ epoch, offset: offset + index, value });
    });
  }
  return received;
}

export const valuesOf = (log: LogChannel): readonly unknown[] => receivedOf(log).map(({ value }) => value);

/** What a reader of a state gets who knows what was `since`. */
export function changesOf(state: StateChannel, since?: { epoch: string; offset: number }) {
  const frame = state.changesSince(since);
  return frame && JSON.parse(frame.frame.subarray(frame.head).toString());
}

export const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 10 });

export const published = (bus: Bus, channel: string, publication: BusPublication, key?: string): Promise<Published> =>
  new Promise((onDone) => bus.publish(channel, publication, { key, onDone }));

export const events = (...records: readonly unknown[]): BusPublication => ({ t: 'events', records });

export const rows = (first: number, count: number): SampleBatch => ({
  channel: 'of the owner',
  epoch: 'of the owner',
  offset: 99,
  series: ['x'],
  provenance: 'measured',
  times: Float64Array.from({ length: count }, (_, row) => first + row),
  columns: [Float64Array.from({ length: count }, (_, row) => row * 10)],
});

const GAP = { why: 'unplugged', count: undefined, fromMs: 1, toMs: 2 } as const;

/** Registers the cases; each gets a bus of its own that is empty. */
export function testBusContract(make: (options: BusOptions) => Promise<BusUnderTest>): void {
  const withBus = (name: string, run: (bus: Bus, pass: BusUnderTest['pass']) => Promise<void>) =>
    test(name, async () => {
      const { bus, pass, close } = await make(CONTRACT_OPTIONS);
      try {
        await run(bus, pass);
      } finally {
        await close();
      }
    });

  withBus('offsets and epoch are the bus’s own, and what is answered is where readers find it', async (bus) => {
    const { channel: log } = await bus.openLog('events/x');
    const first = await published(bus, 'events/x', events('a', 'b'));
    const second = await published(bus, 'events/x', events({ c: 1 }));
    await eventually(() => expect(valuesOf(log)).toEqual(['a', 'b', { c: 1 }]));
    expect(first).toMatchObject({ ok: true, cursor: { epoch: log.epoch, offset: 0 }, duplicate: false });
    expect(second).toMatchObject({ ok: true, cursor: { epoch: log.epoch, offset: 2 } });
    expect(log.nextOffset).toBe(3);
  });

  withBus('samples carry the bus’s place instead of the owner’s', async (bus) => {
    const { channel: log } = await bus.openLog('samples/x');
    bus.publish('samples/x', { t: 'samples', batch: rows(10, 3) });
    bus.publish('samples/x', { t: 'samples', batch: rows(13, 2) });
    await eventually(() => expect(valuesOf(log)).toEqual([10, 11, 12, 13, 14]));
    const entry = log.entry(log.seqAfter({ epoch: log.epoch, offset: 3 }) ?? -1);
    expect(entry && batchOf(entry)).toMatchObject({ channel: 'samples/x', epoch: log.epoch, offset: 3 });
  });

  withBus('a gap is in its place between the records and counts none', async (bus) => {
    const { channel: log } = await bus.openLog('events/x');
    for (const one of [events(1), { t: 'gap', gap: GAP } as const, { t: 'gap', gap: GAP } as const, events(2)])
      bus.publish('events/x', one);
    const gap = { gap: { why: 'unplugged', fromMs: 1, toMs: 2 } };
    await eventually(() => expect(valuesOf(log)).toEqual([1, gap, gap, 2]));
    expect(log.nextOffset).toBe(2);
    expect(log.entry(log.seqAfter({ epoch: log.epoch, offset: 1 }) ?? -1)?.is).toBe('gap');
  });

  withBus('what was published before its reader came is there', async (bus) => {
    await published(bus, 'events/x', events(1, 2, 3));
    const { channel: log } = await bus.openLog('events/x');
    await eventually(() => expect(valuesOf(log)).toEqual([1, 2, 3]));
  });

  withBus('whatever is published arrives once and in order', async (bus) => {
    const { channel: log } = await bus.openLog('events/x');
    let next = 0;
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async (counts, isSlow) => {
        for (const count of counts) {
          bus.publish('events/x', events(...Array.from({ length: count }, () => next++)));
          if (isSlow) await new Promise((resolve) => setImmediate(resolve));
        }
        await eventually(() => expect(log.nextOffset).toBe(next));
      }),
      { numRuns: 10 },
    );
    const kept = receivedOf(log);
    expect(kept.map(({ value }) => value)).toEqual(kept.map(({ offset }) => offset));
  });

  withBus('the same key again is not published again, and is answered as before', async (bus) => {
    const { channel: log } = await bus.openLog('events/x');
    const answers = await Promise.all([
      published(bus, 'events/x', events('a'), 'one'),
      published(bus, 'events/x', events('a'), 'one'),
      published(bus, 'events/x', events('b'), 'two'),
    ]);
    const again = await published(bus, 'events/x', events('a'), 'one');
    const at = (offset: number, duplicate: boolean) => ({ ok: true, cursor: { epoch: log.epoch, offset }, duplicate });
    await eventually(() => expect(valuesOf(log)).toEqual(['a', 'b']));
    expect([...answers, again]).toEqual([at(0, false), at(0, true), at(1, false), at(0, true)]);
  });

  withBus('the publisher’s own cursor is kept with the channel', async (bus) => {
    expect(await bus.sourceOf('events/x')).toBeUndefined();
    bus.publish('events/x', events(1), { source: { epoch: 'of the owner', offset: 7 } });
    expect(await bus.sourceOf('events/x')).toEqual({ epoch: 'of the owner', offset: 7 });
    await published(bus, 'events/x', events(2));
    expect(await bus.sourceOf('events/x')).toEqual({ epoch: 'of the owner', offset: 7 });
  });

  withBus('a channel exists once it was published on, until it is dropped', async (bus) => {
    expect(await bus.exists('events/x')).toBe(false);
    await published(bus, 'events/x', events(1));
    expect(await bus.exists('events/x')).toBe(true);
    bus.drop('events/x');
    await vi.waitFor(async () => expect(await bus.exists('events/x')).toBe(false));
    const { channel: log } = await bus.openLog('events/x');
    expect(valuesOf(log)).toEqual([]);
  });

  withBus('whoever reads a dropped channel goes on when it is published on again', async (bus) => {
    const { channel: log } = await bus.openLog('events/x');
    const reader = { wake: () => undefined };
    log.addReader(reader);
    await published(bus, 'events/x', events('secret'));
    await eventually(() => expect(valuesOf(log)).toEqual(['secret']));
    bus.drop('events/x');
    await eventually(() => expect(valuesOf(log)).toEqual([]));
    await published(bus, 'events/x', events('after'));
    await eventually(() => expect(valuesOf(log).at(-1)).toBe('after'));
    expect(valuesOf(log)).not.toContain('secret');
    log.removeReader(reader);
  });

  withBus('state: a snapshot, then what changed since, each key once', async (bus) => {
    const { channel: state } = await bus.openState('state/x');
    bus.put('state/x', 'a', 1);
    bus.put('state/x', 'b', { text: 'ü\n"' });
    await eventually(() => expect([...state.entries()]).toHaveLength(2));
    const { cursor, snapshot, puts } = changesOf(state);
    expect({ snapshot, puts }).toEqual({
      snapshot: true,
      puts: [
        ['a', 1],
        ['b', { text: 'ü\n"' }],
      ],
    });
    for (const value of [2, 3]) bus.put('state/x', 'a', value);
    bus.del('state/x', 'b');
    bus.del('state/x', 'never there');
    await eventually(() => expect(state.get('b')).toBeUndefined());
    expect(changesOf(state, cursor)).toMatchObject({ snapshot: false, puts: [['a', 3]], dels: ['b'] });
    expect(changesOf(state, { epoch: 'another', offset: 2 })).toMatchObject({ snapshot: true, puts: [['a', 3]] });
  });

  withBus('state: a change that depends on another is refused when there was a third', async (bus) => {
    const put = (record: unknown, ifOffset?: number): Promise<Published> =>
      new Promise((onDone) => bus.put('state/x', 'a', record, { ifOffset, onDone }));
    const { channel: state } = await bus.openState('state/x');
    await put('first');
    await eventually(() => expect(state.get('a')).toBe('first'));
    const seen = state.offsetOf('a') ?? -1;
    const outcomes = await Promise.all([put('mine', seen), put('theirs', seen)]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, error: { code: 'conflict' } }]);
    await eventually(() => expect(state.get('a')).toBe('mine'));
  });

  withBus('state: a key with a time to live vanishes, unless it is put again', async (bus, pass) => {
    const { channel: state } = await bus.openState('state/x');
    bus.put('state/x', 'short', 1, { ttlMs: 50 });
    bus.put('state/x', 'renewed', 1, { ttlMs: 50 });
    bus.put('state/x', 'renewed', 2);
    await eventually(() => expect(state.get('renewed')).toBe(2));
    await pass(50);
    await eventually(() => expect(state.get('short')).toBeUndefined());
    expect(state.get('renewed')).toBe(2);
  });

  withBus('limits have their names: keys of a state, channels in all', async (bus) => {
    const put = (channel: string, key: string): Promise<Published> =>
      new Promise((onDone) => bus.put(channel, key, 1, { onDone }));
    for (const key of ['a', 'b', 'c', 'd']) expect(await put('state/x', key)).toMatchObject({ ok: true });
    expect(await put('state/x', 'a')).toMatchObject({ ok: true });
    const refusal = (word: string) => ({
      ok: false,
      error: { code: 'limit-reached', message: expect.stringContaining(word) },
    });
    expect(await put('state/x', 'e')).toMatchObject(refusal('maxStateKeys'));
    for (let n = 1; n < CONTRACT_OPTIONS.maxChannels; n++)
      expect(await published(bus, `events/c${n}`, events(n))).toMatchObject({ ok: true });
    expect(await published(bus, 'events/more', events(1))).toMatchObject(refusal('maxChannels'));
    expect(bus.stats()).toMatchObject({ channels: CONTRACT_OPTIONS.maxChannels, refused: 2 });
  });

  withBus('a server knows itself, and all is well', async (bus) => {
    expect(bus.peers.alive()).toContain(bus.node);
    expect(bus.health().degraded).toBeUndefined();
  });
}
