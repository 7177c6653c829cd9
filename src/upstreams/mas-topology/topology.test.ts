import { expect, test } from 'vitest';
import { AGENT_STATES } from '../../contract/upstream/mas-topology.ts';
import { agentStateOf } from './agent-state.ts';
import { uptimeOf } from './rest.ts';
import { TopologyLab } from './test-topology.ts';
import { TOPOLOGY_SOCKETS } from './topology.ts';

test.each([
  ['healthy', 'active'],
  ['registered', 'idle'],
  ['restarted', 'starting'],
  ['spawning', 'starting'],
  ['initializing', 'starting'],
  ['shutdown', 'stopping'],
  ['dead', 'offline'],
  ['archived', 'offline'],
  ['paused', 'idle'],
  ['Busy', 'busy'],
  ['zombie', 'unknown'],
  ['constructor', 'unknown'],
])('%s is %s', (word, state) => {
  expect(agentStateOf(word)).toBe(state);
  expect(AGENT_STATES).toContain(state);
});

test('an unchanged heartbeat is an age, not a record; all of a tick in one', () => {
  const lab = new TopologyLab();
  for (const id of ['a', 'b', 'c']) lab.heartbeat(id, 'idle');
  const { puts } = lab;
  lab.now += 15_000;
  for (const id of ['a', 'b', 'c']) lab.heartbeat(id, 'idle');
  expect(lab.puts).toBe(puts);
  lab.pass(0);
  expect(lab.puts).toBe(puts + 1);
  expect(lab.states.get('ages')?.get('heartbeats')).toMatchObject({ heardAt: { a: lab.now, b: lab.now, c: lab.now } });
});

test('45 s without a heartbeat is stale, 120 s offline, and the next one is live', () => {
  const lab = new TopologyLab();
  lab.heartbeat('a', 'active');
  lab.heartbeat('b', 'active');
  lab.pass(44_000);
  lab.heartbeat('b', 'active');
  expect(lab.agent('a')?.life).toBe('live');
  lab.pass(2_000);
  expect(lab.agent('a')).toMatchObject({ life: 'stale', state: 'active' });
  expect(lab.agent('a')?.flags).not.toContain('no-heartbeats');
  lab.pass(75_000);
  expect(lab.agent('a')).toMatchObject({ life: 'offline', state: 'offline', said: 'active' });
  // Nobody is heard: it is the stream that is silent.
  expect(lab.agent('a')?.flags).toEqual(expect.arrayContaining(['aged', 'no-heartbeats']));
  lab.heartbeat('a', 'active');
  expect(lab.agent('a')).toMatchObject({ life: 'live', state: 'active', flags: [] });
});

test('why it is red is told, once, and that it is not any more', () => {
  const lab = new TopologyLab();
  lab.heartbeat('a', 'idle');
  lab.heartbeat('a', 'degraded', { last_error: 'no route to 192.0.2.7:80', consecutive_errors: 1 });
  lab.heartbeat('a', 'degraded', { last_error: 'no route to 192.0.2.7:80', consecutive_errors: 2 });
  lab.heartbeat('a', 'error', { last_error: "KeyError: 'x'", consecutive_errors: 3 });
  expect(lab.log('agent-error').map(({ why }) => why)).toEqual(['no route to [address]', "KeyError: 'x'"]);
  expect(lab.agent('a')).toMatchObject({ state: 'error', why: "KeyError: 'x'", metrics: { consecutiveErrors: 3 } });
  lab.heartbeat('a', 'idle');
  expect(lab.log('agent-recovered')).toHaveLength(1);
  expect(lab.agent('a')).toMatchObject({ why: undefined, lastError: undefined });
});

test('the supervisor’s words are events: logged once, and a state where they are one', () => {
  const lab = new TopologyLab();
  const say = (agent_id: string, status: string, details: object) =>
    lab.status({ agent_id, status, details }, { source: 'agent_supervisor' });
  say('supervisor', 'supervisor_started', { interval: 30 });
  say('a', 'agent_unresponsive', { elapsed_seconds: 196.4 });
  say('a', 'agent_unresponsive', { elapsed_seconds: 196.4 });
  expect(lab.agent('supervisor')).toBeUndefined();
  expect(lab.agent('a')).toMatchObject({
    state: 'unresponsive',
    life: 'unheard',
    why: 'agent_unresponsive: no cycle for 196 s',
  });
  expect(lab.log('lifecycle')).toHaveLength(2);
  expect(lab.counts).toEqual(['deduped:lifecycle']);
  lab.now += 30_000;
  say('a', 'agent_restart_failed', { reason: 'not_in_registry' });
  say('a', 'agent_exploded', {});
  expect(lab.agent('a')).toMatchObject({ state: 'unknown', said: 'agent_exploded' });
  expect(lab.log('lifecycle')).toHaveLength(4);
});

test('older than the newest is late; three in a row mean that the clock of MAS was put back', () => {
  const lab = new TopologyLab();
  lab.heartbeat('a', 'active');
  const old = (ms: number, status: string) => lab.heartbeat('a', status, {}, { timestamp: lab.stamp(lab.now - ms) });
  old(600_000, 'idle');
  expect(lab.agent('a')?.state).toBe('active');
  lab.heartbeat('a', 'active');
  lab.now += 15_000;
  old(10_800_000, 'idle');
  lab.now += 15_000;
  old(10_800_000, 'idle');
  expect(lab.agent('a')?.state).toBe('active');
  lab.now += 15_000;
  old(10_800_000, 'idle');
  expect(lab.agent('a')).toMatchObject({ state: 'idle', atFrom: 'arrival', flags: ['clock-skew'] });
  expect(lab.counts.filter((one) => one === 'late:older-status')).toHaveLength(3);
});

test('lists give names and edges; heartbeats know the state better while they come', () => {
  const lab = new TopologyLab();
  lab.heartbeat('a', 'active', { cycle_count: 3 });
  const list = (...ids: string[]) => ({
    agents: ids.map((id) => ({
      id,
      displayName: ` ${id} Agent`,
      category: 'core',
      status: 'registered',
      cycleCount: 9,
    })),
  });
  expect(lab.answer('/orchestrator/agents', list('a', 'b'))).toBe(true);
  expect(lab.agent('a')).toMatchObject({ name: 'a Agent', state: 'active', metrics: { cycles: 3 } });
  expect(lab.agent('b')).toMatchObject({ state: 'idle', said: 'registered', life: 'unheard', flags: ['rest-only'] });
  expect(lab.edge('myca-orchestrator>category:core>member')).toMatchObject({
    provenance: 'derived',
    flags: ['derived'],
  });
  expect(lab.edge('category:core>b>member')).toBeDefined();
  expect(lab.states.get('categories')?.get('core')).toMatchObject({ agents: 2 });

  expect(lab.answer('/orchestrator/agents', list('a'))).toBe(true);
  expect(lab.agent('b')).toBeUndefined();
  expect(lab.edge('category:core>b>member')).toBeUndefined();
  for (const bad of [{ agents: null }, [], 7]) expect(lab.answer('/orchestrator/agents', bad)).toBe(false);
  expect(lab.answer('/orchestrator/agents', { agents: [] })).toBe(true);
  expect(lab.agent('a')).toBeDefined();
  expect(lab.states.get('service')?.get('agents')).toMatchObject({ available: true });
});

test('a list that fails says why and since when', () => {
  const lab = new TopologyLab();
  lab.answer('/orchestrator/agents', { agents: [{ id: 'a' }] });
  const good = lab.now;
  lab.now += 60_000;
  lab.model.failed(
    '/orchestrator/agents',
    { status: 500, body: 'Internal Server Error', retryAfterMs: undefined },
    '',
    lab,
    lab.context,
  );
  expect(lab.states.get('service')?.get('agents')).toMatchObject({
    available: false,
    why: 'MAS answers 500: Internal Server Error',
    lastGoodAt: good,
  });
  expect(lab.agent('a')).toBeDefined();
});

test('bus traffic is counted over a window, and forgotten when it ends', () => {
  const lab = new TopologyLab();
  let trace = 0;
  const say = (type = 'task') =>
    lab.frame(TOPOLOGY_SOCKETS.bus, {
      type: 'message',
      channel: 'agents:tasks',
      data: {
        type,
        from_agent: 'p',
        to_agent: 's',
        payload: { goal: 'x', task_id: 't' },
        trace_id: `t${++trace}`,
        classification: 'UNCLASS',
      },
    });
  for (let count = 0; count < 5; count += 1) say();
  say('__proto__');
  lab.pass(1_000);
  expect(lab.edge('p>s>bus')).toMatchObject({ messages: 5, types: { task: 5 }, provenance: 'measured' });
  expect(lab.events.find(([part]) => part === 'bus')?.[1]).toMatchObject({ payload: { task_id: 't' } });
  expect(lab.counts).toContain('withheld:bus-payload');
  const { puts } = lab;
  lab.pass(1_000);
  expect(lab.puts).toBe(puts);
  lab.pass(64_000);
  expect(lab.edge('p>s>bus')).toMatchObject({ messages: 0, types: {} });
  lab.pass(600_000);
  expect(lab.edge('p>s>bus')).toBeUndefined();
});

test('classified payloads are not looked into', () => {
  const lab = new TopologyLab();
  lab.status({
    type: 'alert',
    from_agent: 'a',
    to_agent: 'b',
    payload: { k: 'v' },
    trace_id: '1',
    classification: 'SECRET',
  });
  expect(lab.events).toMatchObject([['bus', { payload: {}, classification: 'SECRET', channel: 'agents:status' }]]);
});

test('the bus is answered a sign of life, and what it refuses is told', () => {
  const lab = new TopologyLab();
  expect(lab.frame(TOPOLOGY_SOCKETS.bus, { type: 'heartbeat', payload: {} })).toBe('{"type":"heartbeat"}');
  expect(lab.frame(TOPOLOGY_SOCKETS.bus, { type: 'error', payload: { message: 'Event blocked' } })).toBeUndefined();
  expect(lab.log('refused')).toMatchObject([{ why: 'Event blocked' }]);
});

test('MAS began anew: its heartbeat count went down', () => {
  const lab = new TopologyLab();
  const beat = (heartbeat_count: number) =>
    lab.frame(TOPOLOGY_SOCKETS.health, {
      type: 'system_health',
      data: { event: 'system_heartbeat', heartbeat_count, total_agents: 1 },
    });
  for (const count of [480, 481, 481, 2, 3]) beat(count);
  expect(lab.log('restart')).toMatchObject([{ why: 'its heartbeat count went from 481 to 2' }]);
});

test('a snapshot that is an error or empty clears nothing, and is told once', () => {
  const lab = new TopologyLab();
  lab.heartbeat('a', 'idle');
  const snapshot = (more: object) => lab.frame(TOPOLOGY_SOCKETS.topology, { type: 'snapshot', ...more });
  for (let count = 0; count < 3; count += 1) snapshot({ error: 'no list_agents' });
  snapshot({ nodes: [], edges: [] });
  snapshot({ nodes: 'x' });
  expect(lab.agent('a')).toBeDefined();
  expect(lab.log('snapshot')).toHaveLength(2);
  snapshot({
    nodes: [
      { id: 'u1', label: 'a', status: 'busy' },
      { id: 'u2', label: 'z', status: 'busy', category: 'voice' },
      { id: 'u3' },
      7,
    ],
    edges: [{ from: 'u2', to: 'a', type: 'depends_on' }, { from: 1 }],
  });
  expect(lab.agent('a')?.state).toBe('idle');
  expect(lab.agent('z')).toMatchObject({ state: 'busy', flags: expect.arrayContaining(['catalogue']) });
  expect(lab.edge('z>a>depends_on')).toMatchObject({ kind: 'depends_on' });
});

test('tasks: other events of the channel too, each once', () => {
  const lab = new TopologyLab();
  const say = (data: unknown) =>
    lab.frame(TOPOLOGY_SOCKETS.tasks, { type: 'task_progress', timestamp: lab.stamp(), data });
  for (const data of [
    { event: 'task_queued', task_id: 't1' },
    { event: 'task_queued', task_id: 't1' },
    { event: 'task_queued' },
    'x',
  ])
    say(data);
  expect(lab.events).toHaveLength(1);
  expect(lab.counts).toEqual(['deduped:task', 'dropped:task-fields', 'dropped:task-data']);
});

test('no more agents than there is room for', () => {
  const lab = new TopologyLab();
  for (let count = 0; count < 2_010; count += 1) lab.heartbeat(`a${count}`, 'idle');
  expect(lab.model.agents.size).toBe(2_000);
  expect(lab.counts.filter((one) => one === 'dropped:too-many-agents')).toHaveLength(10);
});

test('uptime in words', () => {
  expect(uptimeOf('2d 4h 7m')).toBe(2 * 86_400 + 4 * 3_600 + 7 * 60);
  expect(uptimeOf('soon')).toBeUndefined();
});
