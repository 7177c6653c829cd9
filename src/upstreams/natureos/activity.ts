import type { NatureosActivity } from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import { booleanOf, type Fields, field, fieldsOf, plainNumberOf, shortTextOf } from './fields.ts';
import { Seen } from './seen.ts';
import { stampOf } from './stamp.ts';
import { spanMsOf, timeOf } from './times.ts';

const SOURCE = 'natureos';

export function readSync(
  state: 'running' | 'done' | 'failed',
  message: Fields,
  context: ReadContext,
): NatureosActivity {
  return {
    ...stampOf(message, context),
    t: 'sync',
    source: SOURCE,
    state,
    stage: shortTextOf(field(message, 'stage'), 64),
    progress: plainNumberOf(field(message, 'progress')),
    successful: plainNumberOf(field(message, 'successfulSyncs')),
    total: plainNumberOf(field(message, 'totalSyncs')),
    error: shortTextOf(field(message, 'error'), 500),
  };
}

export function readSystem(message: Fields, context: ReadContext): NatureosActivity {
  return {
    ...stampOf(message, context),
    t: 'system',
    source: SOURCE,
    type: shortTextOf(field(message, 'type'), 64) ?? '',
    status: shortTextOf(field(message, 'status'), 64),
    message: shortTextOf(field(message, 'message'), 500),
  };
}

/** `question`, which is in one of the two, is never read: it is somebody else's. */
export function readMyca(what: 'response' | 'activity', message: Fields, context: ReadContext): NatureosActivity {
  const synthetic = field(message, 'synthetic') === true;
  return {
    ...stampOf(message, context, synthetic ? ['synthetic'] : []),
    t: 'myca',
    source: 'myca',
    what,
    responseLength: plainNumberOf(field(message, 'responseLength')),
    confidence: plainNumberOf(field(message, 'confidence')),
    suggestedCount: plainNumberOf(field(message, 'suggestedQuestions')),
    hasSuggestions: booleanOf(field(message, 'hasSuggestions')),
  };
}

/** Kept as it was written: whoever draws it draws plain text. */
export function readMessage(message: Fields, context: ReadContext): NatureosActivity {
  const text = field(message, 'message');
  return {
    ...stampOf(message, context, ['untrusted']),
    t: 'message',
    source: 'anonymous',
    from: shortTextOf(field(message, 'from'), 64) ?? '',
    text: typeof text === 'string' ? text.slice(0, MOST_MESSAGE_CHARS) : '',
  };
}
const MOST_MESSAGE_CHARS = 4_000;

/** One run is reported twice, by messages whose only common word is when it ended; they are at most this far apart, ms. */
const SAME_RUN_MS = 2_000;

/** Simulation runs, each end told once. */
export class SimulationRuns {
  readonly #seen = new Seen(200);
  #lastEnd: { readonly key: string; readonly at: number; readonly durationMs: number | undefined } | undefined;

  read(target: 'started' | 'completed' | 'failed' | 'update', message: Fields, context: ReadContext, out: Out): void {
    const stamp = stampOf(message, context);
    const type = shortTextOf(field(message, 'type'), 32) ?? 'HPL';
    const inner = fieldsOf(field(message, 'results'));
    // The update wraps the results once more, with the time of the first report.
    const results = target === 'update' ? fieldsOf(field(inner, 'outputData')) : inner;
    const durationMs = spanMsOf(target === 'update' ? field(inner, 'executionTime') : field(message, 'duration'));
    const state = stateOf(target, message, inner);
    const at = (target === 'update' ? timeOf(field(inner, 'timestamp')) : undefined) ?? stamp.at;
    const key = `${type}@${at}`;
    const repeated = state === 'running' ? undefined : this.#repeatOf(target, key, at, durationMs);
    if (repeated !== undefined || (state === 'running' && !this.#seen.add(`${key} running`))) {
      out.count('deduped', 'same-run', repeated ?? key);
      return;
    }
    if (state !== 'running') this.#lastEnd = { key, at, durationMs };
    const activity: NatureosActivity = {
      ...stamp,
      t: 'simulation',
      source: SOURCE,
      key,
      type,
      state,
      durationMs,
      results: plainResults(results),
      error: shortTextOf(field(message, 'error'), 500),
    };
    out.event('activity', activity);
  }

  #repeatOf(target: string, key: string, at: number, durationMs: number | undefined): string | undefined {
    if (!this.#seen.add(key)) return key;
    const last = this.#lastEnd;
    const same =
      target === 'update' &&
      last !== undefined &&
      Math.abs(at - last.at) <= SAME_RUN_MS &&
      (durationMs === undefined || last.durationMs === undefined || durationMs === last.durationMs);
    return same ? last.key : undefined;
  }
}

function stateOf(target: string, message: Fields, results: Fields): 'running' | 'done' | 'failed' {
  if (target === 'started') return 'running';
  if (target === 'failed') return 'failed';
  const word = shortTextOf(field(message, 'status'), 32)?.toLowerCase();
  return word === 'failed' || field(results, 'success') === false ? 'failed' : 'done';
}

const MOST_RESULTS = 40;

function plainResults(results: Fields): Record<string, number | string | boolean> {
  const plain: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(results).slice(0, MOST_RESULTS)) {
    if (name === '__proto__') continue;
    if (typeof value === 'number' || typeof value === 'boolean') plain[name] = value;
    else if (typeof value === 'string') plain[name] = value.slice(0, 200);
  }
  return plain;
}
