import { afterEach, expect, test } from 'vitest';
import type { NatureosCommand, NatureosDevice } from '../../../src/contract/upstream/natureos.ts';
import { AdapterLab } from '../../../workers/upstreams/natureos/adapter-lab.ts';
import { NATUREOS_TIMINGS } from '../../../workers/upstreams/natureos/timings.ts';
import { natureosKind } from '../../../workers/upstreams/natureos.ts';
import { until } from '../../../workers/upstreams/transport/test-env.ts';
import { startSimulatedPeer } from '../../simulators/natureos/simulated-peer.ts';
import { startTestGateway } from '../test-gateway.ts';
import { natureosPreset } from './natureos.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(only?: readonly string[]) {
  const peer = await startSimulatedPeer({ keepAliveMs: 300, timeoutMs: 20_000 });
  closers.push(() => peer.stop());
  if (only !== undefined) await peer.offer(only);
  const gateway = await startTestGateway(natureosPreset, { url: peer.url });
  closers.push(() => gateway.close());
  const lab = new AdapterLab(
    natureosKind({ ...NATUREOS_TIMINGS, backoff: { firstMs: 50, mostMs: 300 } }),
    gateway.base,
  );
  closers.push(() => lab.close());
  const update = (): Promise<void> =>
    peer.push(
      'DeviceUpdate',
      { deviceId: 'a', data: { temperature: 21 }, timestamp: new Date().toISOString() },
      'DashboardUsers',
    );
  return { peer, lab, update, url: gateway.base };
}

test.each([
  ['a socket', undefined, 'WebSockets'],
  ['an event stream', ['ServerSentEvents'], 'ServerSentEvents'],
] as const)(
  'the hub comes through the gateway over %s, without other people’s questions',
  async (_, only, transport) => {
    const { peer, lab, update } = await open(only);
    await until(() => lab.stateOf('hub') !== 'connecting' && lab.status('hub').connects === 1);
    for (let n = 0; n < 100 && lab.record('devices', 'a') === undefined; n += 1) {
      await update();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(lab.record<NatureosDevice>('devices', 'a')?.values.temperature).toMatchObject({ value: 21, unit: 'degC' });
    expect((await peer.connections()).transports).toEqual([transport]);
    await until(() => lab.stateOf('devices') === 'live');
    for (let n = 0; n < 100 && lab.events('activity').length === 0; n += 1) {
      const asked = { question: 'whose?', responseLength: 1, timestamp: new Date().toISOString() };
      await peer.push('MycaActivity', asked, 'MycaUsers');
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(lab.events('activity')[0]).toMatchObject({ t: 'myca', what: 'activity', responseLength: 1 });
  },
);

test('a command goes through for who may, and for nobody else', async () => {
  const { lab, url } = await open();
  const answer = await lab.call('command', { device: 'SIM-0001', command: 'get_status' });
  expect(answer).toMatchObject({ ok: true });
  expect(lab.events<NatureosCommand>('commands').map(({ state }) => state)).toEqual(['sending', 'queued']);
  const refused = await fetch(`${url}/devices/SIM-0001/commands/mycobrain`, {
    method: 'POST',
    headers: { 'x-test-role': 'viewer', 'content-type': 'application/json' },
    body: '{"command_type":"reset","parameters":{}}',
  });
  expect(refused.status).toBe(403);
  const dead = await fetch(`${url}/api/devices/SIM-0001/commands/mycobrain`, { method: 'POST', body: '{}' });
  expect([404, 405]).toContain(dead.status);
});
