import { repairNan } from '../../decode/nan-repair.ts';
import type { Out } from '../out.ts';
import { type Fields, isFields } from './fields.ts';

const EXCERPT_CHARS = 60;

/** The object of a frame. Anything else is counted, and the connection is kept: MAS forwards what its publishers write, word for word. */
export function readFrame(data: string | ArrayBuffer, out: Out): Fields | undefined {
  if (typeof data !== 'string') {
    out.count('dropped', 'binary');
    return undefined;
  }
  const value = parsed(data);
  if (value === undefined) {
    out.count('dropped', 'bad-json', data.slice(0, EXCERPT_CHARS));
    return undefined;
  }
  if (isFields(value)) return value;
  out.count('dropped', 'not-an-object', data.slice(0, EXCERPT_CHARS));
  return undefined;
}

/** JSON, also with the bare `NaN` that Python writes for "no number" (it becomes null). */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const repaired = repairNan(text, 'python');
    if (repaired === undefined) return undefined;
    try {
      return JSON.parse(repaired);
    } catch {
      return undefined;
    }
  }
}

/** What MAS understands as a question whether it is there. */
export const MAS_PING = '{"type":"ping"}';
/** §1: say it this often; two without an answer and the peer is taken for dead. */
export const MAS_PING_MS = 25_000;

/** Without parsing: this runs for every frame. Both spellings of the separator exist, since Python writes `": "`. */
export const isPong = (data: string): boolean =>
  data.startsWith('{"type":"pong"') || data.startsWith('{"type": "pong"');

/** A machine word of a peer, fit for a counter's name. */
export const reasonOf = (word: unknown): string =>
  typeof word === 'string' && word !== '' ? word.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 40) : 'no-type';
