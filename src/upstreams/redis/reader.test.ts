import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedRecord, RedisHeartbeat, RedisMeasured, RedisTool } from '../../contract/upstream/redis.ts';
import type { Out } from '../out.ts';
import { positionOf } from './position.ts';
import { RedisReader } from './reader.ts';

const NOW = Date.UTC(2026, 8, 2, 9);

function lab() {
  const reader = new RedisReader();
  const states = new Map<string, unknown>();
  const events: { part: string; record: unknown }[] = [];
  const counts: string[] = [];
  let rows = 0;
  const out: Out = {
    put: (part, key, record) => void states.set(`${part} ${key}`, record),
    event: (part, record) => void events.push({ part, record }),
    remove: () => undefined,
    replace: () => undefined,
    rows: () => void rows++,
    gap: () => undefined,
    count: (what, reason) => void counts.push(`${what}:${reason}`),
  };
  const say = (from: string, data: unknown, more: Partial<FeedRecord> = {}): void =>
    reader.read({ from, source: null, at: NOW, atFrom: 'wrapper', data, flags: [], ...more }, out, {
      now: NOW,
      simulated: false,
    });
  return { say, states, events, counts, rows: () => rows };
}

describe('agents', () => {
  test.each([
    ['IDLE', 'ok'],
    ['supervisor_started', 'ok'],
    ['Degraded', 'warn'],
    ['agent_restart_failed', 'bad'],
    ['meditating', 'unknown'],
  ])('%s is %s, and shown as it was sent', (status, health) => {
    const { say, states } = lab();
    say('agents:status', { agent_id: ' a1 ', status });
    expect(states.get('agents a1')).toMatchObject({ status, health });
  });

  test('without an id it is nobody', () => {
    const { say, states, counts } = lab();
    say('agents:status', { status: 'idle' });
    say('agents:status', ['idle']);
    expect(states.size).toBe(0);
    expect(counts).toEqual(['dropped:no-agent-id', 'dropped:no-agent-id-not-an-object']);
  });
});

test('an alert is what was said of it last, by its own clock', () => {
  const { say, states, counts } = lab();
  const alert = (status: string, updated_at: string) =>
    say('system:alerts', { alert: { id: 7, status, severity: 'INFO', updated_at } });
  alert('acknowledged', '2026-09-02T08:16:10');
  alert('open', '2026-09-02T08:16:00');
  alert('resolved', '2026-09-02T08:17:00');
  expect(states.get('alerts 7')).toMatchObject({ status: 'resolved', severity: 'info' });
  expect(counts).toEqual(['late:older-updated-at']);
});

test('a heartbeat: numbers that are none go alone, and a count that falls is a restart', () => {
  const { say, states } = lab();
  const beat = (heartbeat_count: number) =>
    say('system:health', {
      event: 'system_heartbeat',
      total_agents: '42',
      cpu_usage: null,
      memory_usage: 'much',
      heartbeat_count,
    });
  beat(10);
  beat(1);
  const record = states.get('system system:health') as RedisHeartbeat;
  expect(record).toMatchObject({
    agents: { total: 42 },
    beats: 1,
    dropped: ['cpu_usage', 'memory_usage'],
    flags: ['restarted'],
  });
});

test('readings: text drops a known name, null drops any, an inner timestamp is none; an empty map is a device that was seen', () => {
  const { say, states, rows } = lab();
  const telemetry = { Temperature: '21.5', humidity: 'wet', tvoc: null, state: 'ok', timestamp: 7, co2: -1 };
  say('devices:telemetry', { device_id: 'd', telemetry });
  expect(states.get('devices d') as RedisMeasured).toMatchObject({
    readings: [
      { name: 'temperature', value: 21.5, unit: '°C' },
      { name: 'co2', value: -1, unit: 'ppm' },
    ],
    dropped: ['humidity', 'tvoc'],
    attributes: { state: 'ok' },
  });
  say('devices:telemetry', { device_id: 'e', telemetry: {} });
  expect(states.get('devices e')).toMatchObject({ readings: [], dropped: [] });
  expect(rows()).toBe(1);
});

test.each([
  [{ progress: 3, total: 10 }, 0.3],
  [{ progress: 30, total: 10 }, 1],
  [{ progress: 3, total: 0 }, null],
  [{ progress: 3, total: null }, null],
  [{ total: 10 }, null],
])('a tool at %j is at %s', (said, progress) => {
  const { say, states } = lab();
  say('agents:tool_calls', { type: 'progress', tool: 'search', message: '', ...said }, { source: 'mcp:search' });
  expect((states.get('tools search mcp:search') as RedisTool).progress).toBe(progress);
});

test.each([
  [{ latitude: 0, longitude: 0 }, { lat: 0, lng: 0 }, []],
  [{ lat: '45.5', lon: '-122' }, { lat: 45.5, lng: -122 }, []],
  [{ location: { lat: 1, lng: 2 } }, { lat: 1, lng: 2 }, []],
  [{ latitude: 91, longitude: 10 }, undefined, ['latitude', 'longitude']],
  [{ lat: 10, lng: -181 }, undefined, ['lat', 'lng']],
  [{ latitude: 10 }, undefined, ['latitude', 'longitude']],
  [{ latitude: null, longitude: null }, undefined, []],
  [{}, undefined, []],
])('%j is at %j', (item, position, dropped) => {
  expect(positionOf(item)).toEqual({ position, dropped });
});

test('feeds that nobody has described go on as they are', () => {
  const { say, events } = lab();
  say('lab:anything', [1, 2]);
  expect(events).toMatchObject([{ part: 'other', record: { from: 'lab:anything', data: [1, 2] } }]);
});

test('whatever is on a feed is read or counted', () => {
  const channel = fc.constantFrom(
    'devices:telemetry',
    'experiments:data',
    'agents:status',
    'agents:tasks',
    'agents:tool_calls',
    'crep:live',
    'crep:fungal:updates',
    'system:alerts',
    'system:health',
    'tasks:progress',
    'mas.deep_agents.events',
    'mesh:packets',
    'entities:89c25',
    'security:blocks',
    'earth2:predictions',
  );
  const key = fc.constantFrom(
    'agent_id',
    'device_id',
    'telemetry',
    'data',
    'alert',
    'id',
    'category',
    'entity',
    'location',
    '__proto__',
    'time',
    'payload',
    'status',
  );
  const data = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), fc.dictionary(key, tie('any')), fc.array(tie('any'))),
  })).any;
  fc.assert(
    fc.property(channel, data, (from, value) => {
      const { say, states, events, counts } = lab();
      say(from, value);
      expect(states.size + events.length + counts.length).toBeGreaterThan(0);
    }),
    { numRuns: 1_000 },
  );
});
