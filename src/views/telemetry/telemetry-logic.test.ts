import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignCurves, lowerBound, thinCurve } from './plot-data.ts';
import { readTelemetryAddress, writeTelemetryAddress } from './state.ts';
import {
  DEFAULT_SPAN_MS,
  FIRST_SPAN_MS,
  filledSpan,
  MAX_SPAN_MS,
  MIN_SPAN_MS,
  pan,
  showRange,
  zoom,
} from './viewport.ts';

const NOW = 1_700_000_000_000;

describe('viewport', () => {
  const live = { spanMs: 60_000, untilMs: undefined };
  it('pans back from live, and forward to live again', () => {
    const back = pan(live, -0.5, NOW);
    expect(back).toEqual({ spanMs: 60_000, untilMs: NOW - 30_000 });
    expect(pan(back, 0.6, NOW).untilMs).toBeUndefined();
  });
  it('zooms about the anchor', () => {
    const view = { spanMs: 60_000, untilMs: NOW - 100_000 };
    const zoomed = zoom(view, 0.5, 0.5, NOW);
    const middle = (v: { spanMs: number; untilMs: number | undefined }) => (v.untilMs ?? 0) - v.spanMs / 2;
    expect(middle(zoomed)).toBe(middle(view));
    expect(zoom(live, 0.5, 0.2, NOW)).toEqual({ spanMs: 30_000, untilMs: undefined });
  });
  it('shows what exists while it fills, at least some seconds, and never changes a look back', () => {
    expect([1, 20, 90].map((seconds) => filledSpan(live, NOW - seconds * 1000, NOW))).toEqual([
      FIRST_SPAN_MS,
      20_000,
      60_000,
    ]);
    expect(filledSpan(live, Number.POSITIVE_INFINITY, NOW)).toBe(60_000);
    expect(filledSpan({ spanMs: 60_000, untilMs: NOW }, NOW - 20_000, NOW)).toBe(60_000);
  });
  it('keeps the span within its bounds', () => {
    expect(zoom(live, 1e-9, 0.5, NOW).spanMs).toBe(MIN_SPAN_MS);
    expect(zoom(live, 1e9, 0.5, NOW).spanMs).toBe(MAX_SPAN_MS);
    expect(showRange(10, 20_010)).toEqual({ spanMs: 20_000, untilMs: 20_010 });
  });
});

describe('curves', () => {
  const curve = (times: number[], values: number[]) => ({ times, values, breakMs: 3000 });
  it('finds the first reading not before a time', () => {
    expect([0, 1, 2, 9].map((at) => lowerBound([1, 2, 2, 5], at))).toEqual([0, 0, 1, 4]);
  });
  it('breaks the line in a silence', () => {
    const thin = thinCurve(curve([0, 1000, 9000, 10_000], [1, 2, 3, 4]), 0, 10_000, 1000, []);
    expect(thin.values).toEqual([1, 2, null, 3, 4]);
  });
  it('breaks the line in a known gap, however short', () => {
    const thin = thinCurve(curve([0, 1000], [1, 2]), 0, 1000, 1000, [{ fromMs: 200, toMs: 700 }]);
    expect(thin.values).toEqual([1, null, 2]);
  });
  it('keeps the extremes when it thins', () => {
    const times = Array.from({ length: 10_000 }, (_, i) => i);
    const values = times.map((i) => (i === 4321 ? 99 : i === 7654 ? -99 : 0));
    const thin = thinCurve(curve(times, values), 0, 9999, 100, []);
    expect(thin.values).toContain(99);
    expect(thin.values).toContain(-99);
    expect(thin.times.length).toBeLessThanOrEqual(4 * 101);
    expect([...thin.times].sort((a, b) => a - b)).toEqual(thin.times);
  });
  it('aligns curves on one axis: absent is undefined, a break is null', () => {
    const { times, columns } = alignCurves([
      { times: [1, 2, 3], values: [10, null, 30] },
      { times: [2, 4], values: [5, 6] },
    ]);
    expect(times).toEqual([1, 2, 3, 4]);
    expect(columns).toEqual([
      [10, null, 30, undefined],
      [undefined, 5, undefined, 6],
    ]);
  });
});

it('the address holds the whole view', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
  fc.assert(
    fc.property(
      fc.record({
        picks: fc.option(fc.array(fc.record({ board: id, series: id }), { minLength: 1, maxLength: 5 }), {
          nil: undefined,
        }),
        board: fc.constantFrom(undefined, 'b1'),
        view: fc.record({
          spanMs: fc.constantFrom(DEFAULT_SPAN_MS, 2000, 3_600_000),
          untilMs: fc.option(fc.integer({ min: 0, max: NOW }), { nil: undefined }),
        }),
        lockY: fc.boolean(),
      }),
      (address) => {
        expect(readTelemetryAddress(writeTelemetryAddress(address))).toEqual(address);
      },
    ),
  );
});

it('an address somebody broke is read as far as it makes sense', () => {
  const address = readTelemetryAddress({ s: 'x,a:b,:c,d:', span: '-5', until: 'soon', lock: 'yes' });
  expect(address).toEqual({
    picks: [{ board: 'a', series: 'b' }],
    board: undefined,
    view: { spanMs: DEFAULT_SPAN_MS, untilMs: undefined },
    lockY: false,
  });
});
