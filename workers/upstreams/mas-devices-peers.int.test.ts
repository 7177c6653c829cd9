import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MasPeer, startRealMas } from '../../e2e/peers/mas/peer.ts';
import { startSimulatedMas } from '../../server/simulators/mas/simulated-peer.ts';
import { naiveUtc } from '../../server/simulators/mas/words.ts';
import { masDevicesSimulator } from '../../server/simulators/mas-devices.ts';
import { findFastapi } from '../../server/tools/protocol/languages.ts';
import type {
  BuoyRecord,
  DeviceCommandRecord,
  DeviceRecord,
  MeshPacketRecord,
  ReadingsRecord,
  RegistryRecord,
} from '../../src/contract/upstream/mas-devices.ts';
import { isTrying, until } from './mas/test-timings.ts';
import { masDevicesAdapter } from './mas-devices.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';

const python = findFastapi();
if (python === undefined)
  process.stderr.write('!! No Python with FastAPI: devices of MAS are tested against our simulator only.\n');

let count = 0;
const words = () => {
  count += 1;
  const data = {
    temperature: 22 + (count % 10) / 10,
    humidity: 86,
    pressure: 1_013.2,
    gas_resistance: 151_200,
    iaq: 48,
  };
  const envelope = { type: 'telemetry', timestamp: naiveUtc(Date.now()), source: 'device:mushroom1' };
  return [{ ...envelope, device_id: 'mushroom1', data }];
};
const flows = [{ path: '/ws/devices/mushroom1', words }];

const peers = [
  { name: 'a real FastAPI program', isHere: python !== undefined, start: () => startRealMas(python ?? '', flows) },
  {
    name: 'our simulator',
    isHere: true,
    start: () => startSimulatedMas(masDevicesSimulator, { devices: 8, everyS: 0.2 }),
  },
];

describe.each(peers)('devices of MAS: $name', ({ isHere, start }) => {
  let peer: MasPeer;
  let lab: AdapterLab;

  beforeAll(async () => {
    if (isHere) peer = await start();
  });
  beforeEach(() => {
    if (isHere) lab = new AdapterLab(masDevicesAdapter, peer.url);
  });
  afterEach(async () => {
    if (!isHere) return;
    lab.close();
    expect(lab.timers).toBe(0);
    await until(async () => (await peer.sockets()) === 0, 'all sockets are closed');
  });
  afterAll(async () => {
    if (isHere) await peer.stop();
  });

  const device = (id: string) => lab.record<DeviceRecord>('devices', id);
  const readings = () => lab.record<ReadingsRecord>('readings', 'mushroom1');
  const registry = () => lab.record<RegistryRecord>('registry', 'registry');
  const commands = () => lab.events<DeviceCommandRecord>('commands');
  const stream = () =>
    Array.from({ length: 12 }, (_, index) => `device-${index + 1}`).find((name) => {
      try {
        return lab.status(name).url.endsWith('/ws/devices/mushroom1');
      } catch {
        return false;
      }
    }) ?? 'device-1';
  const flowing = () => until(() => readings() !== undefined && lab.stateOf(stream()) === 'live', 'readings flow');
  const led = { device: 'mushroom1', command: 'led rgb 0 255 0', confirmed: true };

  test.runIf(isHere)('a list, a stream for each, and readings with their time', async () => {
    await flowing();
    expect(device('mushroom1')).toMatchObject({ status: 'online', position: { lonDeg: expect.closeTo(-122.33, 1) } });
    expect(registry()).toMatchObject({ available: true, streamed: registry()?.online, notStreamed: 0 });
    expect(readings()).toMatchObject({ atFrom: 'source', by: 'pushed' });
    expect(Math.abs(Date.now() - (readings()?.at ?? 0))).toBeLessThan(5_000);
    await until(async () => (await peer.sockets()) === registry()?.streamed, 'a stream for each');
  });

  test.runIf(isHere)('a buoy and the mesh', async () => {
    await until(() => lab.record('buoys', 'psathyrella-1') !== undefined && lab.events('mesh-packets').length > 1);
    const buoy = lab.record<BuoyRecord>('buoys', 'psathyrella-1');
    expect(buoy).toMatchObject({ depthM: undefined, gpsLock: true, position: { latDeg: expect.closeTo(47.6, 1) } });
    const uids = lab.events<MeshPacketRecord>('mesh-packets').map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    await peer.mode('no-gps', true);
    await until(() => lab.record<BuoyRecord>('buoys', 'psathyrella-1')?.gpsLock === false);
    const dark = lab.record<BuoyRecord>('buoys', 'psathyrella-1');
    expect(dark?.flags).toContain('no-gps');
    expect(dark?.position).toEqual(buoy?.position === undefined ? undefined : expect.anything());
    await peer.mode('no-gps', false);
  });

  test.runIf(isHere)('closed politely by MAS: again, by itself', async () => {
    await flowing();
    await peer.closeAll();
    // It is back within milliseconds: that it was away is seen by the reason, not by catching it.
    await until(() => lab.status(stream()).lastDrop?.why.includes('1000'), 'the reason is told');
    const rows = lab.out.rowsSeen.length;
    await until(() => lab.stateOf(stream()) === 'live' && lab.out.rowsSeen.length > rows, 'live again');
  });

  test.runIf(isHere)(
    'MAS is gone and back: what was known stays, and everything goes on',
    async () => {
      await flowing();
      await peer.gone(true);
      await until(() => isTrying(lab.stateOf(stream())), 'it tries again');
      await lab.call('refresh', undefined);
      await until(() => registry()?.available === false);
      expect(device('mushroom1')?.status).toBe('online');
      await peer.gone(false);
      await peer.flow(true);
      await until(() => registry()?.available === true && lab.stateOf(stream()) === 'live', 'live again', 25_000);
    },
    60_000,
  );

  test.runIf(isHere)('whom MAS forgets is offline, and visible', async () => {
    await until(() => device('mushroom1')?.status === 'online');
    await peer.mode('registry-empty', true);
    await until(async () => {
      await lab.call('refresh', undefined);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return device('mushroom1')?.status === 'offline';
    });
    await until(async () => (await peer.sockets()) === 0, 'nobody is listened to');
    await peer.mode('registry-empty', false);
  });

  test.runIf(isHere)('commands are done once, or fail in the words of MAS', async () => {
    await until(() => device('mushroom1') !== undefined, 'the list', 20_000);
    expect(await lab.call('command', { ...led, id: 'c-1' })).toMatchObject({ ok: true, value: { answer: 'OK led' } });
    expect(commands().map(({ state }) => state)).toEqual(['queued', 'sent', 'acked']);
    for (const [mode, said] of [
      ['board-offline', /Cannot connect/],
      ['board-timeout', /timeout/],
      ['command-rejected', /rejected/],
    ] as const) {
      await peer.mode(mode, true);
      expect(await lab.call('command', led)).toMatchObject({
        ok: false,
        error: { message: expect.stringMatching(said) },
      });
      await peer.mode(mode, false);
    }
    expect(commands().at(-1)?.state).toBe('failed');
    const buoy = { device: 'psathyrella-1', target: 'side_a', command: 'nav.hold', confirmed: true };
    expect(await lab.call('buoy-command', buoy)).toMatchObject({ ok: true, value: { state: 'acked' } });
  });
});

describe.runIf(python !== undefined)('a real FastAPI program alone', () => {
  test('does no command twice, and closes when it hears what is no object', async () => {
    const peer = await startRealMas(python ?? '', flows);
    const lab = new AdapterLab(masDevicesAdapter, peer.url);
    try {
      await until(() => lab.record('readings', 'mushroom1') !== undefined);
      await lab.call('command', { device: 'mushroom1', command: 'led rgb 1 2 3', confirmed: true });
      const response = await fetch(`${peer.url}/control/executed`);
      expect(await response.json()).toEqual(['led rgb 1 2 3']);
      for (const [text, counted] of [
        ['{"type":"telemetry"', 'dropped:bad-json'],
        ['[1]', 'dropped:not-an-object'],
        ['{"type":"telemetry","device_id":"other","data":{"temperature":1}}', 'dropped:other-device'],
        ['{"type":"weather"}', 'unknown:weather'],
      ] as const) {
        await peer.push('/ws/devices/mushroom1', text);
        await until(() => lab.out.counts.has(counted), counted);
      }
      expect((await peer.connections()).opened['/ws/devices/mushroom1']).toBe(1);
    } finally {
      lab.close();
      await peer.stop();
    }
  });
});
