import { afterEach, expect, test } from 'vitest';
import type { Cursor } from '../../src/contract/channel.ts';
import { ChannelLog } from '../bus/channel-log.ts';
import { Pulse } from '../bus/pulse.ts';
import { payloadOf } from '../wire/frame-encode.ts';
import { LogReader } from './log-reader.ts';
import { startOf } from './log-start.ts';
import { Runs } from './runs.ts';

const pulse = new Pulse({ windowMs: 0 });
afterEach(() => pulse.close());
const context = { now: () => 1_000, spansServers: true };

/** A log as a server has it that was cut off for a while: E, a time of its own, E again from where others had got to. */
function makeLog(...stretches: (readonly [epoch: string, from: number, count: number])[]): ChannelLog {
  const [first] = stretches;
  const log = new ChannelLog(
    'events/a',
    'events',
    { epoch: first?.[0] ?? 'E', offset: first?.[1] ?? 0 },
    { maxBytes: 1e6, pulse, urgent: false },
  );
  for (const [epoch, from, count] of stretches) {
    for (let offset = from; offset < from + count; offset++) {
      log.append({ is: 'events', epoch, offset, count: 1, texts: `"${epoch}${offset}"`, at: 1 });
      log.seal();
    }
  }
  return log;
}

const start = (log: ChannelLog, since: Cursor, spansServers = true) =>
  startOf(log, { since, rewind: undefined }, { ...context, spansServers });

test('where something of its epoch is missing a reader is told up to where, and never sent back', () => {
  const log = makeLog(['E', 0, 21], ['local', 0, 11], ['E', 32, 5]);
  expect(start(log, { epoch: 'E', offset: 29 })).toMatchObject({
    recovered: false,
    cursor: { epoch: 'E', offset: 32 },
    gap: { why: 'history-trimmed', count: 3 },
  });
  expect(start(log, { epoch: 'E', offset: 34 })).toMatchObject({ recovered: true, cursor: { offset: 34 } });
  expect(start(log, { epoch: 'local', offset: 4 })).toMatchObject({ recovered: true, cursor: { epoch: 'local' } });
});

test('an epoch that is over goes on with what came after it', () => {
  const log = makeLog(['E', 0, 10], ['F', 10, 3]);
  expect(start(log, { epoch: 'E', offset: 14 })).toMatchObject({
    cursor: { epoch: 'F', offset: 10 },
    gap: { why: 'epoch-changed', count: undefined },
  });
  expect(start(log, { epoch: 'other', offset: 14 })).toMatchObject({ cursor: { epoch: 'E', offset: 0 } });
});

test('who is ahead of this server has it from another: nothing comes twice, nothing is passed over', () => {
  const log = makeLog(['E', 0, 10]);
  const opened = { channel: log, close: () => undefined };
  const flow = {
    since: { epoch: 'E', offset: 12 },
    rewind: undefined,
    every: undefined,
    lag: undefined,
    onLag: undefined,
  };
  const host = { wake: () => undefined, lagged: () => undefined, takesRuns: false };
  const reader = new LogReader(opened, flow, { ...context, runs: new Runs(), samplesLagBytes: 1e9 }, host);
  expect(reader.start).toMatchObject({ recovered: true, cursor: { epoch: 'E', offset: 12 } });
  log.append({ is: 'events', epoch: 'E', offset: 10, count: 1, texts: '"E10"', at: 1 });
  log.seal();
  expect(reader.next()).toBeUndefined();
  log.append({ is: 'events', epoch: 'E', offset: 11, count: 3, texts: '"E11","E12","E13"', at: 1 });
  log.seal();
  const taken = reader.next();
  expect(taken && JSON.parse(payloadOf(taken.frame).toString())).toMatchObject({ from: 12, records: ['E12', 'E13'] });
  expect(reader.cursor).toEqual({ epoch: 'E', offset: 14 });
});

test('alone, a server knows that nobody can be ahead of it', () => {
  const log = makeLog(['E', 0, 10]);
  expect(start(log, { epoch: 'E', offset: 12 }, false)).toMatchObject({
    recovered: false,
    cursor: { epoch: 'E', offset: 10 },
    gap: { why: 'epoch-changed' },
  });
});
