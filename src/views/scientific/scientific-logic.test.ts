import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExperimentDataRecord, ExperimentRecord } from '../../contract/upstream/mas-scientific.ts';
import { type KeptAlert, MOST_ALERTS, mergeAlerts, readAlerts } from './alert-book.ts';
import { experimentRows, stepWords } from './experiment-rows.ts';
import { fits } from './fits.ts';
import { outsideOf, outsideSince, readLimits } from './limits.ts';
import { paceOf } from './pace.ts';
import { spectrumOf } from './signal/spectrum.ts';
import { SpikeFinder } from './signal/spikes.ts';
import { readScientificAddress, writeScientificAddress } from './state.ts';

const MIN = 60_000;

test('a pace is what was seen: its end follows from it, and there is none where nothing moved', () => {
  const times = Array.from({ length: 61 }, (_, second) => second * 1_000);
  const steady = paceOf(
    times,
    times.map((at) => 20 + at / 6_000),
    MIN,
  );
  expect(steady).toMatchObject({ is: 'moving', watchedMs: MIN });
  if (steady.is === 'moving') {
    expect(steady.percentPerMin).toBeCloseTo(10, 6);
    expect(steady.leftMs).toBeCloseTo(7 * MIN, 3);
  }
  expect(paceOf([], [], MIN)).toEqual({ is: 'unknown' });
  expect(paceOf([0], [40], 1_000)).toEqual({ is: 'unknown' });
  expect(
    paceOf(
      times,
      times.map(() => 40),
      MIN + 500,
    ),
  ).toEqual({ is: 'stalled', since: 0 });
  expect(
    paceOf(
      times,
      times.map((at) => Math.min(50, 40 + at / 1_000)),
      10 * MIN,
    ),
  ).toMatchObject({ is: 'stalled', since: 10_000 });
  expect(paceOf([0, 1_000], [99, 100], MIN)).toEqual({ is: 'done' });
  // A job that starts anew: what was before does not count.
  const again = times.map((at) => (at < 30_000 ? 90 + at / 30_000 : (at - 30_000) / 1_000));
  expect(paceOf(times, again, MIN)).toMatchObject({ is: 'moving', watchedMs: 30_000 });
});

test('whatever was seen, an end is in the future or there is none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5_000), fc.double({ min: 0, max: 100, noNaN: true })), { maxLength: 200 }),
      (steps) => {
        let at = 0;
        const times = steps.map(([gap]) => (at += gap));
        const pace = paceOf(
          times,
          steps.map(([, percent]) => percent),
          at + 100,
        );
        if (pace.is === 'moving') {
          expect(pace.leftMs).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(pace.leftMs)).toBe(true);
        }
      },
    ),
  );
});

test('limits: outside since the first reading of the run that is outside; what is no limit is none', () => {
  expect(outsideOf(5, { high: 4 })).toBe('above');
  expect(outsideOf(5, { low: 6 })).toBe('below');
  expect(outsideOf(5, { low: 5, high: 5 })).toBeUndefined();
  expect(outsideOf(Number.NaN, { low: 5 })).toBeUndefined();
  expect(outsideSince([1, 2, 3, 4], [9, 1, 9, 9], { high: 5 })).toBe(3);
  expect(outsideSince([1, 2], [9, 1], { high: 5 })).toBeUndefined();
  expect([...readLimits('{"a":{"low":1},"b":{"low":"x"},"c":7,"d":{}}').keys()]).toEqual(['a']);
  for (const bad of ['', '[', '7', 'null', '"x"']) expect(readLimits(bad).size).toBe(0);
});

const alert = (at: number, more: Partial<KeptAlert> = {}): KeptAlert => ({
  ...{ key: `${at}`, at, kind: 'k', message: 'm', severity: 'warning', simulated: false, seenAt: undefined },
  ...more,
});

test('alerts: each once, newest first; acknowledged ones go first when there are too many', () => {
  const kept = [alert(2, { seenAt: 5 })];
  expect(mergeAlerts(kept, [alert(2)])).toBe(kept);
  expect(mergeAlerts(kept, [alert(3), alert(1)]).map(({ at }) => at)).toEqual([3, 2, 1]);
  const many = Array.from({ length: MOST_ALERTS + 10 }, (_, at) => alert(at));
  const merged = mergeAlerts([alert(9_999, { seenAt: 1 })], many);
  expect(merged.length).toBe(MOST_ALERTS);
  expect(merged.every(({ seenAt }) => seenAt === undefined)).toBe(true);
  expect(readAlerts('[{"key":"a"},7,null]')).toEqual([]);
  expect(readAlerts('[')).toEqual([]);
  expect(readAlerts(JSON.stringify([alert(1)]))).toHaveLength(1);
});

test('experiments of two tables and of none: each id once, the lab table first', () => {
  const told = { at: 1, atFrom: 'source', rx: 1, source: 's', provenance: 'measured', flags: [] } as const;
  const lab: ExperimentRecord = {
    ...{ ...told, t: 'experiment', from: 'push', id: 'E-1', name: 'A', state: 'running', said: 'running' },
    ...{ step: 3, totalSteps: 0, percent: undefined, message: undefined, startedAt: undefined },
  };
  const tray = { ...told, t: 'tray-experiment', id: 'exp-1', name: 'B', said: 'odd', createdAt: undefined } as const;
  const newest: ExperimentDataRecord = { ...told, t: 'experiment-data', experimentId: 'exp-2', data: {} };
  const rows = experimentRows(
    [lab],
    [tray, { ...tray, id: 'E-1' }],
    new Map([
      ['exp-2', { newest }],
      ['exp-1', { newest }],
    ]),
  );
  expect(rows.map(({ id, kept, state }) => [id, kept, state])).toEqual([
    ['E-1', 'lab', 'running'],
    ['exp-1', 'tray', 'unknown'],
    ['exp-2', 'recordsOnly', 'unknown'],
  ]);
  expect(stepWords(lab)).toBe('step 3, total unknown');
  expect(fits({ find: ' a ', state: undefined }, lab, lab.name)).toBe(true);
  expect(fits({ find: 'a', state: 'failed' }, lab, lab.name)).toBe(false);
});

test('a spike is far from what is usual, and counted once', () => {
  const finder = new SpikeFinder();
  let spikes = 0;
  for (let at = 0; at < 5_000; at += 1) {
    const isSpike = at % 1_000 === 999;
    if (finder.add(at, Math.sin(at / 7) + (isSpike ? 40 : 0))) spikes += 1;
  }
  expect(spikes).toBe(5);
  expect(finder.add(6_000, Number.NaN)).toBe(false);
});

test('a spectrum finds the sine that is there, and none across a hole', () => {
  const hz = 12;
  const times = Array.from({ length: 2_048 }, (_, at) => at);
  const values = times.map((at) => 5 + 3 * Math.sin((2 * Math.PI * hz * at) / 1_000));
  const found = spectrumOf(times, values);
  expect(found?.peakHz).toBeCloseTo(hz, 0);
  expect(found?.peakUv).toBeGreaterThan(2.4);
  expect(found?.peakUv).toBeLessThan(3.3);
  expect(
    spectrumOf(
      times.map((at) => (at < 1_000 ? at : at + 800)),
      values,
    ),
  ).toBeUndefined();
  expect(spectrumOf([1, 2], [1, 2])).toBeUndefined();
});

test('an address is what was on the screen; whatever was pasted is read', () => {
  const address = readScientificAddress({
    tab: 'signals',
    sel: 'x',
    signal: 'petri',
    channel: '7',
    span: '10',
    find: 'a',
  });
  expect(readScientificAddress(writeScientificAddress(address) as Record<string, string>)).toEqual(address);
  expect(readScientificAddress({ tab: 'nope', channel: '1e9', span: '-3' })).toMatchObject({
    tab: 'overview',
    channel: 0,
    spanS: 5,
  });
});
