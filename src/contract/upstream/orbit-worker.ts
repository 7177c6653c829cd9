import type { EpochMs } from '../time.ts';
import type { OrbitElements } from './crep.ts';

/** Numbers per row of a pass: longitude °, latitude ° (NaN: no point), height km. */
export const ORBIT_ROW = 3;

/** What a page tells the orbit worker. */
export type ToOrbitWorker =
  /** New or changed elements by key; a row stays a key's until it is removed. */
  | { readonly t: 'put'; readonly objects: readonly (readonly [key: string, elements: OrbitElements])[] }
  | { readonly t: 'remove'; readonly keys: readonly string[] }
  /** One pass every so many ms from now on (at least 100; default 1,000). */
  | { readonly t: 'run'; readonly everyMs?: number }
  /** No passes: the page is hidden. */
  | { readonly t: 'pause' }
  /** A buffer that was drawn, to be filled again. */
  | { readonly t: 'return'; readonly buffer: ArrayBuffer }
  /** Where one object was or will be: a track, at most 2,000 points. */
  | {
      readonly t: 'track';
      readonly id: number;
      readonly key: string;
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly points: number;
    };

/** What it answers. Buffers are transferred: return them, or the next pass makes new ones. */
export type FromOrbitWorker =
  /** Which row is whose; comes before the first pass that has these rows. */
  | { readonly t: 'rows'; readonly rows: readonly (readonly [key: string, row: number])[] }
  | {
      readonly t: 'pass';
      /** The moment that the rows are for. */
      readonly at: EpochMs;
      /** Float32, `ORBIT_ROW` numbers per row. */
      readonly buffer: ArrayBuffer;
      readonly rows: number;
      /** Rows that have a point. */
      readonly points: number;
      /** How long it took, ms. */
      readonly tookMs: number;
    }
  | { readonly t: 'track'; readonly id: number; readonly buffer: ArrayBuffer; readonly points: number };
