import { isFields } from '../../../../src/upstreams/mas/fields.ts';
import { utcMs } from '../../../../src/upstreams/mas/time.ts';
import type { VectorLine } from '../ndjson-file.ts';
import type { Fields } from './recorder.ts';

/** Where the replay of a file begins when none of its lines has a time. */
const SOME_DAY_MS = Date.UTC(2026, 7, 14, 9, 30);

export interface Vector {
  readonly line: VectorLine;
  readonly endpoint: string;
  readonly action: string;
  readonly expect: Fields;
  /** What came or was said: the text, or the bytes. */
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly tMs: number;
}

export function vectorOf(line: VectorLine): Vector {
  const expect = isFields(line.expect) ? line.expect : {};
  if (typeof expect.action !== 'string') throw new Error('expect.action is missing');
  return {
    line,
    endpoint: String(line.endpoint),
    action: expect.action,
    expect,
    data: dataOf(line),
    tMs: typeof line.t_ms === 'number' ? line.t_ms : 0,
  };
}

function dataOf(line: VectorLine): string | Uint8Array<ArrayBuffer> {
  if (typeof line.raw === 'string') return line.raw;
  if (typeof line.hex === 'string') return Uint8Array.from(Buffer.from(line.hex, 'hex'));
  return JSON.stringify(line.json ?? null);
}

/** What arrives as a frame: bytes as a browser gives them. */
export const frameOf = ({ data }: Vector): string | ArrayBuffer => (typeof data === 'string' ? data : data.buffer);

/** When each line arrives: the time in the first message that has one is that of its own line. */
export class ReplayClock {
  #baseMs: number | undefined;

  nowAt({ line, tMs }: Vector): number {
    if (this.#baseMs === undefined && line.dir === 's2c' && isFields(line.json)) {
      const said = utcMs(line.json.timestamp);
      if (said !== undefined) this.#baseMs = said - tMs;
    }
    return (this.#baseMs ?? SOME_DAY_MS) + tMs;
  }
}
