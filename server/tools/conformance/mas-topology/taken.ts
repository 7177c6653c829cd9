import { missingFact } from './facts.ts';
import type { Op, Recorder } from './recorder.ts';
import type { Vector } from './vector.ts';

const told = (ops: readonly Op[]): string =>
  ops.map(({ is, part, key }) => `${is} ${part}${key ? ` ${key}` : ''}`).join(', ') || 'nothing';

/** Whether a frame became what a vector says. `again`: gives the same frame once more. */
export function checkTaken(vector: Vector, recorder: Recorder, now: number, again: () => void): string | undefined {
  const { action, expect } = vector;
  const { ops } = recorder;
  const beyondLog = ops.filter(({ part }) => part !== 'log');
  const counted = recorder.counts.map(({ what, reason }) => `${what}:${reason}`).join(', ') || 'nothing counted';
  const got = `got ${told(ops)}; ${counted}`;
  switch (action) {
    case 'control':
      return beyondLog.length === 0 && recorder.counts.length === 0 ? undefined : `expected nothing: ${got}`;
    case 'apply':
      if (ops.length === 0) return `expected a record: ${got}`;
      return missingFact(expect, recorder) ?? checkDedupe(vector, recorder, again);
    case 'apply_unknown':
      return ops.some(({ record }) => record?.state === 'unknown' || record?.known === false)
        ? checkRange(ops)
        : `expected an unknown state: ${got}`;
    case 'clamp':
      return ops.some(({ record }) => record?.progressPercent === 0 || record?.progressPercent === 100)
        ? undefined
        : `expected a limit: ${got}`;
    case 'apply_receive_time':
      return ops.some(({ record }) => record?.atFrom === 'arrival' && record.at === now)
        ? undefined
        : `expected the time of arrival: ${got}`;
    case 'drop':
      return ops.length === 0 && recorder.counted('dropped') ? undefined : `expected a drop: ${got}`;
    case 'ignore':
      return ops.length === 0 && recorder.counted('unknown', 'late', 'filtered')
        ? undefined
        : `expected no record: ${got}`;
    case 'dedupe':
      return ops.length === 0 && recorder.counted('deduped') ? undefined : `expected a duplicate: ${got}`;
    case 'log_only':
      if (!ops.some(({ is, part }) => is === 'event' && (part === 'log' || part === 'bus')))
        return `expected a word: ${got}`;
      return ops.some(({ part }) => part === 'agents')
        ? `expected no agent: ${got}`
        : checkDedupe(vector, recorder, again);
    case 'degrade':
      return beyondLog.length === 0 ? undefined : `expected what was there to stay: ${got}`;
    case 'show_error':
      return ops.some(({ part }) => part === 'log') && beyondLog.length === 0 ? undefined : `expected an error: ${got}`;
    default:
      return `no rule for ${action}`;
  }
}

const checkRange = (ops: readonly Op[]): string | undefined =>
  ops.some(({ record }) => typeof record?.confidence === 'number' && record.confidence > 1)
    ? 'confidence above 1'
    : undefined;

/** The same once more must change nothing. */
function checkDedupe({ expect }: Vector, recorder: Recorder, again: () => void): string | undefined {
  if (expect.dedupe_on === undefined) return undefined;
  recorder.clear();
  again();
  return recorder.ops.length === 0 && recorder.counted('deduped') ? undefined : `once more: got ${told(recorder.ops)}`;
}
