import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulators, startSimulators } from '../../server/simulators/host.ts';
import { masDevicesSimulator } from '../../server/simulators/mas-devices.ts';
import type {
  AcousticRecord,
  BuoyRecord,
  DeviceCommandRecord,
  DeviceRecord,
  MeshPacketRecord,
  ReadingsRecord,
  RegistryRecord,
} from '../../src/contract/upstream/mas-devices.ts';
import { masDevicesAdapter } from './mas-devices.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { until } from './transport/test-env.ts';

let simulators: Simulators;
let lab: AdapterLab;

beforeEach(async () => {
  simulators = await startSimulators({ kinds: [masDevicesSimulator] });
  simulators.setDial('mas-devices', 'devices', 12);
  simulators.setDial('mas-devices', 'everyS', 0.1);
  lab = new AdapterLab(masDevicesAdapter, simulators.url('mas-devices'));
});
afterEach(async () => {
  lab.close();
  expect(lab.timers).toBe(0);
  await until(
    () => simulators.state().every(({ sockets, streams }) => sockets + streams === 0),
    'all connections are closed',
  );
  await simulators.close();
});

const fault = (name: string, on = true) => simulators.setFault('mas-devices', name, on);
const device = (id: string) => lab.record<DeviceRecord>('devices', id);
const readings = (id: string) => lab.record<ReadingsRecord>('readings', id);
const registry = () => lab.record<RegistryRecord>('registry', 'registry');
const counted = (name: string) => lab.out.counts.get(name) ?? 0;
const readingsSeen = () => until(() => readings('mushroom1') !== undefined, 'readings of mushroom1');

describe('readings', () => {
  test('every online device is listened to, and its readings say what they are', async () => {
    await until(() => (lab.out.states.get('readings')?.size ?? 0) >= 11);
    expect(registry()).toMatchObject({ available: true, offline: 0, streamed: registry()?.online, notStreamed: 0 });
    expect(device('mushroom1')).toMatchObject({
      status: 'online',
      provenance: 'simulated',
      telemetryPart: 'telemetry.mushroom1',
    });
    expect(readings('mushroom1')).toMatchObject({
      provenance: 'simulated',
      by: 'pushed',
      flags: ['simulated'],
      atFrom: 'source',
    });
    expect(readings('mushroom1')?.readings.find(({ name }) => name === 'temperature')).toMatchObject({
      unit: '°C',
      suspect: false,
    });
    expect(lab.stateOf('device-1')).toBe('live');
    expect(lab.out.rowsSeen.length).toBeGreaterThan(0);
  });

  test('repetitions, late ones and clocks that are wrong are told apart', async () => {
    await readingsSeen();
    await fault('repeats');
    await until(() => counted('deduped:same-time') > 0);
    await fault('out-of-order');
    await until(() => counted('late:older-than-shown') > 0);
    await fault('clock-ahead');
    await until(() => readings('mushroom1')?.flags.includes('clock-skew'), 'a clock that is not believed');
    expect(readings('mushroom1')?.atFrom).toBe('arrival');
  });

  test('numbers as text, other names, probes and nonsense', async () => {
    await fault('string-numbers');
    await readingsSeen();
    expect(readings('mushroom1')?.readings.map(({ name }) => name)).toContain('temperature');
    await fault('string-numbers', false);
    await fault('other-names');
    await until(
      () => readings('mushroom1')?.readings.some(({ name }) => name === 'pressure'),
      'the one family of names',
    );
    expect(readings('mushroom1')?.readings.map(({ name }) => name)).not.toContain('temperature_c');
    await fault('two-probes');
    await fault('other-names', false);
    await until(() => readings('mushroom1')?.readings.some(({ name }) => name === 'bme2.temperature'), 'two probes');
    await fault('suspect');
    await until(() => readings('mushroom1')?.flags.includes('suspect'), 'temperatures that cannot be');
  });

  test('silence is stale, a cut connection comes back, and nothing is lost of what was known', async () => {
    await readingsSeen();
    await fault('drop');
    await until(() => lab.stateOf('device-1') === 'retrying');
    expect(readings('mushroom1')).toBeDefined();
    await fault('drop', false);
    const rows = lab.out.rowsSeen.length;
    await until(() => lab.stateOf('device-1') === 'live' && lab.out.rowsSeen.length > rows, 'live again');
  });
});

describe('registry', () => {
  test('whom MAS forgets stays visible as offline, and comes back', async () => {
    await until(() => device('mushroom1')?.status === 'online');
    await fault('registry-empty');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await lab.call('refresh', undefined);
    await until(() => device('mushroom1')?.status === 'offline');
    expect(device('mushroom1')?.flags).toContain('last-known');
    expect(registry()).toMatchObject({ online: 0, available: true, streamed: 0 });
    await until(() => simulators.state()[0]?.sockets === 0, 'nobody is listened to any more');
    await fault('registry-empty', false);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await lab.call('refresh', undefined);
    await until(() => device('mushroom1')?.status === 'online');
    expect(device('mushroom1')?.flags).not.toContain('last-known');
  });

  test.each(['status-429', 'status-500', 'html'])(
    '%s: the list is not available, the devices stay as they were',
    async (name) => {
      await until(() => registry()?.available === true);
      await fault(name);
      await lab.call('refresh', undefined);
      await until(() => registry()?.available === false);
      expect(registry()?.why).toMatch(/answered|HTML/);
      expect(device('mushroom1')?.status).toBe('online');
    },
  );

  test('places are put in their order', async () => {
    await until(() => device('mushroom1') !== undefined);
    expect(await lab.call('places', undefined)).toMatchObject({ ok: true });
    expect(device('mushroom1')?.position).toMatchObject({ latDeg: 47.6, lonDeg: -122.33 });
  });

  test('no address of the house is in any record', async () => {
    await readingsSeen();
    await lab.call('network', undefined);
    const all = JSON.stringify([...lab.out.states].map(([part, records]) => [part, [...records]]));
    // The id of a host is its name, and the only thing that resembles an address.
    expect(all.replaceAll('192-0-2-10', '')).not.toMatch(/192\.0\.2|https?:/);
  });
});

describe('commands', () => {
  const commands = () => lab.events<DeviceCommandRecord>('commands');
  const executed = async () => {
    const response = await fetch(`${simulators.url('mas-devices')}/simulator/executed`);
    return ((await response.json()) as { executed: string[] }).executed;
  };
  const led = { device: 'mushroom1', command: 'led rgb 0 255 0', confirmed: true };

  test('are done once, and every step is told', async () => {
    await until(() => device('mushroom1') !== undefined);
    expect(await lab.call('command', { ...led, id: 'c-1' })).toMatchObject({ ok: true, value: { answer: 'OK led' } });
    expect(commands().map(({ state }) => state)).toEqual(['queued', 'sent', 'acked']);
    expect(commands().at(-1)).toMatchObject({ id: 'c-1', device: 'mushroom1', answer: 'OK led' });
    expect(await lab.call('command', { ...led, id: 'c-1' })).toMatchObject({ ok: true });
    expect(await executed()).toEqual(['mushroom1 led rgb 0 255 0']);
  });

  test('what moves something must be confirmed, some words are never sent', async () => {
    expect(await lab.call('command', { ...led, confirmed: false })).toMatchObject({ error: { code: 'not-allowed' } });
    for (const command of ['flash', 'factory_reset', 'otaUpdate', 'f-l-a-s-h now', 'pin 4 mode out', 'format sd']) {
      const outcome = await lab.call('command', { device: 'mushroom1', command, confirmed: true });
      expect(outcome, command).toMatchObject({ error: { code: 'not-allowed' } });
    }
    const hidden = await lab.call('command', { ...led, params: { after: 'erase' } });
    expect(hidden).toMatchObject({ error: { code: 'not-allowed' } });
    expect(await executed()).toEqual([]);
    expect(commands()).toEqual([]);
    expect(await lab.call('command', { device: 'mushroom1', command: 'status' })).toMatchObject({ ok: true });
  });

  test('one at a time for each device', async () => {
    await until(() => device('mushroom1') !== undefined);
    const first = lab.call('command', led);
    expect(await lab.call('command', led)).toMatchObject({ error: { code: 'command-queue-full' } });
    expect(await first).toMatchObject({ ok: true });
  });

  test.each([
    ['board-offline', /Cannot connect to device/],
    ['board-timeout', /timeout/],
    ['command-rejected', /rejected/],
  ])('%s is told as failed, in its own words', async (name, words) => {
    await until(() => device('mushroom1') !== undefined);
    await fault(name);
    expect(await lab.call('command', led)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(words) },
    });
    expect(commands().at(-1)).toMatchObject({ state: 'failed', answer: expect.stringMatching(words) });
    expect(await lab.call('command', { ...led, device: 'ghost' })).toMatchObject({
      error: { code: 'upstream-refused' },
    });
  });

  test('a buoy out of contact has the command wait', async () => {
    const order = { device: 'psathyrella-1', target: 'side_a', command: 'nav.hold', confirmed: true };
    expect(await lab.call('buoy-command', order)).toMatchObject({ ok: true });
    expect(commands().at(-1)?.state).toBe('acked');
    await fault('dark-buoy');
    expect(await lab.call('buoy-command', order)).toMatchObject({ ok: true, value: { state: 'queued' } });
    expect(commands().at(-1)?.state).toBe('sent');
  });
});

describe('buoys and the mesh', () => {
  test('a buoy, its sound, and packets of the mesh that were heard twice', async () => {
    await until(() => lab.record<BuoyRecord>('buoys', 'psathyrella-1') !== undefined);
    expect(lab.record<BuoyRecord>('buoys', 'psathyrella-1')).toMatchObject({
      link: 'online',
      contact: 'live',
      depthM: undefined,
      provenance: 'simulated',
    });
    await until(() => lab.events<AcousticRecord>('acoustic').length > 0 && lab.events('mesh-packets').length > 0);
    const uids = lab.events<MeshPacketRecord>('mesh-packets').map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
  }, 20_000);
});

describe('bad days', () => {
  const live = () => until(() => lab.stateOf('device-1') === 'live', 'live');
  // Each fault comes over each connection: a few will do.
  beforeEach(async () => {
    simulators.setDial('mas-devices', 'devices', 3);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await lab.call('refresh', undefined);
    await until(() => simulators.state()[0]?.sockets === 3, 'three devices');
  });

  test('half of each message: counted, and whole ones go on', async () => {
    await readingsSeen();
    await fault('half-frame');
    await until(() => counted('dropped:bad-json') > 5);
    await fault('half-frame', false);
    const rows = lab.out.rowsSeen.length;
    await until(() => lab.out.rowsSeen.length > rows + 5, 'readings go on');
    expect(lab.status('device-1').attempts).toBe(1);
  });

  test('10,000 messages at once: each counted, none kept twice', async () => {
    await readingsSeen();
    const rows = lab.out.rowsSeen.length;
    await fault('burst');
    await until(() => counted('deduped:same-time') >= 9_000, 'repetitions are told apart');
    await fault('burst', false);
    expect(lab.out.rowsSeen.length - rows).toBeLessThan(2_000);
    await live();
  });

  test('a clock that is three hours ahead is not believed', async () => {
    await fault('clock-3h');
    await readingsSeen();
    await until(() => readings('mushroom1')?.flags.includes('clock-skew'), 'the flag');
    expect(Math.abs(Date.now() - (readings('mushroom1')?.at ?? 0))).toBeLessThan(5_000);
  });

  test('silence while connected is stale after three intervals, and nothing else', async () => {
    await readingsSeen();
    await fault('silence');
    await new Promise((resolve) => setTimeout(resolve, 14_000));
    await until(() => lab.stateOf('device-1') === 'stale', 'stale');
    expect(lab.status('device-1').attempts).toBe(1);
    await fault('silence', false);
    await live();
  }, 40_000);
});
