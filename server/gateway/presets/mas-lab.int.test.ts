import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startRealMas } from '../../../e2e/peers/mas/peer.ts';
import type { AgentRecord } from '../../../src/contract/upstream/mas-topology.ts';
import { until } from '../../../workers/upstreams/mas/test-timings.ts';
import { masScientificAdapter } from '../../../workers/upstreams/mas-scientific.ts';
import { masTopologyAdapter } from '../../../workers/upstreams/mas-topology.ts';
import { AdapterLab } from '../../../workers/upstreams/natureos/adapter-lab.ts';
import { startSimulators } from '../../simulators/host.ts';
import { naiveUtc } from '../../simulators/mas/words.ts';
import { masScientificSimulator } from '../../simulators/mas-scientific.ts';
import { masTopologySimulator } from '../../simulators/mas-topology.ts';
import { findFastapi } from '../../tools/protocol/languages.ts';
import { startTestGateway } from '../test-gateway.ts';
import { masScientificPreset } from './mas-scientific.ts';
import { masTopologyPreset } from './mas-topology.ts';

const python = findFastapi();
if (python === undefined)
  process.stderr.write('!! No Python with FastAPI: viewers of MAS are not counted against its own limit.\n');

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test.runIf(python !== undefined)(
  'many viewers cost MAS what one does, within its limit',
  async () => {
    const status = () => ({
      type: 'agent_status',
      timestamp: naiveUtc(Date.now()),
      source: 'heartbeat_service',
      data: { agent_id: 'search', status: 'error', details: { last_error: 'no route to 192.0.2.7' } },
    });
    const mas = await startRealMas(python ?? '', [{ path: '/ws/topology', words: () => [status()] }]);
    closers.push(() => mas.stop());
    const agents = await startTestGateway(masTopologyPreset, { url: mas.url });
    const science = await startTestGateway(masScientificPreset, { url: mas.url });
    closers.push(
      () => agents.close(),
      () => science.close(),
    );
    const view = () => {
      const labs = [
        new AdapterLab(masTopologyAdapter, agents.base),
        new AdapterLab(masScientificAdapter, science.base),
      ];
      closers.push(() => {
        for (const lab of labs) lab.close();
      });
      return labs;
    };
    const [first] = view();
    const agent = (lab: AdapterLab | undefined) => lab?.record<AgentRecord>('agents', 'search');
    await until(() => agent(first)?.category === 'core' && agent(first)?.life === 'live', 'one viewer', 20_000);
    await until(async () => (await mas.requests()).total >= 12, 'every list was asked for', 20_000);
    const { total } = await mas.requests();
    const labs = Array.from({ length: 4 }, () => view()[0]);
    await until(
      () => labs.every((lab) => agent(lab)?.category === 'core' && agent(lab)?.life === 'live'),
      'all',
      20_000,
    );
    // Failures are not kept, so incidents (503 here) may be asked for again; every list that works is shared.
    const after = await mas.requests();
    const shared = Object.entries(after.byPath).filter(
      ([path]) => path.startsWith('/orchestrator') || path.startsWith('/scientific/lab'),
    );
    expect(shared.every(([, count]) => count === 1)).toBe(true);
    expect(after.limited).toBe(0);
    expect(after.total - total).toBeLessThanOrEqual(16);
    // Each viewer has a connection of their own to the gateway, and no address comes through it.
    expect(agent(first)?.lastError).toBe('no route to [address]');
  },
  90_000,
);

test('who looks may not stimulate; operators may, and on the bus nobody speaks', async () => {
  const simulators = await startSimulators({ kinds: [masScientificSimulator, masTopologySimulator] });
  closers.push(() => simulators.close());
  simulators.setDial('mas-topology', 'busPerMin', 1_200);
  const science = await startTestGateway(masScientificPreset, { url: simulators.url('mas-scientific') });
  const agents = await startTestGateway(masTopologyPreset, { url: simulators.url('mas-topology') });
  closers.push(
    () => science.close(),
    () => agents.close(),
  );
  const answers = async (role: string) => {
    const url = `${science.base.replace('http', 'ws')}/api/fci/ws/stream/demo-1`;
    const socket = new WebSocket(url, { headers: { 'x-test-role': role } });
    closers.push(() => socket.terminate());
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push((JSON.parse(data.toString()) as { type: string }).type));
    await once(socket, 'open');
    socket.send('{"type":"stimulate","command":{"waveform":"sine"}}');
    socket.send('{"type":"ping"}');
    await until(() => heard.includes('pong') && heard.includes('sample'), 'a pong and the signal');
    return heard.includes('stimulate_ack');
  };
  expect(await answers('viewer')).toBe(false);
  expect(await answers('operator')).toBe(true);

  const lab = new AdapterLab(masTopologyAdapter, agents.base);
  closers.push(() => lab.close());
  await until(() => lab.stateOf('bus') === 'live', 'the first words, which have no type, pass');
  expect(JSON.stringify(lab.events('bus'))).not.toContain('index new species');
});
