import { unavailable } from '../../../../src/upstreams/mas/answer.ts';
import { isFields } from '../../../../src/upstreams/mas/fields.ts';
import { missingFact } from './facts.ts';
import type { Op, Recorder } from './recorder.ts';
import type { Vector } from './vector.ts';

/** How an upstream's model takes an answer over HTTP. */
export interface Answers {
  /** True: it became records. */
  readonly answer: (path: string, value: unknown) => boolean;
  readonly commanded: (path: string, value: unknown) => boolean;
  readonly failed: (path: string, status: number, body: string, retryAfterMs: number | undefined) => void;
}

/** An answer over HTTP: taken as the adapter takes it, and compared. */
export function checkAnswered(vector: Vector, recorder: Recorder, answers: Answers): string | undefined {
  const { line, endpoint, action, expect } = vector;
  const status = Number(line.status);
  const body = typeof vector.data === 'string' ? vector.data : '';
  const isGet = line.method === undefined || line.method === 'GET';
  const retryAfterMs = retryAfterOf(line.headers);
  const value = status === 200 ? parsed(body) : undefined;
  let isTaken = false;
  if (value !== undefined) isTaken = isGet ? answers.answer(endpoint, value) : answers.commanded(endpoint, value);
  else if (isGet) answers.failed(endpoint, status, body, retryAfterMs);

  const { ops } = recorder;
  const beyondService = ops.filter(({ part }) => part !== 'service');
  const told = ops.find(({ part }) => part === 'service')?.record;
  const isToldAway = told?.available === false && typeof told.why === 'string' && told.why !== '';
  const got = `got ${ops.map(({ is, part }) => `${is} ${part}`).join(', ') || 'nothing'}`;
  switch (action) {
    case 'apply':
      if (!isTaken || ops.length === 0) return `expected records: ${got}`;
      return missingFact(expect, recorder);
    case 'degrade':
      return !isTaken && isToldAway && beyondService.length === 0
        ? undefined
        : `expected what was there to stay: ${got}`;
    case 'drop_item':
      return isTaken && recorder.counted('dropped') && !takesAway(ops) ? undefined : `expected one item less: ${got}`;
    case 'show_error':
      // A failed command changes nothing here; its outcome carries the words of MAS.
      return !isTaken &&
        beyondService.length === 0 &&
        unavailable({ status, body, retryAfterMs }).why.includes(`${status}`)
        ? undefined
        : `expected an error: ${got}`;
    case 'backoff': {
      const waits = unavailable({ status, body, retryAfterMs }).retryAfterMs;
      const wanted = Number(expect.retry_after_s ?? 0) * 1_000;
      return waits === wanted && isToldAway ? undefined : `expected to wait ${wanted} ms, waits ${waits}: ${got}`;
    }
    default:
      return `no rule for ${action}`;
  }
}

const takesAway = (ops: readonly Op[]): boolean => ops.some(({ is }) => is === 'remove');

function retryAfterOf(headers: unknown): number | undefined {
  if (!isFields(headers)) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after');
  return entry === undefined ? undefined : Number(entry[1]) * 1_000;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
