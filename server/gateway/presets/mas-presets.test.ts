import { expect, test } from 'vitest';
import type { SocketRoute } from '../preset.ts';
import { SaidCheck } from '../said-check.ts';
import { masScientificPreset } from './mas-scientific.ts';
import { masTopologyPreset } from './mas-topology.ts';

const socket = (preset: typeof masTopologyPreset, path: string): SocketRoute => {
  const route = preset.routes.find((one) => one.is === 'socket' && one.path === path);
  if (route?.is !== 'socket') throw new Error(`no socket ${path}`);
  return route;
};

test('on the bus a browser may say who listens, and that it lives; nothing that an agent would hear', () => {
  const check = new SaidCheck(socket(masTopologyPreset, '/ws/agent-bus'));
  expect(
    check.passed('{"agent_id":"hyphae-1","channels":["agents:status"],"metadata":{"kind":"observer"}}'),
  ).toBeDefined();
  expect(check.passed('{"type":"heartbeat"}')).toBeDefined();
  for (const said of [
    '{"type":"event","event_type":"task","to_agent":"broadcast","payload":{}}',
    '{"type":"task","payload":{}}',
    '{"agent_id":"x","type":"alert"}',
    '{"type":7}',
    '[]',
    'hello',
  ])
    expect(check.passed(said)).toBeUndefined();
});

test('who looks at a signal may not command it', () => {
  const route = socket(masScientificPreset, '/api/fci/ws/stream/*');
  const viewer = new SaidCheck(route);
  expect(viewer.passed('{"type":"ping"}')).toBeDefined();
  expect(viewer.passed('{"type":"stimulate","command":{}}')).toBeUndefined();
  expect(route.commands?.role).toBe('operator');
  const operator = new SaidCheck({ send: [...route.send, ...(route.commands?.send ?? [])] });
  expect(operator.passed('{"type":"stimulate","command":{}}')).toBeDefined();
});

test('what stops every agent is for owners', () => {
  const stop = masTopologyPreset.routes.find(({ path }) => path === '/runner/stop');
  expect(stop?.role).toBe('owner');
});

test('addresses, hosts and what people asked stay on the server', () => {
  const screen = masTopologyPreset.screen ?? ((_, value) => value);
  const shown = JSON.stringify([
    screen('/api/incidents', {
      incidents: [
        {
          id: 'i',
          title: 'Unknown host 192.0.2.7',
          source_ip: '192.0.2.7',
          host: 'gate',
          details: { mac: 'x' },
          timeline: [1],
        },
      ],
    }),
    screen('/ws/agent-bus', {
      type: 'message',
      data: { type: 'task', from_agent: 'a', payload: { task_id: 't', goal: 'a secret', at: 'http://192.0.2.7:80/' } },
    }),
    screen('/ws/topology', {
      type: 'agent_status',
      data: { agent_id: 'a', status: 'error', details: { last_error: 'no route to 192.0.2.7:5432' } },
    }),
    masScientificPreset.screen?.('/api/scientific/simulations/live', {
      data: { a: { error: 'x', url: 'http://192.0.2.7' } },
    }),
  ]);
  expect(shown).not.toMatch(/192\.0\.2|secret|gate/);
  expect(shown).toContain('"task_id":"t"');
  const plain = {
    type: 'agent_status',
    data: { agent_id: 'a', status: 'idle' },
    timestamp: '2026-08-14T09:30:00.000001',
  };
  // The very value where nothing goes: nothing is written anew.
  expect(screen('/ws/topology', plain)).toBe(plain);
});
