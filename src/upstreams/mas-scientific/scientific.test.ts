import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PUSH_WINS_MS } from '../../contract/upstream/mas-scientific.ts';
import { SCIENTIFIC_QUESTIONS } from './rest.ts';
import { ScientificLab } from './test-lab.ts';

const job = (more: object = {}) => ({ id: 'sim-1', progress: 57, eta: '18m', status: 'running', ...more });

test('what MAS offers is what is asked for, and nothing is made up where it offers nothing', () => {
  const lab = new ScientificLab();
  expect(lab.typed('connected', { availableEvents: ['a.b', 'c.d', 7] })).toEqual(['a.b', 'c.d']);
  expect(lab.typed('connected', {})).toEqual([]);
  expect(lab.typed('connected', null)).toEqual([]);
  expect(lab.typed('subscribed', { eventType: 'a.b' })).toBeUndefined();
  expect(lab.told + lab.counts.length).toBe(0);
});

test('a snapshot gives names, and does not put back what moved: lists never know of progress', () => {
  const lab = new ScientificLab();
  lab.typed('simulation.progress', job());
  const list = (...simulations: object[]) => lab.answer(SCIENTIFIC_QUESTIONS.simulations, { simulations });
  expect(list({ id: 'sim-1', name: 'Laccase fold', type: 'alphafold', status: 'queued', progress: 0 })).toBe(true);
  expect(lab.record('simulations', 'sim-1')).toMatchObject({
    name: 'Laccase fold',
    state: 'running',
    progressPercent: 57,
    from: 'push',
  });
  lab.typed('simulation.progress', job({ progress: 58 }));
  expect(lab.record('simulations', 'sim-1')).toMatchObject({ name: 'Laccase fold', progressPercent: 58 });
  // What was pushed a moment ago is there, whatever a list says; after a while the list is all there is.
  list();
  expect(lab.record('simulations', 'sim-1')).toBeDefined();
  lab.now += PUSH_WINS_MS;
  list();
  expect(lab.record('simulations', 'sim-1')).toBeUndefined();
});

test('progress is a percentage, whatever MAS says', () => {
  const lab = new ScientificLab();
  for (const [given, shown] of [
    [140, 100],
    [-3, 0],
    [33.5, 33.5],
  ]) {
    lab.typed('simulation.progress', job({ progress: given }));
    expect(lab.record('simulations', 'sim-1')).toMatchObject({ progressPercent: shown });
  }
  for (const bad of ['61', null, undefined, {}]) lab.typed('simulation.progress', job({ progress: bad }));
  expect(lab.counts).toEqual(Array.from({ length: 4 }, () => 'dropped:simulation.progress'));
});

test('no steps, no percentage', () => {
  const lab = new ScientificLab();
  const step = (now: unknown, all: unknown) =>
    lab.typed('experiment.step', { id: 'E-1', step: now, totalSteps: all, status: 'running' });
  step(0, 0);
  expect(lab.record('experiments', 'E-1')).toMatchObject({ percent: undefined, step: 0, totalSteps: 0 });
  step(9, 8);
  expect(lab.record('experiments', 'E-1')).toMatchObject({ percent: 100 });
  step(-1, 8);
  expect(lab.counts).toEqual(['dropped:experiment.step']);
});

test('three encodings of time are one', () => {
  const lab = new ScientificLab();
  lab.typed('device.status', { deviceId: 'd', status: 'online', lastSeen: lab.now / 1_000 });
  expect(lab.record('devices', 'd')).toMatchObject({ lastSeenAt: lab.now, at: lab.now });
  lab.typed('safety.alert', { type: 'x', message: 'm', severity: 'loud', timestamp: lab.now - 100 });
  expect(lab.events[0]?.[1]).toMatchObject({ raisedAt: lab.now - 100, severity: 'unknown', said: 'loud' });
  lab.typed('telemetry.update', {
    deviceId: 'd',
    readings: { t: 1, x: 'y', n: null },
    timestamp: lab.stamp(lab.now - 500),
  });
  expect(lab.record('readings', 'd')).toMatchObject({ measuredAt: lab.now - 500, values: { t: 1 } });
  expect(lab.rowsOf.get('telemetry')).toMatchObject([{ series: ['d.t'] }]);
  expect([...(lab.rowsOf.get('telemetry')?.[0]?.times ?? [])]).toEqual([lab.now - 500]);
  lab.typed('telemetry.update', { deviceId: 'd', readings: { x: 'y' } });
  expect(lab.counts).toEqual(['dropped:telemetry.update']);
});

test('rows never go back, however their senders’ clocks are', () => {
  const lab = new ScientificLab();
  for (const off of [0, -3_000, 90_000, -10_800_000, 5]) {
    lab.now += 10;
    lab.typed('telemetry.update', { deviceId: 'd', readings: { t: 1 } }, { timestamp: lab.stamp(lab.now + off) });
  }
  const times = (lab.rowsOf.get('telemetry') ?? []).map(({ times: [at] }) => at ?? 0);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.max(...times)).toBeLessThanOrEqual(lab.now);
});

test('a signal of a session: the frame’s time is that of its last sample, and what is no number is a hole', () => {
  const lab = new ScientificLab();
  const channels = [
    [1, null, 3],
    [4, 5, 6],
  ];
  lab.typed('fci.signal', { sessionId: 'fci-cea9a8', channels, sampleRate: 1_000 });
  const [rows] = lab.rowsOf.get('fci.fci-cea9a8') ?? [];
  expect([...(rows?.times ?? [])]).toEqual([lab.now - 2, lab.now - 1, lab.now]);
  expect([...(rows?.columns[0] ?? [])]).toEqual([1, Number.NaN, 3]);
  expect(rows).toMatchObject({ series: ['ch0', 'ch1'], provenance: 'unknown' });
  for (const bad of [[], [[]], 'x', [1], Array.from({ length: 65 }, () => [1])])
    lab.typed('fci.signal', { sessionId: 'fci-cea9a8', channels: bad });
  lab.typed('fci.signal', { channels });
  expect(lab.counts).toHaveLength(6);
  lab.typed('fci.signal', { channels }, { sessionId: 'fci-cea9a9' });
  expect(lab.rowsOf.has('fci.fci-cea9a9')).toBe(true);
});

test('raw records: each once, their numbers as curves, lists of numbers too', () => {
  const lab = new ScientificLab();
  const say = (data: unknown) => lab.data({ type: 'scientific_data', timestamp: lab.stamp(), source: 's', data });
  const good = {
    experiment_id: 17,
    data: { ph: 6.1, note: 'see http://192.0.2.9/x', channel_uv: [1, 2], nested: { a: 1 } },
  };
  for (const data of [
    good,
    good,
    'text',
    { data: {} },
    { experiment_id: 'x', data: [] },
    { experiment_id: ' ', data: {} },
  ])
    say(data);
  expect(lab.events).toHaveLength(1);
  expect(lab.events[0]?.[1]).toMatchObject({ experimentId: '17', data: { note: 'see [address]', nested: { a: 1 } } });
  expect(lab.rowsOf.get('observations')).toMatchObject([{ series: ['17.ph', '17.channel_uv.0', '17.channel_uv.1'] }]);
  expect(lab.counts.filter((one) => one.startsWith('dropped'))).toHaveLength(4);
  expect(lab.counts.filter((one) => one.startsWith('deduped'))).toHaveLength(1);
});

test('a command’s answer is what changes; calibrating is maintenance, and nothing sets it back', () => {
  const lab = new ScientificLab();
  const instrument = { id: 'inst-1', name: 'Incubator', type: 'incubator', status: 'online', temperature: 24 };
  lab.answer(SCIENTIFIC_QUESTIONS.instruments, { instruments: [instrument] });
  const post = (path: string, value: unknown) => lab.model.commanded(path, value, lab, lab.context);
  expect(post('/scientific/lab/instruments/inst-1/calibrate', { status: 'calibrating', instrumentId: 'inst-1' })).toBe(
    true,
  );
  expect(lab.record('instruments', 'inst-1')).toMatchObject({
    state: 'maintenance',
    name: 'Incubator',
    temperatureC: 24,
  });
  expect(post('/scientific/experiments/E-1/pause', { status: 'pending', experimentId: 'E-1' })).toBe(true);
  expect(lab.record('experiments', 'E-1')).toMatchObject({ state: 'pending', from: 'command' });
  expect(post('/scientific/bio/fci/sessions/f/start', { status: 'recording', sessionId: 'f' })).toBe(true);
  expect(post('/scientific/hypotheses/H-1/test', { status: 'testing', hypothesisId: 'H-1' })).toBe(true);
  for (const [path, value] of [
    ['/scientific/experiments/E-1/pause', { ok: true }],
    ['/scientific/else', { status: 'x' }],
    ['/scientific/experiments', []],
  ] as const)
    expect(post(path, value)).toBe(false);
});

test('a list that fails keeps what was there; an error inside a 200 is a failure too', () => {
  const lab = new ScientificLab();
  lab.answer(SCIENTIFIC_QUESTIONS.sessions, {
    sessions: [{ id: 'f', status: 'recording' }, { id: '' }, 7],
    signalQuality: null,
  });
  expect(lab.record('service', 'sessions')).toMatchObject({ available: true, facts: { signalQuality: null } });
  expect(lab.counts).toEqual(['dropped:sessions-item', 'dropped:sessions-item']);
  expect(lab.answer(SCIENTIFIC_QUESTIONS.sessions, { error: 'database', sessions: [] })).toBe(false);
  expect(lab.record('service', 'sessions')).toMatchObject({ available: false, why: 'database', lastGoodAt: lab.now });
  expect(lab.record('sessions', 'f')).toMatchObject({ durationS: undefined });
  lab.answer(SCIENTIFIC_QUESTIONS.stream, { totalConnections: 1, persistence: { experiments: null } });
  expect(lab.record('service', 'stream')).toMatchObject({ facts: { database: false, experiments: null } });
});

test('whatever comes, nothing throws, and what is no record is counted', () => {
  const events = fc.constantFrom(
    'simulation.progress',
    'experiment.step',
    'fci.signal',
    'device.status',
    'telemetry.update',
    'safety.alert',
    'mycobrain.result',
    'lab.instrument',
    'hypothesis.update',
    'mycelium.state',
    'connected',
    'error',
    '__proto__',
    'toString',
  );
  const fields = fc.constantFrom(
    'id',
    'progress',
    'status',
    'channels',
    'sessionId',
    'readings',
    'deviceId',
    'data',
    'experiment_id',
    'timestamp',
    'step',
    'totalSteps',
    '__proto__',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.constant(null),
      fc.dictionary(fields, tie('any')),
      fc.array(tie('any')),
    ),
  })).any;
  const paths = fc.constantFrom(...Object.values(SCIENTIFIC_QUESTIONS), '/else');
  fc.assert(
    fc.property(fc.array(fc.tuple(events, paths, value, fc.string()), { maxLength: 20 }), (messages) => {
      const lab = new ScientificLab();
      for (const [type, path, data, text] of messages) {
        lab.typed(type, data, { timestamp: text });
        const before = lab.counts.length + lab.told;
        lab.model.typed(text, lab, lab.context);
        lab.model.record(text, lab, lab.context);
        expect(lab.counts.length + lab.told).toBeGreaterThanOrEqual(before + 2);
        lab.data({ type: 'scientific_data', timestamp: text, source: data, data });
        lab.data({ type: 'experiment_data', data: { experiment_id: text, data } });
        lab.answer(path, data);
        lab.answer(path, {
          instruments: [data],
          simulations: [data],
          experiments: [data],
          hypotheses: [data],
          sessions: [data],
        });
        lab.model.commanded(`/scientific/experiments/${encodeURIComponent(text)}/pause`, data, lab, lab.context);
        for (const rows of [...lab.rowsOf.values()].flat())
          for (const column of rows.columns) expect(column).toHaveLength(rows.times.length);
      }
    }),
    { numRuns: 200 },
  );
});

test('what was pushed of instruments and progress is a curve as well; what a row does not say is no reading', () => {
  const lab = new ScientificLab();
  const row = { id: 'inst-1', name: 'North', type: 'incubator', status: 'online', temperature: 24.5, humidity: null };
  lab.typed('lab.instrument', row);
  lab.typed('lab.instrument', { ...row, temperature: null });
  expect(lab.rowsOf.get('instrument-readings')).toMatchObject([
    { series: ['inst-1.temperature_c'], columns: [Float64Array.of(24.5)], provenance: 'measured' },
  ]);
  lab.typed('simulation.progress', job({ progress: 12 }));
  lab.typed('experiment.step', { id: 'E-1', step: 1, totalSteps: 4, status: 'running' });
  lab.typed('experiment.step', { id: 'E-2', step: 1, totalSteps: 0, status: 'running' });
  expect(lab.rowsOf.get('progress')?.map(({ series }) => series)).toEqual([['sim-1.percent'], ['E-1.percent']]);
});

test('a command is MAS’s word until a list agrees; a list that came later knows better', () => {
  const lab = new ScientificLab();
  const path = SCIENTIFIC_QUESTIONS.experiments;
  const list = (status: string) =>
    lab.answer(path, { experiments: [{ id: 'E-1', name: 'Pinning', status, currentStep: 0, totalSteps: 0 }] });
  const shown = () => lab.record('experiments', 'E-1');
  list('pending');
  lab.model.commanded(`${path}/E-1/start`, { status: 'running', experimentId: 'E-1' }, lab, lab.context);
  expect(shown()).toMatchObject({ state: 'running', from: 'command' });
  expect(shown()).not.toHaveProperty('confirmedAt');
  // On its way before the command.
  lab.now += 1_000;
  list('pending');
  expect(shown()).toMatchObject({ state: 'running' });
  expect(shown()).not.toHaveProperty('confirmedAt');
  list('running');
  expect(shown()).toMatchObject({ state: 'running', confirmedAt: lab.now });

  lab.model.commanded(`${path}/E-1/cancel`, { status: 'failed', experimentId: 'E-1' }, lab, lab.context);
  lab.now += 60_000;
  list('completed');
  expect(shown()).toMatchObject({ state: 'completed', confirmedAt: lab.now });
});
