import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../config.ts';
import { FakeClock } from '../../fake-clock.ts';
import type { Bus } from '../bus.ts';
import { makeMemoryBus } from '../memory.ts';
import { Pulse } from '../pulse.ts';
import { FeedLeader, type Predecessor } from './feed-leader.ts';

/** Several servers on one bus, as far as leadership goes. */
function makeLab() {
  const clock = new FakeClock();
  const pulse = new Pulse({ windowMs: 0 });
  const shared = makeMemoryBus(DEFAULT_LIMITS, clock, pulse);
  const told: string[] = [];
  const befores: (Predecessor | undefined)[] = [];
  let down: string | undefined;
  const join = (node: string) => {
    const bus: Bus = {
      ...shared,
      engine: 'redis',
      node,
      put: (channel, key, record, how) => {
        if (down === node)
          how?.onDone?.({ ok: false, error: { code: 'bus-down', message: 'down' }, retryAfterMs: 1_000 });
        else shared.put(channel, key, record, how);
      },
    };
    const leader = new FeedLeader(bus, clock, 'redis', {
      onLead: (before) => {
        told.push(`${node} leads`);
        befores.push(before);
      },
      onStandBy: () => told.push(`${node} stands by`),
    });
    return leader;
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      // The state channel is opened, and changes are told, in turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    }
  };
  return {
    join,
    pass,
    told,
    befores,
    setDown: (node: string | undefined) => {
      down = node;
    },
    shared,
  };
}

test('one of two leads, and keeps leading', async () => {
  const { join, pass, told, befores } = makeLab();
  const a = join('a');
  const b = join('b');
  await pass(20_000);
  expect(told).toHaveLength(1);
  expect([a.isLeading, b.isLeading].filter(Boolean)).toHaveLength(1);
  expect(befores).toEqual([undefined]);
});

test('a leader that is closed is followed within two seconds, and its places are known', async () => {
  const { join, pass, told, befores } = makeLab();
  const a = join('a');
  await pass(2_000);
  const b = join('b');
  a.keep({ 'mesh:packets': '12-0' });
  await pass(3_000);
  a.close();
  await pass(2_000);
  expect(told).toEqual(['a leads', 'b leads']);
  expect(b.isLeading).toBe(true);
  expect(befores[1]?.positions).toEqual({ 'mesh:packets': '12-0' });
});

test('a leader that renews no more is followed within five seconds, and knows it before', async () => {
  const { join, pass, told, befores, setDown } = makeLab();
  const a = join('a');
  await pass(2_000);
  a.keep({ s: '7-0' });
  const b = join('b');
  await pass(2_000);
  setDown('a');
  await pass(2_600);
  expect([a.isLeading, b.isLeading]).toEqual([false, false]);
  await pass(2_400);
  expect([a.isLeading, b.isLeading]).toEqual([false, true]);
  setDown(undefined);
  await pass(5_000);
  expect(told).toEqual(['a leads', 'a stands by', 'b leads']);
  expect(befores[1]?.positions).toEqual({ s: '7-0' });
});

test('after all have ended, the next one waits for the lease and knows how far streams were read', async () => {
  const { join, pass, befores, setDown } = makeLab();
  const a = join('a');
  await pass(2_000);
  a.keep({ s: '7-0' });
  await pass(2_000);
  setDown('a');
  a.close();
  const b = join('b');
  await pass(4_000);
  expect(b.isLeading).toBe(true);
  expect(befores[1]?.positions).toEqual({ s: '7-0' });
});

test('a leader whose bus is away stops before another may begin', async () => {
  const { join, pass, told, setDown } = makeLab();
  const a = join('a');
  await pass(2_000);
  setDown('a');
  await pass(2_400);
  expect(a.isLeading).toBe(false);
  expect(told).toEqual(['a leads', 'a stands by']);
  setDown(undefined);
  await pass(2_000);
  expect(told).toEqual(['a leads', 'a stands by', 'a leads']);
});

test('somebody who claims over a leader does not make two', async () => {
  const { join, pass, shared } = makeLab();
  const a = join('a');
  await pass(2_000);
  shared.put('feed-leaders', 'redis', { node: 'b', at: 0, positions: {} }, { ttlMs: 3_000 });
  await pass(600);
  expect(a.isLeading).toBe(false);
  await pass(5_000);
  expect(a.isLeading).toBe(true);
});
