import type { SourceState } from '../contract/upstream/source-state.ts';

/** A shape for each, so that a state is never told by colour alone. */
export const SOURCE_SHAPES = {
  unknown: '·',
  none: '–',
  stopped: '‖',
  idle: '·',
  connecting: '◔',
  quiet: '◌',
  live: '●',
  stale: '○',
  retrying: '▲',
  refused: '✕',
} as const satisfies Record<SourceState['is'], string>;
