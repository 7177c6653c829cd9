import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { batteryAlert, telemetryBody } from '../../e2e/peers/natureos/bodies.ts';
import { type NatureosPeer, startRealPeer } from '../../e2e/peers/natureos/peer.ts';
import { startSimulatedPeer } from '../../server/simulators/natureos/simulated-peer.ts';
import { findDotnet } from '../../server/tools/protocol/languages.ts';
import type {
  NatureosActivity,
  NatureosAlert,
  NatureosCommand,
  NatureosDevice,
  NatureosEvent,
  NatureosSummary,
} from '../../src/contract/upstream/natureos.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { NATUREOS_TIMINGS, type NatureosTimings } from './natureos/timings.ts';
import { natureosKind } from './natureos.ts';

const dotnet = findDotnet();
if (dotnet === undefined)
  process.stderr.write(
    '!! No .NET SDK: NatureOS is tested against our simulator only, not against a real SignalR hub.\n',
  );

const KEEP_ALIVE_MS = 300;
const FAST: NatureosTimings = {
  ...NATUREOS_TIMINGS,
  silentMs: 1_500,
  handshakeMs: 1_500,
  staleMs: 800,
  snapshotMs: 60_000,
  ageMs: 50,
  alertClearMs: 700,
  commandConfirmMs: 800,
  backoff: { firstMs: 50, mostMs: 300 },
};

const peers = [
  {
    name: 'a real SignalR hub',
    isHere: dotnet !== undefined,
    start: () => startRealPeer(dotnet ?? '', { keepAliveMs: KEEP_ALIVE_MS, timeoutMs: 20_000 }),
  },
  {
    name: 'our simulator',
    isHere: true,
    start: () => startSimulatedPeer({ keepAliveMs: KEEP_ALIVE_MS, timeoutMs: 20_000 }),
  },
];

async function until(isSo: () => unknown, what = isSo.toString(), ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(peers)('NatureOS: $name', ({ isHere, start }) => {
  let peer: NatureosPeer;
  let lab: AdapterLab | undefined;

  beforeAll(async () => {
    if (isHere) peer = await start();
  }, 300_000);
  afterEach(async () => {
    lab?.close();
    expect(lab?.timers ?? 0).toBe(0);
    lab = undefined;
    if (!isHere) return;
    await peer.silence(false);
    await peer.offer(['WebSockets', 'ServerSentEvents', 'LongPolling']);
    await peer.store('full');
    await until(async () => (await peer.connections()).count === 0, 'the hub forgets whoever left');
  });
  afterAll(async () => {
    if (isHere) await peer.stop();
  });

  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(peer.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  };

  let seq = 0;
  const telemetry = (serial: string, change: object = {}): Promise<void> =>
    post('/api/mycobrain/telemetry', telemetryBody(serial, ++seq, change));

  const open = async (timings: NatureosTimings = FAST): Promise<AdapterLab> => {
    const opened = new AdapterLab(natureosKind(timings), peer.url);
    lab = opened;
    await until(() => opened.status('hub').state.is !== 'connecting' && opened.status('hub').connects > 0, 'connected');
    await joined(1);
    return opened;
  };

  /** Something that only members of the dashboard's group hear, heard. */
  const joined = async (heardBefore: number): Promise<void> => {
    const marker = `marker-${heardBefore}-${Math.random()}`;
    await until(async () => {
      await peer.push(
        'DeviceUpdate',
        { deviceId: marker, data: { temperature: 1 }, timestamp: new Date().toISOString() },
        'DashboardUsers',
      );
      await pause(30);
      return lab?.record('devices', marker) !== undefined;
    }, 'joined the dashboard group');
  };

  test.skipIf(!isHere)('joins its groups and reads both shapes of a device’s update', async () => {
    const it = await open();
    await telemetry('MB-1');
    await post('/api/mycosoft/mushroom1/telemetry', {
      Temperature: 22.4,
      Humidity: 78,
      co2: 812,
      notes: 'Capteur près du substrat',
    });
    await until(() => it.record('devices', 'MB-1') && it.record('devices', 'mushroom1'));
    const board = it.record<NatureosDevice>('devices', 'MB-1');
    expect(board).toMatchObject({
      type: 'mycobrain',
      status: 'online',
      seq,
      firmware: '2.3.1',
      provenance: 'simulated',
    });
    expect(board?.values['bme688.temperature']).toMatchObject({ value: 21.62, unit: 'degC' });
    expect(board?.values['ai_volts.ai1']).toMatchObject({ value: 1.214, unit: 'V' });
    const mushroom = it.record<NatureosDevice>('devices', 'mushroom1');
    expect(Object.keys(mushroom?.values ?? {})).toEqual(['temperature', 'humidity', 'co2']);
    // One reading, told as an event and as an update: one row of the curve.
    expect(it.out.rowsSeen.filter(({ series }) => series.includes('mushroom1.co2'))).toHaveLength(1);
    const event = it
      .events<NatureosEvent>('events')
      .find(({ device, flags }) => device === 'mushroom1' && !flags.includes('stored'));
    expect(event).toMatchObject({ source: 'mushroom1', location: undefined });
    expect(event?.flags).toContain('location-not-measured');
  });

  test.skipIf(!isHere)('hears MYCA, and never what somebody asked', async () => {
    const it = await open();
    const now = new Date().toISOString();
    await until(async () => {
      await peer.push(
        'MycaActivity',
        { question: 'Why is tray 4 dry?', responseLength: 12, timestamp: now, suggestedQuestions: 3 },
        'MycaUsers',
      );
      await pause(30);
      return it.events<NatureosActivity>('activity').some(({ t }) => t === 'myca');
    });
    expect(JSON.stringify(it.events('activity'))).not.toContain('tray 4');
  });

  test.skipIf(!isHere)('comes back after an abrupt drop: joins again, asks the store, tells the gap', async () => {
    const it = await open();
    const asked = it.status('devices').frames;
    await peer.drop();
    await until(() => it.status('hub').lastDrop !== undefined && it.status('hub').connects === 2);
    await joined(2);
    await until(() => it.status('devices').frames > asked, 'the store is asked again');
    const [gap] = it.out.gaps.get('events') ?? [];
    expect(gap).toMatchObject({ why: 'link-lost', count: undefined });
    expect(gap?.toMs).toBeGreaterThanOrEqual(gap?.fromMs ?? Number.POSITIVE_INFINITY);
    expect([...it.out.gaps.keys()].sort()).toEqual(['activity', 'alert-log', 'commands', 'events', 'telemetry']);
    expect(await peer.connections()).toMatchObject({ count: 1 });
  });

  test.skipIf(!isHere)('comes back after a close that allows it, and at once', async () => {
    const it = await open();
    const closedAt = performance.now();
    await peer.close(true);
    await until(() => it.status('hub').connects === 2);
    expect(performance.now() - closedAt).toBeLessThan(4_000);
    await joined(2);
  });

  test.skipIf(!isHere)('comes back after a close that does not allow it, but not at once', async () => {
    const it = await open();
    const closedAt = performance.now();
    await peer.close(false);
    await until(() => it.stateOf('hub') === 'retrying');
    await until(() => it.status('hub').connects === 2, 'connected again', 20_000);
    expect(performance.now() - closedAt).toBeGreaterThan(4_000);
    await joined(2);
  });

  test.skipIf(!isHere).each(['ServerSentEvents', 'LongPolling'] as const)(
    'over %s, when nothing else is offered',
    async (transport) => {
      await peer.offer([transport]);
      const it = await open();
      expect((await peer.connections()).transports).toEqual([transport]);
      await telemetry(`MB-${transport}`);
      await until(() => it.record('devices', `MB-${transport}`));
      await peer.drop();
      await until(() => it.status('hub').connects === 2, 'connected again');
      await joined(2);
    },
  );

  test.skipIf(!isHere)('a hub that falls silent is stale, then dead, and is found again', async () => {
    const it = await open();
    await until(() => it.stateOf('hub') === 'live');
    await until(() => it.stateOf('hub') === 'stale', 'stale for want of records, though it pings', 3_000);
    expect(it.status('hub').connects).toBe(1);
    await peer.silence(true);
    await until(() => it.status('hub').lastDrop?.why.includes('not one byte'), 'taken for dead', 5_000);
    await peer.silence(false);
    await until(() => it.status('hub').connects >= 2);
    await joined(2);
  });

  test.skipIf(!isHere)('a hub that is gone for a while is tried again, and nothing piles up', async () => {
    const it = await open();
    await peer.gone(true);
    await until(() => it.stateOf('hub') === 'retrying');
    await pause(1_200);
    expect(it.status('hub').attempts).toBeLessThan(20);
    await peer.gone(false);
    await until(() => it.status('hub').connects >= 2, 'connected again');
    await joined(2);
    expect(it.stateOf('events-stream')).toBe('idle');
  });

  test.skipIf(!isHere)('an alert holds while it is said, is over after silence, and is acknowledged here', async () => {
    const it = await open();
    const { key } = batteryAlert('MB-1');
    const say = (): Promise<void> => peer.push('SystemAlert', batteryAlert('MB-1').alert, 'AllUsers');
    await say();
    await pause(200);
    await say();
    const alert = (): NatureosAlert | undefined => it.record<NatureosAlert>('alerts', key);
    await until(() => alert()?.count === 2);
    expect(await it.call('acknowledge', { key })).toMatchObject({ ok: true });
    expect(alert()?.acknowledgedAt).toBeDefined();
    await until(() => alert()?.clearedAt !== undefined, 'cleared by silence');
    await say();
    await until(() => alert()?.clearedAt === undefined && alert()?.count === 1);
    expect(it.events<{ what: string }>('alert-log').map(({ what }) => what)).toEqual([
      'raised',
      'acknowledged',
      'cleared',
      'raised',
    ]);
  });

  test.skipIf(!isHere)('a command is sent, queued, and confirmed by telemetry only', async () => {
    const it = await open();
    await telemetry('MB-2');
    const args = { device: 'MB-2', command: 'set_mosfet', parameters: { mosfet: 'm1', state: true } };
    const sent = await it.call('command', args);
    expect(sent).toMatchObject({ ok: true });
    await telemetry('MB-2', { mosfet_states: { m1: false } });
    const states = (): string[] => it.events<NatureosCommand>('commands').map(({ state, by }) => `${state} by ${by}`);
    await pause(100);
    expect(states()).toEqual(['sending by us', 'queued by us']);
    await telemetry('MB-2', { mosfet_states: { m1: true } });
    await until(() => states().length === 3);
    expect(states()[2]).toBe('confirmed by us');
    await it.call('command', args);
    await until(() => states().length === 6, 'unconfirmed after a while');
    expect(states()[5]).toBe('unconfirmed by us');
    expect(await it.call('command', { ...args, command: 'dance' })).toMatchObject({ ok: false });
  });

  test.skipIf(!isHere)('an empty or failing store says nothing about devices', async () => {
    const it = await open();
    await telemetry('MB-3');
    await until(() => it.record('devices', 'MB-3'));
    await it.call('snapshot', undefined);
    await until(() => it.record<NatureosSummary & { t: 'snapshot' }>('summary', 'devices')?.is === 'known');
    for (const mode of ['empty', 'error'] as const) {
      await peer.store(mode);
      await it.call('snapshot', undefined);
      await until(() => it.record<NatureosSummary & { t: 'snapshot' }>('summary', 'devices')?.is === 'unknown', mode);
      expect(it.record<NatureosDevice>('devices', 'MB-3')?.status).toBe('online');
      await peer.store('full');
      await until(() => it.stateOf('devices') !== 'retrying');
    }
  });

  test.skipIf(!isHere)('a method that does not exist is asked for once', async () => {
    const it = await open();
    expect(await it.call('join-device', { device: 'MB-1' })).toMatchObject({ ok: true });
    await peer.push('InsightGenerated', { title: 'x' });
    await peer.push('DeviceUpdate', 'MB-1');
    await until(() => (it.status('hub').counts['dropped:argument-not-object'] ?? 0) === 1);
    expect(it.stateOf('hub')).toBe('live');
    expect(Object.keys(it.status('hub').counts).some((name) => name.startsWith('unknown:'))).toBe(true);
  });
});
