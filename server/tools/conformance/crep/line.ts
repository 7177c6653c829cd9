import { parseTime } from '../../../../src/upstreams/crep/time.ts';
import type { VectorLine } from '../ndjson-file.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Of lines that say no clock and no time. */
const DEFAULT_CLOCK_MS = 1_795_176_000_000;

/** The client's clock when the line arrives: as it is said, else the newest time that is in the line. */
export function clockOf(line: VectorLine): number {
  if (typeof line.clock_ms === 'number') return line.clock_ms;
  const newest = newestTime(contentOf(line));
  return newest ?? DEFAULT_CLOCK_MS;
}

function contentOf(line: VectorLine): unknown {
  if (typeof line.hex !== 'string') return line.json ?? line.sse;
  try {
    return JSON.parse(Buffer.from(line.hex, 'hex').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Ends lie in the future: they are no sign of when something was said. */
const IS_END = /expires|valid_to|eta|line[12]/i;

function newestTime(value: unknown): number | undefined {
  if (Array.isArray(value)) return newest(value.map(newestTime));
  if (!isFields(value)) return parseTime(value);
  return newest(Object.entries(value).map(([name, inner]) => (IS_END.test(name) ? undefined : newestTime(inner))));
}

const newest = (times: readonly (number | undefined)[]): number | undefined =>
  times.reduce((most, time) => (time !== undefined && (most === undefined || time > most) ? time : most), undefined);
