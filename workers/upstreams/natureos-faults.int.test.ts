import { afterEach, expect, test } from 'vitest';
import { startRealPeer } from '../../e2e/peers/natureos/peer.ts';
import { startSimulators } from '../../server/simulators/host.ts';
import { natureosSimulator, startNatureos } from '../../server/simulators/natureos.ts';
import { findDotnet } from '../../server/tools/protocol/languages.ts';
import type {
  NatureosActivity,
  NatureosAlertEntry,
  NatureosDevice,
  NatureosEvent,
  NatureosSummary,
} from '../../src/contract/upstream/natureos.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { NATUREOS_TIMINGS } from './natureos/timings.ts';
import { natureosKind } from './natureos.ts';
import { until } from './transport/test-env.ts';

const FAST = {
  ...NATUREOS_TIMINGS,
  silentMs: 1_500,
  handshakeMs: 1_500,
  ageMs: 50,
  alertClearMs: 1_200,
  backoff: { firstMs: 50, mostMs: 200 },
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The simulator at a lively pace: a minute is 400 ms. */
async function lively() {
  const dials = {
    ...natureosSimulator.dials,
    minuteMs: { initial: 400, most: 600_000, about: '' },
    rate: { initial: 10, most: 50, about: '' },
  };
  const start = (host: Parameters<typeof startNatureos>[0]) =>
    startNatureos(host, { handshakeMs: 5_000, keepAliveMs: 300, timeoutMs: 20_000 });
  const simulators = await startSimulators({ kinds: [{ ...natureosSimulator, dials, start }] });
  closers.push(() => simulators.close());
  const lab = new AdapterLab(natureosKind(FAST), simulators.url('natureos'));
  closers.push(() => lab.close());
  const fault = (name: string, on = true) => simulators.setFault('natureos', name, on);
  return { lab, fault };
}

test.each(['none', 'split-records', 'merged-records', 'duplicates'])(
  'everything that NatureOS says arrives (%s)',
  async (name) => {
    const { lab, fault } = await lively();
    if (name !== 'none') await fault(name);
    const kinds = (): Set<string> => new Set(lab.events<NatureosActivity>('activity').map(({ t }) => t));
    await until(() => lab.record<NatureosDevice>('devices', 'SIM-0003')?.name === 'Tray 3');
    await until(() => ['sync', 'system', 'simulation', 'myca'].every((kind) => kinds().has(kind)));
    await until(() => lab.events<NatureosEvent>('events').some(({ t }) => t === 'envelope'));
    const device = lab.record<NatureosDevice>('devices', 'SIM-0001');
    expect(device).toMatchObject({
      provenance: 'simulated',
      type: 'mycobrain',
      firmware: '2.3.1',
      location: 'Room 2 (simulated)',
    });
    expect(device?.values['bme688.humidity']?.unit).toBe('%');
    // The answer to the handshake is none the second time.
    expect(lab.status('hub').counts['dropped:bad-record']).toBe(name === 'duplicates' ? 1 : undefined);
    expect(Object.keys(lab.status('hub').counts).filter((count) => count.startsWith('unknown'))).toEqual([]);
    // Each reading once, though everything was said twice.
    const rows = lab.out.rowsSeen.filter(({ series }) => series[0] === 'SIM-0001.bme688.temperature');
    expect(new Set(rows.map(({ times, columns }) => [times[0], ...columns.map(([value]) => value)].join())).size).toBe(
      rows.length,
    );
    expect(kinds().has('message')).toBe(false);
  },
);

test('an alert that is repeated holds, one that is not any more is over', async () => {
  const { lab } = await lively();
  const log = (key: string): string[] =>
    lab
      .events<NatureosAlertEntry>('alert-log')
      .filter((entry) => entry.key === key)
      .map(({ what }) => what);
  const memory = 'SystemHealth/Memory//Warning';
  await until(() => log(memory).includes('cleared'), 'the memory is enough again');
  expect(log(memory).slice(0, 2)).toEqual(['raised', 'cleared']);
  expect(log('DeviceHealth/Battery/SIM-0002/Critical')).toEqual(['raised']);
});

test('without the hub the event streams stand in, and give way when it is back', async () => {
  const { lab, fault } = await lively();
  await until(() => lab.stateOf('hub') === 'live');
  expect([lab.stateOf('events-stream'), lab.stateOf('dashboard-stream')]).toEqual(['idle', 'idle']);
  await fault('no-hub');
  await until(() => lab.stateOf('events-stream') === 'live' && lab.stateOf('dashboard-stream') === 'live');
  const before = lab.events('events').length;
  await until(() => lab.events('events').length > before, 'events come on');
  expect(lab.events<NatureosEvent>('events').at(-1)?.flags).toContain('fallback');
  const dashboard = lab.record<NatureosSummary & { t: 'dashboard' }>('summary', 'dashboard');
  expect(dashboard).toMatchObject({ activeDevices: 4, readings: [] });
  const ids = lab.events<NatureosEvent>('events').map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  await fault('no-hub', false);
  await until(() => lab.stateOf('hub') === 'live');
  expect(lab.stateOf('events-stream')).toBe('idle');
});

test('a clock that is 3 h ahead is told and not believed, and its return costs nothing', async () => {
  const { lab, fault } = await lively();
  const device = () => lab.record<NatureosDevice>('devices', 'SIM-0001');
  await until(() => device() !== undefined);
  await fault('clock-3h');
  await until(() => device()?.flags.includes('clock-skew'));
  expect(device()).toMatchObject({ atFrom: 'arrival', at: device()?.rx });
  await fault('clock-3h', false);
  const seq = device()?.seq ?? 0;
  await until(() => device()?.flags.includes('clock-skew') === false && (device()?.seq ?? 0) > seq);
  expect(lab.stateOf('hub')).toBe('live');
  expect(lab.status('hub').connects).toBe(1);
});

test('a redirect to https that leads nowhere is a failure with its reason, tried again', async () => {
  const { lab, fault } = await lively();
  await until(() => lab.stateOf('hub') === 'live');
  await fault('https-redirect');
  await fault('hub-drop');
  const why = (name: string): string => {
    const { state } = lab.status(name);
    return 'why' in state ? state.why : '';
  };
  await until(() => why('hub') !== '' && lab.status('hub').attempts > 2);
  expect(why('hub')).not.toBe('');
  await fault('https-redirect', false);
  await until(() => lab.stateOf('hub') === 'live');
});

const dotnet = findDotnet();
test.skipIf(dotnet === undefined)(
  'a hub that keeps what was not confirmed, and lists its origins, serves us as well',
  async () => {
    const peer = await startRealPeer(dotnet ?? '', {
      keepAliveMs: 300,
      timeoutMs: 20_000,
      cors: 'newer',
      stateful: true,
    });
    closers.push(() => peer.stop());
    const lab = new AdapterLab(natureosKind(FAST), peer.url);
    closers.push(() => lab.close());
    await until(() => lab.status('hub').connects === 1);
    await peer.push('SyncFailed', { error: 'no disk', timestamp: new Date().toISOString() });
    await until(() => lab.events<NatureosActivity>('activity').some((it) => it.t === 'sync' && it.error === 'no disk'));
    await peer.drop();
    await until(() => lab.status('hub').connects === 2);
  },
  300_000,
);
