import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MasPeer, startRealMas } from '../../e2e/peers/mas/peer.ts';
import { startSimulatedMas } from '../../server/simulators/mas/simulated-peer.ts';
import { naiveUtc } from '../../server/simulators/mas/words.ts';
import { masTopologySimulator } from '../../server/simulators/mas-topology.ts';
import { findFastapi } from '../../server/tools/protocol/languages.ts';
import type {
  AgentAges,
  AgentRecord,
  EdgeRecord,
  MasSourceRecord,
  TopologyLogRecord,
} from '../../src/contract/upstream/mas-topology.ts';
import { FAST, isTrying, until } from './mas/test-timings.ts';
import { masTopologyKind } from './mas-topology.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';

// Two adapters, a Python program and whoever else is at work on this machine: only a hang should end a test by time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const python = findFastapi();
if (python === undefined)
  process.stderr.write(
    '!! No Python with FastAPI: the agents of MAS are tested against our simulator only, not against a real program.\n',
  );

let seq = 0;
const status = (agent_id: string, state: string, details: object = {}) => ({
  type: 'agent_status',
  timestamp: naiveUtc(Date.now()),
  source: 'heartbeat_service',
  data: { agent_id, status: state, details: { cycle_count: 1, heartbeat_seq: ++seq, ...details } },
});
const health = () => ({
  type: 'system_health',
  timestamp: naiveUtc(Date.now()),
  source: 'heartbeat_service',
  data: { event: 'system_heartbeat', total_agents: 3, heartbeat_count: ++seq, redis_connected: true },
  channel: 'system:health',
});
const flows = [
  {
    path: '/ws/topology',
    words: () => [status('search', 'active'), status('financial', 'error', { last_error: 'no ledger' })],
  },
  { path: '/ws/agents/status', words: () => [{ ...status('search', 'active'), channel: 'agents:status' }] },
  { path: '/ws/system/health', words: () => [health()] },
];

const peers = [
  {
    name: 'a real FastAPI program',
    isHere: python !== undefined,
    start: () => startRealMas(python ?? '', flows, false),
  },
  {
    name: 'our simulator',
    isHere: true,
    start: () => startSimulatedMas(masTopologySimulator, { heartbeatMs: 200, busPerMin: 600, agents: 12 }),
  },
];

describe.each(peers)('agents of MAS: $name', ({ isHere, name, start }) => {
  let peer: MasPeer;
  let lab: AdapterLab;
  const simulated = name === 'our simulator';

  beforeAll(async () => {
    if (isHere) peer = await start();
  });
  afterAll(() => peer?.stop());
  beforeEach(() => {
    if (isHere)
      lab = new AdapterLab(masTopologyKind(FAST), peer.url, {
        simulated,
        wanted: (part) => part !== 'bus' && part !== 'edges',
      });
  });
  afterEach(async () => {
    if (!isHere) return;
    lab.close();
    expect(lab.timers).toBe(0);
    await until(async () => (await peer.sockets()) === 0, 'every socket is closed');
  });

  const agent = (id = 'search') => lab.record<AgentRecord>('agents', id);
  const source = (id: string) => lab.record<MasSourceRecord>('service', id);
  const isLive = () => until(() => lab.stateOf('topology') === 'live' && lab.stateOf('health') === 'live', 'live');

  test.runIf(isHere)('connects and is live, with names from a list and states from heartbeats', async () => {
    await isLive();
    await until(() => agent()?.life === 'live' && agent()?.category === 'core', 'a list and a heartbeat');
    expect(agent()).toMatchObject({ id: 'search', at: expect.any(Number), atFrom: 'source' });
    // A time without a zone is UTC: local time would be hours away on many computers, and flagged.
    expect(agent()?.flags).not.toContain('clock-skew');
    expect(agent()?.provenance).toBe(simulated ? 'simulated' : 'measured');
    await until(() => source('agents')?.available && source('registry')?.available && source('stream')?.available);
    expect(lab.stateOf('agents-status')).toBe('idle');
    expect(lab.stateOf('bus')).toBe('idle');
    const edges = [...(lab.out.states.get('edges')?.values() ?? [])] as EdgeRecord[];
    expect(edges.length).toBeGreaterThan(0);
    expect(edges.every(({ flags, provenance }) => flags.includes('derived') && provenance !== 'measured')).toBe(true);
    const snapshots = () => lab.events<TopologyLogRecord>('log').filter(({ what }) => what === 'snapshot');
    await until(() => snapshots().length === 1, 'that there is no snapshot is told, once');
  });

  test.runIf(isHere)('heartbeats that change nothing bring ages only, and the connection stays live', async () => {
    await isLive();
    await until(() => lab.record<AgentAges>('ages', 'heartbeats') !== undefined, 'ages');
    const first = lab.record<AgentAges>('ages', 'heartbeats')?.rx ?? 0;
    await until(() => (lab.record<AgentAges>('ages', 'heartbeats')?.rx ?? 0) > first, 'newer ages');
    expect(lab.stateOf('topology')).toBe('live');
  });

  test.runIf(isHere)('1000 is not "done": it connects anew and asks again', async () => {
    await isLive();
    await until(() => source('agents')?.available);
    await new Promise((resolve) => setTimeout(resolve, FAST.refetchMs));
    const before = source('agents')?.rx ?? 0;
    await peer.closeAll();
    await until(() => lab.status('topology').lastDrop?.why.includes('1000'), 'the reason is told');
    await isLive();
    expect(lab.status('topology').connects).toBeGreaterThanOrEqual(2);
    await until(() => (source('agents')?.rx ?? 0) > before, 'the list is asked for again');
  });

  test.runIf(isHere)('gone without a word, and back', async () => {
    await isLive();
    await peer.gone(true);
    await until(() => isTrying(lab.stateOf('topology')), 'it is noticed');
    const known = agent();
    expect(known).toBeDefined();
    await peer.gone(false);
    await isLive();
  });

  test.runIf(isHere)('a handshake that hangs is given up, and tried again', async () => {
    await isLive();
    await peer.frozen(true);
    await until(() => isTrying(lab.stateOf('topology')), 'pings without an answer, or an end');
    await until(() => lab.status('topology').lastDrop?.why.includes('no answer'), 'it is said');
    await peer.frozen(false);
    await isLive();
  });

  test.runIf(isHere)('a list that fails keeps what was there, and says why', async () => {
    await isLive();
    await until(() => source('agents')?.available && agent()?.category !== undefined);
    await peer.mode('snapshot-500', true);
    await until(() => source('agents')?.available === false, 'it is told');
    expect(source('agents')?.why).toContain('500');
    expect(source('agents')?.lastGoodAt).toBeDefined();
    expect(agent()?.category).toBe('core');
    expect(lab.stateOf('topology')).toBe('live');
    await peer.mode('snapshot-500', false);
    await until(() => source('agents')?.available, 'it is back');
  });

  test.runIf(isHere)('connected is not live: a dead Redis answers pings and brings nothing', async () => {
    await isLive();
    await peer.mode('redis-dead', true);
    await until(() => lab.stateOf('topology') === 'stale', 'stale by its threshold');
    expect(lab.status('topology').rttMs).toBeDefined();
    await peer.closeAll();
    await until(() => lab.stateOf('topology') === 'connected-no-data', 'connected, and nothing');
    await peer.mode('redis-dead', false);
    await isLive();
  });
});

describe('what only a simulator does', () => {
  test('a page in place of a list is told as what it is', async () => {
    const peer = await startSimulatedMas(masTopologySimulator, { heartbeatMs: 200 });
    await peer.mode('html', true);
    const lab = new AdapterLab(masTopologyKind(FAST), peer.url);
    const why = () => lab.record<MasSourceRecord>('service', 'agents')?.why;
    await until(() => why()?.includes('HTML'), 'it says HTML');
    await peer.mode('html', false);
    await until(() => lab.record<MasSourceRecord>('service', 'agents')?.available, 'the list');
    await until(() => lab.stateOf('topology') === 'live', 'live');
    lab.close();
    await peer.stop();
  });

  test('the clock of MAS is hours ahead, then right again: everybody is heard all the time', async () => {
    const peer = await startSimulatedMas(masTopologySimulator, { heartbeatMs: 200, agents: 3 });
    await peer.mode('clock-3h', true);
    const lab = new AdapterLab(masTopologyKind(FAST), peer.url);
    const agents = () => [...(lab.out.states.get('agents')?.values() ?? [])] as AgentRecord[];
    await until(() => agents().some(({ flags }) => flags.includes('clock-skew')), 'a clock that is not believed');
    await peer.mode('clock-3h', false);
    await until(
      () =>
        agents().length === 3 && agents().every(({ life, flags }) => life === 'live' && !flags.includes('clock-skew')),
      'a clock that is right again',
    );
    lab.close();
    await peer.stop();
  });

  test('the bus: edges that were seen, each event once, and a bus that is off is refused seldom', async () => {
    const peer = await startSimulatedMas(masTopologySimulator, { heartbeatMs: 200, busPerMin: 1_200, agents: 60 });
    const wanted = new Set(['bus', 'edges']);
    const lab = new AdapterLab(masTopologyKind(FAST), peer.url, { wanted: (part) => wanted.has(part) });
    const seen = () =>
      [...(lab.out.states.get('edges')?.values() ?? [])].filter((edge) => (edge as EdgeRecord).kind === 'bus');
    await until(() => lab.stateOf('bus') === 'live' && seen().length > 3, 'edges from traffic');
    expect(seen()[0]).toMatchObject({ messages: expect.any(Number), windowMs: 60_000, provenance: 'simulated' });
    await until(() => (lab.out.counts.get('deduped:bus-event') ?? 0) > 0, 'copies are counted');
    const traces = lab.events<{ traceId: string; payload: object }>('bus');
    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(traces.length);
    expect(traces.every(({ payload }) => !('goal' in payload))).toBe(true);
    await peer.mode('bus-disabled', true);
    await peer.closeAll();
    await until(() => JSON.stringify(lab.status('bus').state).includes('MYCA_AGENT_BUS_ENABLED'), 'it says why');
    wanted.clear();
    lab.adapter.demand?.('bus', false);
    expect(lab.stateOf('bus')).toBe('idle');
    lab.close();
    await peer.stop();
  });

  test('250 agents, and a MAS that began anew', async () => {
    const peer = await startSimulatedMas(masTopologySimulator, { heartbeatMs: 200, agents: 250 });
    const lab = new AdapterLab(masTopologyKind(FAST), peer.url);
    await until(() => lab.out.states.get('agents')?.size === 250, '250 agents');
    await until(() => lab.record('health', 'system') !== undefined, 'how often its heart beat');
    await peer.mode('restarted', true);
    await until(() => lab.events<TopologyLogRecord>('log').some(({ what }) => what === 'restart'), 'a restart');
    lab.close();
    await peer.stop();
  });
});
