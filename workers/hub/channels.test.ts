import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FromHub } from '../../src/contract/from-hub.ts';
import { Channels, GRACE_MS } from './channels.ts';
import { deliveriesIn, FakeClock, fakeEnv } from './fake-world.ts';
import { StateChannel } from './state-channel.ts';
import { TabSession } from './tab-session.ts';

const TELEMETRY = 'device/x/telemetry';

function open() {
  const clock = new FakeClock();
  const env = fakeEnv({}, clock);
  const demands: [string, boolean][] = [];
  const channels = new Channels('e', env, (name, wanted) => demands.push([name, wanted]));
  const heard: FromHub[] = [];
  const session = new TabSession('t', channels, env, (message) => heard.push(message));
  return { clock, channels, session, heard, demands };
}

test('an upstream with thousands of curves takes no channel from a board', () => {
  const { channels, session } = open();
  session.subscribe({ sub: 1, channel: 'samples/up/mas-devices/telemetry.0' });
  for (let device = 0; device < 3_000; device += 1)
    channels
      .samples(`samples/up/mas-devices/telemetry.${device}`)
      ?.publish({ series: ['a'], provenance: 'measured', times: Float64Array.of(1), columns: [Float64Array.of(1)] });
  expect(channels.samples(TELEMETRY)).toBeDefined();
  expect(channels.cursor('samples/up/mas-devices/telemetry.0')?.offset).toBe(1);
  expect([...channels.all()].length).toBeLessThanOrEqual(1_024);
});

describe('demand', () => {
  test('a source is told once that somebody looks, and only after the grace time that nobody does', async () => {
    const { clock, session, demands } = open();
    session.subscribe({ sub: 1, channel: TELEMETRY });
    session.subscribe({ sub: 2, channel: TELEMETRY });
    session.unsubscribe(1);
    session.unsubscribe(2);
    await clock.advance(GRACE_MS - 1);
    session.subscribe({ sub: 3, channel: TELEMETRY });
    await clock.advance(GRACE_MS * 2);
    expect(demands).toEqual([[TELEMETRY, true]]);
    session.close();
    await clock.advance(GRACE_MS);
    expect(demands).toEqual([
      [TELEMETRY, true],
      [TELEMETRY, false],
    ]);
  });
});

describe('state for one tab', () => {
  test('whatever the order of changes and acks, the tab ends with the truth, and every change is delivered or counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ put: fc.constantFrom('a', 'b', 'c') }),
            fc.record({ del: fc.constantFrom('a', 'b', 'c') }),
            fc.constant('ack' as const),
            fc.constant('wait' as const),
          ),
          { maxLength: 60 },
        ),
        async (steps) => {
          const { clock, channels, session, heard } = open();
          const boards = channels.state('boards');
          session.subscribe({ sub: 1, channel: 'boards' });
          await clock.advance(10);
          let changes = 0;
          let value = 0;
          let credit = 0;
          for (const step of steps) {
            if (step === 'wait') await clock.advance(6);
            else if (step === 'ack') session.ack(++credit);
            else if ('put' in step) {
              boards?.put([[step.put, ++value]]);
              changes += 1;
            } else if (boards?.get(step.del) !== undefined) {
              boards.delete([step.del]);
              changes += 1;
            }
          }
          session.ack(Number.MAX_SAFE_INTEGER);
          await clock.advance(10);
          const seen = new Map<string, unknown>();
          let told = 0;
          for (const item of deliveriesIn(heard)) {
            if (item.t !== 'state') continue;
            for (const [key, record] of item.puts) seen.set(key, record);
            for (const key of item.dels) seen.delete(key);
            told += item.puts.length + item.dels.length + item.conflated;
          }
          for (const key of ['a', 'b', 'c']) expect(seen.get(key)).toBe(boards?.get(key));
          expect(told).toBe(changes);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('asks for less get less: one delivery per interval, the rest conflated', async () => {
    const { clock, channels, session, heard } = open();
    session.subscribe({ sub: 1, channel: 'boards', everyMs: 250 });
    for (let n = 0; n < 100; n += 1) {
      channels.state('boards')?.put([['k', n]]);
      await clock.advance(10);
      session.ack(Number.MAX_SAFE_INTEGER);
    }
    expect(deliveriesIn(heard).length).toBeLessThanOrEqual(5);
  });

  test('has a bound on its keys, and on what a reader that sleeps remembers', () => {
    const channel = new StateChannel('boards', 'e', 3);
    const reader = channel.read({ sub: 1, wake: () => undefined });
    reader.take();
    for (let n = 0; n < 50_000; n += 1) channel.put([[`k${n}`, n]]);
    expect([channel.kept, channel.trimmed]).toEqual([3, 49_997]);
    const taken = reader.take();
    expect(taken.items[0]).toMatchObject({
      snapshot: true,
      puts: [
        ['k49997', 49_997],
        ['k49998', 49_998],
        ['k49999', 49_999],
      ],
    });
  });
});
