import { expect, test } from 'vitest';
import type { CrepSource } from '../../../src/contract/upstream/crep.ts';
import { hintsOf } from '../../../src/upstreams/crep/kinds.ts';
import { readValue } from '../../../src/upstreams/crep/read.ts';
import { CrepStore } from '../../../src/upstreams/crep/store.ts';
import type { Out } from '../../../src/upstreams/out.ts';
import type { AdapterHost } from '../adapter.ts';
import { Publisher } from './publisher.ts';

const START = 1_795_176_000_000;

function startPublisher() {
  let now = 0;
  const timers: { due: number; callback: () => void }[] = [];
  const recorder = () => {
    const puts: string[] = [];
    const records: object[] = [];
    const out: Out = {
      put: (part, key, record) => {
        puts.push(`${part} ${key}`);
        records.push(record);
      },
      remove: (part, keys) => puts.push(`remove ${part} ${keys.join()}`),
      replace: () => undefined,
      event: () => undefined,
      rows: () => undefined,
      gap: () => undefined,
      count: () => undefined,
    };
    return { out, puts, records };
  };
  const own = recorder();
  const host = {
    now: () => START + now,
    mono: () => now,
    out: own.out,
    schedule: (ms: number, callback: () => void) => {
      const timer = { due: now + ms, callback };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  } as unknown as AdapterHost;
  const store = new CrepStore();
  const publisher = new Publisher(host, store);
  return {
    store,
    publisher,
    own,
    recorder,
    advance(ms: number) {
      const end = now + ms;
      for (;;) {
        timers.sort((a, b) => a.due - b.due);
        const next = timers[0];
        if (next === undefined || next.due > end) break;
        timers.shift();
        now = next.due;
        next.callback();
      }
      now = end;
    },
    say(value: unknown, out: Out, name = 'entities') {
      const context = { now: START + now, simulated: false, everyMs: 0, hints: hintsOf('/api/x') };
      publisher.took(name, readValue(value, store, out, context), out);
    },
  };
}

const ship = (step: number) => ({
  vessels: [
    { mmsi: 338990001, lat: 32, lng: -117 + step / 10_000, sog: 6, source: 'ais', timestamp: START + step * 10 },
  ],
});

test('a thousand messages in two seconds are three deliveries of what is newest', () => {
  const { say, advance, recorder, own } = startPublisher();
  const line = recorder();
  for (let step = 0; step < 200; step++) {
    say(ship(step), line.out);
    advance(10);
  }
  advance(2_000);
  const all = [...line.puts, ...own.puts].filter((put) => put.startsWith('vessels'));
  expect(all.length).toBeLessThanOrEqual(3);
  expect(own.records.at(-1) ?? line.records.at(-1)).toMatchObject({ lon: -117 + 199 / 10_000 });
});

test('what comes through a connection makes it live, a repeated answer too', () => {
  const { say, advance, recorder } = startPublisher();
  const line = recorder();
  say(ship(1), line.out, 'vessels');
  expect(line.puts).toEqual(['sources vessels', 'vessels vessel:338990001']);
  advance(5_000);
  say(ship(1), line.out, 'vessels');
  expect(line.puts.at(-1)).toBe('sources vessels');
});

test('a failure is told once, and the last good answer is remembered', () => {
  const { publisher, say, advance, recorder } = startPublisher();
  const line = recorder();
  say(ship(1), line.out, 'vessels');
  advance(5_000);
  for (let round = 0; round < 3; round++) publisher.failed('vessels', 'it answered 503', line.out);
  const told = line.records.filter((record): record is CrepSource => 'state' in record);
  expect(told).toMatchObject([
    { state: 'ok' },
    { state: 'degraded', why: 'it answered 503', lastOkAt: START, records: 1 },
  ]);
});

test('what is forgotten is told by itself', () => {
  const { say, advance, recorder, own } = startPublisher();
  say(ship(1), recorder().out);
  advance(100 * 60_000);
  expect(own.puts).toContain('remove vessels vessel:338990001');
});
