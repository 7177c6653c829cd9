import { afterEach, expect, test } from 'vitest';
import type { ReadingsRecord } from '../../../src/contract/upstream/mas-devices.ts';
import type { VoiceSessionRecord } from '../../../src/contract/upstream/mas-voice.ts';
import { masDevicesAdapter } from '../../../workers/upstreams/mas-devices.ts';
import { masVoiceAdapter } from '../../../workers/upstreams/mas-voice.ts';
import { AdapterLab } from '../../../workers/upstreams/natureos/adapter-lab.ts';
import { until } from '../../../workers/upstreams/transport/test-env.ts';
import { startSimulators } from '../../simulators/host.ts';
import { masDevicesSimulator } from '../../simulators/mas-devices.ts';
import { masVoiceSimulator } from '../../simulators/mas-voice.ts';
import { startTestGateway } from '../test-gateway.ts';
import { masDevicesPreset } from './mas-devices.ts';
import { masVoicePreset } from './mas-voice.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('devices through the gateway: list, streams, buoy, mesh, one command, and no address', async () => {
  const simulators = await startSimulators({ kinds: [masDevicesSimulator] });
  closers.push(() => simulators.close());
  simulators.setDial('mas-devices', 'everyS', 0.2);
  const url = simulators.url('mas-devices');
  const gateway = await startTestGateway(masDevicesPreset, { url });
  closers.push(() => gateway.close());
  const lab = new AdapterLab(masDevicesAdapter, gateway.base);
  closers.push(() => lab.close());
  await until(() => lab.record<ReadingsRecord>('readings', 'mushroom1') !== undefined, 'readings');
  await until(
    () => lab.record('buoys', 'psathyrella-1') !== undefined && lab.events('mesh-packets').length > 0,
    'streams',
  );
  const led = { device: 'mushroom1', command: 'led rgb 0 255 0', confirmed: true };
  expect(await lab.call('command', led)).toMatchObject({ ok: true });
  const executed = await fetch(`${url}/simulator/executed`);
  expect(await executed.json()).toEqual({ executed: ['mushroom1 led rgb 0 255 0'] });
  const list = await (await fetch(`${gateway.base}/api/devices`)).text();
  expect(list).toContain('mushroom1');
  expect(list).not.toMatch(/192\.0\.2|"host"|agent_url/);
});

test('what is on no list, and what nobody may say, does not reach MAS', async () => {
  const simulators = await startSimulators({ kinds: [masDevicesSimulator] });
  closers.push(() => simulators.close());
  const gateway = await startTestGateway(masDevicesPreset, { url: simulators.url('mas-devices') });
  closers.push(() => gateway.close());
  const post = async (path: string, body: object, role = 'operator') => {
    const headers = { 'content-type': 'application/json', 'x-test-role': role };
    return (await fetch(gateway.base + path, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  const path = '/api/devices/mushroom1/command';
  expect(await post(path, { command: 'status' })).toBe(403);
  expect(await post(`${path}?use_mycorrhizae=false`, { command: 'erase flash' })).toBe(403);
  expect(await post(`${path}?use_mycorrhizae=false`, { command: 'status' }, 'viewer')).toBe(403);
  expect(await post('/api/devices/heartbeat', { device_id: 'x', host: 'y' }, 'owner')).toBeGreaterThanOrEqual(403);
  expect(await post(`${path}?use_mycorrhizae=false`, { command: 'status' })).toBe(200);
});

test('voice through the gateway: a conversation, its sound both ways, and MAS at its other address', async () => {
  const simulators = await startSimulators({ kinds: [masVoiceSimulator] });
  const mas = await startSimulators({ kinds: [masVoiceSimulator] });
  closers.push(async () => {
    await simulators.close();
    await mas.close();
  });
  simulators.setDial('mas-voice', 'warmupS', 0.2);
  const urls = { url: simulators.url('mas-voice'), altUrl: mas.url('mas-voice') };
  const gateway = await startTestGateway(masVoicePreset, urls);
  closers.push(() => gateway.close());
  const lab = new AdapterLab(masVoiceAdapter, gateway.base);
  closers.push(() => lab.close());
  expect(await lab.call('start', {})).toMatchObject({ ok: true });
  await until(() => lab.record<VoiceSessionRecord>('session', 'session')?.phase === 'ready', 'ready');
  await until(() => lab.events('audio').length >= 8, 'sound');
  expect(await lab.call('typed', { text: 'hello' })).toMatchObject({ ok: true });
  await until(() => lab.record('replies', 'reply-1') !== undefined, 'an answer');
  expect(mas.state()[0]?.handshakes).toBe(0);
  expect(await lab.call('ask', { text: 'why?' })).toMatchObject({ ok: true });
  await lab.call('text-start', {});
  await until(() => mas.state()[0]?.sockets === 1, 'the text session is with MAS');
  expect(simulators.state()[0]?.sockets).toBe(2);
});
