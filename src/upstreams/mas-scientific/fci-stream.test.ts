import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceOfPart, fciPart, isSessionId } from './fci-part.ts';
import { FciStream } from './fci-stream.ts';
import { ScientificLab } from './test-lab.ts';

const sample = (lab: ScientificLab, channels: unknown, at = lab.now) =>
  JSON.stringify({ type: 'sample', timestamp: `${lab.stamp(at)}+00:00`, channels });
const channel = (index: number, raw: unknown, more: object = {}) => ({
  channel: index,
  raw,
  filtered: 0.5,
  snr_db: 9,
  ...more,
});

test('samples become rows, at most one batch in 50 ms, and none is lost', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('demo-1');
  let flushes = 0;
  for (let ms = 0; ms < 1_000; ms += 1) {
    lab.now += 1;
    stream.frame(sample(lab, [channel(0, ms), channel(1, -ms)]), false, lab, lab.context);
    flushes = lab.rowsOf.get('fci.demo-1')?.length ?? 0;
  }
  expect(flushes).toBeLessThanOrEqual(21);
  stream.flush(lab.now, lab);
  const rows = lab.rowsOf.get('fci.demo-1') ?? [];
  expect(rows.flatMap(({ columns }) => [...(columns[0] ?? [])])).toEqual(Array.from({ length: 1_000 }, (_, at) => at));
  expect(rows.every(({ provenance }) => provenance === 'simulated')).toBe(true);
  expect(lab.rowsOf.has('fci-filtered.demo-1')).toBe(false);
  expect(lab.record('fci-now', 'demo-1/quality')).toMatchObject({ channels: 2, flags: ['simulated'], snrDb: [9, 9] });
});

test('a burst is as many batches as it needs', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('p');
  for (let count = 0; count < 3_000; count += 1) stream.frame(sample(lab, [channel(0, count)]), true, lab, lab.context);
  stream.flush(lab.now, lab);
  for (const part of ['fci.p', 'fci-filtered.p'])
    expect((lab.rowsOf.get(part) ?? []).reduce((sum, { times }) => sum + times.length, 0)).toBe(3_000);
});

test('a channel that is missing, or is no number, is a hole; a sample without any number is none', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('p');
  const say = (channels: unknown) => stream.frame(sample(lab, channels), false, lab, lab.context);
  stream.flush(lab.now, lab);
  say([channel(0, 1), channel(2, 3)]);
  say([channel(0, null), channel(1, 5), channel(64, 1), channel(-1, 1), channel(0.5, 1), 'x']);
  stream.flush(lab.now, lab);
  const [rows] = lab.rowsOf.get('fci.p') ?? [];
  expect(rows?.columns.map((column) => [...column])).toEqual([
    [1, Number.NaN],
    [Number.NaN, 5],
    [3, Number.NaN],
  ]);
  expect(rows?.provenance).toBe('unknown');
  for (const bad of [[], [channel(0, '1.2')], 'x', null, [null]]) say(bad);
  expect(lab.counts.filter((one) => one === 'dropped:sample')).toHaveLength(5);
  expect(lab.counts.filter((one) => one === 'dropped:fci-channel')).toHaveLength(3);
  // Python writes NaN, which is no JSON: a hole as well.
  stream.frame(
    `{"type": "sample", "timestamp": "x", "channels": [{"channel": 0, "raw": NaN}, {"channel": 1, "raw": 2}]}`,
    false,
    lab,
    lab.context,
  );
  stream.flush(lab.now, lab);
  expect(
    lab.rowsOf
      .get('fci.p')
      ?.at(-1)
      ?.columns.map(([value]) => value),
  ).toEqual([Number.NaN, 2, Number.NaN]);
});

test('times never go back, and a clock that is hours off is not believed', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('p');
  for (const off of [0, -5, 10_800_000, -10_800_000, 50]) {
    lab.now += 1;
    stream.frame(sample(lab, [channel(0, 1)], lab.now + off), false, lab, lab.context);
  }
  stream.flush(lab.now, lab);
  const times = (lab.rowsOf.get('fci.p') ?? []).flatMap((rows) => [...rows.times]);
  expect(times).toHaveLength(5);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.max(...times)).toBeLessThanOrEqual(lab.now);
});

test('viewers who come and go are not the probe', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('p');
  const say = (message: object) => stream.frame(JSON.stringify(message), false, lab, lab.context);
  say({ type: 'device_connected', device_id: 'p' });
  say({ type: 'device_disconnected', device_id: 'p' });
  expect(lab.told).toBe(0);
  expect(lab.counts).toEqual(['filtered:viewer', 'filtered:viewer']);
  say({ type: 'device_disconnected', device_id: 'other', source: 'firmware' });
  expect(lab.record('fci-now', 'other/link')).toMatchObject({ connected: false, source: 'firmware' });
  expect(lab.events).toMatchObject([['log', { what: 'probe', about: 'other' }]]);
});

test('answers are given back, spectra and patterns are state', () => {
  const lab = new ScientificLab();
  const stream = new FciStream('p');
  const say = (message: object) => stream.frame(JSON.stringify(message), false, lab, lab.context);
  expect(say({ type: 'config_ack', status: 'updated' })).toMatchObject({ type: 'config_ack' });
  expect(say({ type: 'stimulate_ack', status: 'queued' })).toMatchObject({ type: 'stimulate_ack' });
  expect(
    say({ type: 'spectrum', data: { frequencies: [1, 2], magnitudes: [3, 4], band_powers: { lf: 1, x: 2 } } }),
  ).toBeUndefined();
  expect(lab.record('fci-now', 'p/spectrum')).toMatchObject({ bandPowers: { lf: 1 }, peakHz: undefined });
  // One level too high, as the website reads them: not there.
  say({ type: 'spectrum', frequencies: [1], magnitudes: [2] });
  say({ type: 'spectrum', data: { frequencies: [1], magnitudes: [2, 3] } });
  say({ type: 'pattern', data: { confidence: 2 } });
  expect(lab.counts).toEqual(['dropped:spectrum', 'dropped:spectrum', 'dropped:pattern']);
  say({ type: 'pattern', data: { pattern_name: 'baseline', confidence: -1 } });
  expect(lab.record('fci-now', 'p/pattern')).toMatchObject({ known: true, confidence: 0, flags: ['maybe-simulated'] });
  say({ type: 'tea' });
  expect(lab.counts.at(-1)).toBe('unknown:tea');
});

test('parts have names that a channel may have', () => {
  expect(fciPart('demo-petri-1')).toBe('fci.demo-petri-1');
  expect(fciPart('a b/c', 'fci-filtered')).toBe('fci-filtered.a_b_c');
  expect(fciPart('x'.repeat(200)).length).toBeLessThanOrEqual(64);
  expect(deviceOfPart('fci.a.b')).toBe('a.b');
  expect(deviceOfPart('fci-filtered.a')).toBe('a');
  for (const part of ['fci.', 'fci.*', 'fci-now', 'instruments']) expect(deviceOfPart(part)).toBeUndefined();
  expect(isSessionId('fci-cea9a8')).toBe(true);
  expect(isSessionId('fci-lab')).toBe(false);
});

test('whatever comes, nothing throws', () => {
  const types = fc.constantFrom('sample', 'spectrum', 'pattern', 'device_connected', 'error', 'config_ack');
  fc.assert(
    fc.property(fc.array(fc.tuple(types, fc.jsonValue(), fc.string()), { maxLength: 30 }), (messages) => {
      const lab = new ScientificLab();
      const stream = new FciStream('p');
      for (const [type, value, text] of messages) {
        stream.frame(text, true, lab, lab.context);
        stream.frame(JSON.stringify({ type, data: value, channels: value, payload: value }), true, lab, lab.context);
        stream.frame(
          JSON.stringify({ type, channels: [value, channel(1, 1)], timestamp: text }),
          true,
          lab,
          lab.context,
        );
      }
      stream.flush(lab.now, lab);
    }),
    { numRuns: 100 },
  );
});
