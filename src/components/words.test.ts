import { describe, expect, it } from 'vitest';
import { ageWords, durationWords } from './age-words.ts';
import { formatBytes, formatValue, isImplausible } from './format-value.ts';
import { seriesStyle } from './series-style.ts';
import { sparklinePath } from './sparkline-path.ts';

describe('ages', () => {
  it.each([
    [undefined, 'never'],
    [-50, 'now'],
    [999, 'now'],
    [4000, '4 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [86_400_000 * 5, '5 d'],
  ])('%s ms is "%s"', (ms, words) => expect(ageWords(ms)).toBe(words));

  it.each([
    [42_000, '42 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 05 min'],
    [86_400_000 * 4 + 3 * 3_600_000, '4 d 3 h'],
  ])('%s ms lasts "%s"', (ms, words) => expect(durationWords(ms)).toBe(words));
});

describe('values', () => {
  it.each([
    [23.45000076, 2, '23.45'],
    [121_000.4, 0, '121,000'],
    [-3.14, 1, '−3.1'],
    [-0.001, 2, '0.00'],
    [Number.NaN, 2, '–'],
    [Number.POSITIVE_INFINITY, 2, '–'],
    [undefined, 2, '–'],
    [1, 99, '1.000000'],
  ])('%s with %s digits is "%s"', (value, digits, text) => expect(formatValue(value, digits)).toBe(text));

  it('flags what a sensor cannot measure, bounds included as plausible', () => {
    expect(isImplausible(130, [0, 100])).toBe(true);
    expect(isImplausible(100, [0, 100])).toBe(false);
    expect(isImplausible(1e9, undefined)).toBe(false);
  });

  it.each([
    [812, '812 B'],
    [4210, '4.2 kB'],
    [999_970, '1.0 MB'],
    [1.3e12, '1.3 TB'],
  ])('%s bytes are "%s"', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

it('the first four series are plain, and no two of the first sixteen look alike', () => {
  const styles = Array.from({ length: 16 }, (_, i) => seriesStyle(i));
  expect(styles.slice(0, 4).every((style) => style.dash.length === 0)).toBe(true);
  expect(styles.slice(4).every((style) => style.dash.length > 0)).toBe(true);
  expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(16);
});

describe('sparkline', () => {
  const box = { width: 120, height: 24, nowMs: 60_000, spanMs: 60_000, breakMs: 3000, leastRange: 0.1 };
  it('joins what is close and breaks at a silence', () => {
    const { path } = sparklinePath([10_000, 11_000, 20_000, 21_000], [1, 2, 3, 4], box);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
  });
  it('forgets what is older than its span and draws nothing of one reading', () => {
    expect(sparklinePath([-10_000, 50_000], [1000, 2], box)).toEqual({ path: '', low: 2, high: 2 });
  });
  it('draws at most two points per pixel', () => {
    const times = Array.from({ length: 6000 }, (_, i) => i * 10);
    expect(sparklinePath(times, times, box).path.match(/[ML]/g)?.length).toBeLessThanOrEqual(241);
  });
});
