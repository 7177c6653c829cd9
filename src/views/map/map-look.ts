import type { MapLook } from './engine/map-engine.ts';

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The theme in the map's terms. */
export const mapLook = (): MapLook => ({
  background: token('--bg'),
  land: token('--raised'),
  border: token('--line-strong'),
  grid: token('--line'),
  ink: token('--ink'),
  soft: token('--ink-2'),
  alarm: token('--alarm'),
  accent: token('--accent-ink'),
  warn: token('--warn'),
  // In the order of SHAPES.
  kinds: [
    token('--series-1'),
    token('--series-2'),
    token('--series-8'),
    token('--series-6'),
    token('--series-3'),
    token('--series-7'),
    token('--accent'),
  ],
});
