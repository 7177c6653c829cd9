import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MasPeer, RealMas, startRealMas } from '../../e2e/peers/mas/peer.ts';
import { startSimulatedMas } from '../../server/simulators/mas/simulated-peer.ts';
import { naiveUtc, zonedUtc } from '../../server/simulators/mas/words.ts';
import { masScientificSimulator } from '../../server/simulators/mas-scientific.ts';
import { findFastapi } from '../../server/tools/protocol/languages.ts';
import type {
  ExperimentDataRecord,
  FciQualityRecord,
  InstrumentRecord,
  SimulationRecord,
} from '../../src/contract/upstream/mas-scientific.ts';
import type { MasSourceRecord } from '../../src/contract/upstream/mas-topology.ts';
import { FAST, isTrying, until } from './mas/test-timings.ts';
import { masScientificKind } from './mas-scientific.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';

// Two adapters, a Python program and whoever else is at work on this machine: only a hang should end a test by time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const python = findFastapi();
if (python === undefined)
  process.stderr.write(
    '!! No Python with FastAPI: the lab of MAS is tested against our simulator only, not against a real program.\n',
  );

const typed = (type: string, payload: object) => ({ type, payload, timestamp: naiveUtc(Date.now()) });
let progress = 0;
let samples = 0;
const flows = [
  {
    path: '/ws/scientific',
    words: () => [
      typed('simulation.progress', { id: 'sim-1', progress: ++progress % 100, eta: '1m', status: 'running' }),
      typed('telemetry.update', {
        deviceId: 'mushroom1',
        readings: { temperature: 22 },
        timestamp: naiveUtc(Date.now()),
      }),
    ],
  },
  {
    path: '/ws/scientific/data',
    words: () => [
      {
        type: 'scientific_data',
        timestamp: naiveUtc(Date.now()),
        source: 'experiment:exp-1',
        data: { experiment_id: 'exp-1', data: { ph: 6 + (++samples % 10) / 10 } },
        channel: 'experiments:data',
      },
    ],
  },
  {
    path: '/api/stream/scientific/live',
    words: () => [
      {
        type: 'experiment_data',
        timestamp: naiveUtc(Date.now()),
        source: null,
        data: { experiment_id: 'exp-1', data: { ph: 6 + (++samples % 10) / 10 } },
      },
    ],
  },
  {
    path: '/api/fci/ws/stream/demo-1',
    words: () =>
      Array.from({ length: 10 }, (_, index) => ({
        type: 'sample',
        timestamp: zonedUtc(Date.now() - 10 + index),
        channels: [{ channel: 0, raw: index, filtered: 0.5, is_artifact: false, spike: false, snr_db: 9 }],
      })),
  },
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
    start: () => startSimulatedMas(masScientificSimulator, { recordsPerMin: 600 }),
  },
];

describe.each(peers)('the lab of MAS: $name', ({ isHere, name, start }) => {
  let peer: MasPeer;
  let lab: AdapterLab;
  let wanted: Set<string>;
  const simulated = name === 'our simulator';

  beforeAll(async () => {
    if (isHere) peer = await start();
  });
  afterAll(() => peer?.stop());
  beforeEach(() => {
    wanted = new Set(['simulations']);
    if (isHere)
      lab = new AdapterLab(masScientificKind(FAST), peer.url, { simulated, wanted: (part) => wanted.has(part) });
  });
  afterEach(async () => {
    if (!isHere) return;
    lab.close();
    expect(lab.timers).toBe(0);
    await until(async () => (await peer.sockets()) === 0, 'every socket is closed');
  });

  const source = (id: string) => lab.record<MasSourceRecord>('service', id);
  const isLive = () => until(() => lab.stateOf('typed') === 'live' && lab.stateOf('records') === 'live', 'live');
  const look = (part: string, on: boolean) => {
    if (on) wanted.add(part);
    else wanted.delete(part);
    lab.adapter.demand?.(part, on);
  };

  test.runIf(isHere)('connects, asks for every event that is offered, and is live', async () => {
    await isLive();
    const simulations = [...(lab.out.states.get('simulations')?.values() ?? [])] as SimulationRecord[];
    expect(simulations.some(({ from, atFrom }) => from === 'push' && atFrom === 'source')).toBe(true);
    const [record] = lab.events<ExperimentDataRecord>('records');
    expect(record).toMatchObject({ experimentId: expect.any(String), data: { ph: expect.any(Number) } });
    expect(record?.flags).not.toContain('clock-skew');
    await until(() => lab.out.rowsOf.get('observations'));
    await until(() => source('instruments')?.available && source('sessions')?.available);
    expect(lab.out.states.get('instruments')?.size).toBeGreaterThan(0);
    // B brings the same as C: never both.
    expect(lab.stateOf('records-older')).toBe('idle');
  });

  test.runIf(isHere)('1000 is not "done": it asks for its events on the new connection too', async () => {
    await isLive();
    await peer.closeAll();
    await until(() => lab.status('typed').lastDrop?.why.includes('1000'), 'the reason is told');
    const { records } = lab.status('typed');
    await until(() => lab.stateOf('typed') === 'live' && lab.status('typed').records > records, 'events again');
    await isLive();
    expect(lab.status('typed').connects).toBeGreaterThanOrEqual(2);
  });

  test.runIf(isHere)('gone without a word, and back', async () => {
    await isLive();
    await peer.gone(true);
    await until(() => isTrying(lab.stateOf('typed')) && isTrying(lab.stateOf('records')), 'it is noticed');
    await peer.gone(false);
    await isLive();
  });

  test.runIf(isHere)('a handshake that hangs is given up, and tried again', async () => {
    await isLive();
    await peer.frozen(true);
    await until(() => lab.status('typed').lastDrop?.why.includes('no answer'), 'it is said');
    await peer.frozen(false);
    await isLive();
  });

  test.runIf(isHere)('a list that fails keeps what was there, and says why', async () => {
    await isLive();
    await until(() => source('simulations')?.available && source('experiments')?.available);
    const before = lab.out.states.get('simulations')?.size;
    await peer.mode('snapshot-500', true);
    await until(() => source('simulations')?.available === false, 'it is told');
    expect(source('simulations')?.why).toContain('500');
    expect(lab.out.states.get('simulations')?.size).toBe(before);
    expect(lab.stateOf('typed')).toBe('live');
    await peer.mode('snapshot-500', false);
    await until(() => source('simulations')?.available, 'it is back');
  });

  test.runIf(isHere)('connected is not live: a dead Redis answers pings and brings nothing', async () => {
    await isLive();
    await peer.mode('redis-dead', true);
    await until(() => lab.stateOf('records') === 'stale', 'stale by its threshold');
    expect(lab.stateOf('typed')).toBe('live');
    await peer.closeAll();
    await until(() => lab.stateOf('records') === 'connected-no-data', 'connected, and nothing');
    await peer.mode('redis-dead', false);
    await isLive();
  });

  test.runIf(isHere)('where C is refused B is read in its place, and only then', async () => {
    await isLive();
    await peer.mode('data-refused', true);
    await peer.closeAll();
    await until(() => lab.stateOf('records-older') === 'live', 'B');
    expect(lab.status('records').state).toMatchObject({ is: 'retrying', why: expect.stringContaining('older twin') });
    await peer.mode('data-refused', false);
  });

  test.runIf(isHere)('a signal is open while somebody looks at it, in batches, and takes commands', async () => {
    const command = { waveform: 'sine', frequency: 1.5, amplitude: 50, duration: 2, channel: 1 };
    expect(await lab.call('fci.stimulate', { device: 'demo-1', command, confirmed: true })).toMatchObject({
      error: { code: 'upstream-not-reachable' },
    });
    look('fci.demo-1', true);
    await until(() => lab.out.rowsOf.get('fci.demo-1'), 'rows');
    const [rows] = lab.out.rowsOf.get('fci.demo-1') ?? [];
    expect(rows).toMatchObject({ provenance: 'simulated' });
    expect(rows?.series[0]).toBe('ch0');
    expect(lab.stateOf('fci-demo-1')).toBe('live');
    expect(lab.out.rowsOf.get('fci-filtered.demo-1')).toBeUndefined();
    expect(await lab.call('fci.sdr-config', { device: 'demo-1', config: { notch_50hz: true } })).toMatchObject({
      ok: true,
    });
    expect(await lab.call('fci.sdr-config', { device: 'demo-1', config: { notch50Hz: true } })).toMatchObject({
      error: { code: 'command-bad-parameter' },
    });
    expect(await lab.call('fci.stimulate', { device: 'demo-1', command })).toMatchObject({
      error: { code: 'command-bad-parameter' },
    });
    expect(await lab.call('fci.stimulate', { device: 'demo-1', command, confirmed: true })).toMatchObject({
      ok: true,
      value: { status: 'queued' },
    });
    look('fci.demo-1', false);
    expect(lab.stateOf('fci-demo-1')).toBe('idle');
  });

  test.runIf(isHere)('commands: what MAS answers is believed, and nothing else', async () => {
    await until(() => source('instruments')?.available);
    const [id = ''] = lab.out.states.get('instruments')?.keys() ?? [];
    expect(await lab.call('instrument.calibrate', { id })).toMatchObject({
      ok: true,
      value: { status: 'calibrating' },
    });
    expect(lab.record<InstrumentRecord>('instruments', id)).toMatchObject({ state: 'maintenance', from: 'command' });
    expect(await lab.call('simulation.pause', { id: 'sim-00000000' })).toMatchObject({
      ok: false,
      error: { code: 'upstream-refused', message: expect.stringContaining('Simulation not found') },
    });
    const made = await lab.call('simulation.create', { name: 'Laccase fold', type: 'alphafold' });
    expect(made).toMatchObject({ ok: true, value: { status: 'queued' } });
    const simulation = made.ok ? (made.value as { id: string }).id : '';
    expect(await lab.call('simulation.cancel', { id: simulation })).toMatchObject({ value: { status: 'failed' } });
    expect(lab.record<SimulationRecord>('simulations', simulation)).toMatchObject({
      state: 'failed',
      name: 'Laccase fold',
    });
    expect(await lab.call('instrument.explode', { id })).toMatchObject({ error: { code: 'command-not-supported' } });
    expect(await lab.call('simulation.pause', { id: '../../runner' })).toMatchObject({
      error: { code: 'command-bad-parameter' },
    });
  });
});

test.runIf(python !== undefined)('MAS is asked few questions, and its limit is kept to', async () => {
  const peer = new RealMas(python ?? '', flows);
  await peer.start();
  for (let count = 0; count < 60; count += 1) await fetch(`${peer.url}/ws/scientific/status`);
  const lab = new AdapterLab(masScientificKind({ ...FAST, scale: 1 }), peer.url, { simulated: false });
  const why = () => lab.record<MasSourceRecord>('service', 'instruments')?.why;
  await until(() => why()?.includes('429'), 'the limit is told');
  const state = lab.status('instruments').state;
  expect(state).toMatchObject({ is: 'retrying' });
  expect(state.is === 'retrying' && state.nextAt - state.since).toBeGreaterThanOrEqual(60_000);
  const { limited } = await peer.requests();
  expect(limited).toBeLessThanOrEqual(9);
  lab.close();
  await peer.stop();
});

test('64 channels at 1 kHz come whole, many samples to a batch', async () => {
  const peer = await startSimulatedMas(masScientificSimulator, { fciChannels: 64 });
  const wanted = new Set(['fci.petri-9']);
  const lab = new AdapterLab(masScientificKind(FAST), peer.url, {
    simulated: false,
    wanted: (part) => wanted.has(part),
  });
  lab.adapter.demand?.('fci.petri-9', true);
  expect(await lab.call('fci.rate', { device: 'petri-9', rateHz: 1_000 })).toMatchObject({ ok: true });
  const rowsOf = () => lab.out.rowsOf.get('fci.petri-9') ?? [];
  const total = () => rowsOf().reduce((sum, { times }) => sum + times.length, 0);
  await until(() => total() > 200, 'it runs');
  const [from, fromBatches] = [total(), rowsOf().length];
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const quality = lab.record<FciQualityRecord>('fci-now', 'petri-9/quality');
  expect(rowsOf().at(-1)?.columns).toHaveLength(64);
  // How fast a busy machine makes them up is not the point: they come many at once, and none is lost.
  const batches = rowsOf().length - fromBatches;
  expect((total() - from) / batches).toBeGreaterThan(5);
  expect(quality?.samples).toBeGreaterThan(0);
  // The newest may still wait for its batch.
  await until(() => total() >= (quality?.samples ?? 0), 'none is lost');
  // Any name but demo-… may be made up when the device is away; nothing in the data says so.
  expect(quality).toMatchObject({ provenance: 'unknown', flags: ['maybe-simulated'], channels: 64 });
  const times = rowsOf().flatMap((rows) => [...rows.times]);
  expect(times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0))).toBe(true);
  lab.close();
  await peer.stop();
});
