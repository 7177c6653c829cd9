import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').replaceAll('"', "'");

/** Declarations of one rule of the file, outside of media queries. */
function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('\n}', start));
  return Object.fromEntries([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}

/** Relative luminance (WCAG 2) of `oklch(l c h)` or `#rrggbb`; colours outside of sRGB are clipped, as a screen does. */
function luminance(colour: string): number {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  if (hex !== null) {
    const [r = 0, g = 0, b = 0] = hex.slice(1).map((part) => {
      const c = Number.parseInt(part, 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  const parts = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour);
  if (parts === null) throw new Error(`not a colour this test can read: ${colour}`);
  const [l, c, h] = [Number(parts[1]), Number(parts[2]), (Number(parts[3]) * Math.PI) / 180];
  const [a, b] = [c * Math.cos(h), c * Math.sin(h)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (x: number) => Math.min(1, Math.max(0, x));
  return (
    0.2126 * clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short) +
    0.7152 * clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short) +
    0.0722 * clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short)
  );
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const dark = tokens(':root');
const light = { ...dark, ...tokens(":root[data-theme='light']") };
const high = tokens(":root[data-contrast='high']");
const themes = {
  dark,
  light,
  'dark, high contrast': { ...dark, ...high },
  'light, high contrast': { ...light, ...high, ...tokens(":root[data-theme='light'][data-contrast='high']") },
};

const TEXT = ['ink', 'ink-late', 'ink-2', 'accent-ink', 'warn-ink', 'alarm-ink', 'info-ink'];
const GROUNDS = ['bg', 'surface', 'raised'];
const FILLS = ['accent', 'warn', 'alarm', 'info'];

describe.each(Object.entries(themes))('%s', (_, theme) => {
  const of = (name: string) => {
    const value = theme[`--${name}`];
    if (value === undefined) throw new Error(`no --${name}`);
    return value;
  };
  it.each(TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    '%s on %s is readable',
    (text, ground) => {
      expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(FILLS)('text on the %s fill is readable', (fill) => {
    expect(contrast(of(`on-${fill}`), of(fill))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['1', '2', '3', '4', '5', '6', '7', '8'])('series colour %s is seen on the page', (n) => {
    expect(contrast(of(`series-${n}`), of('bg'))).toBeGreaterThanOrEqual(3);
  });
  it('edges of fields and buttons are seen', () => {
    expect(contrast(of('line-strong'), of('surface'))).toBeGreaterThanOrEqual(3);
    expect(contrast(of('line-strong'), of('bg'))).toBeGreaterThanOrEqual(3);
  });
});

it('black on white is 21', () => {
  expect(contrast('oklch(0 0 0)', '#ffffff')).toBeCloseTo(21, 3);
});
