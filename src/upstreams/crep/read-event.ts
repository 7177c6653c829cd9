import type { Out } from '../out.ts';
import { objectOf } from './json.ts';
import { kindOf } from './kinds.ts';
import { type CrepContext, fail, readValue } from './read.ts';
import { newReading, type Reading } from './reading.ts';
import type { CrepStore } from './store.ts';
import { reasonOf } from './text.ts';
import { parseTime } from './time.ts';

/** One event of a stream: its name is the type of the entity, or says what happened to the link. */
export function readEventOf(name: string, value: unknown, store: CrepStore, out: Out, context: CrepContext): Reading {
  switch (name) {
    case 'connected':
    case 'hello':
    case 'heartbeat':
    case 'health_drop':
      return control(value);
    case 'error':
      return failure(objectOf(value)?.message ?? objectOf(value)?.error ?? objectOf(value)?.code ?? 'error', out);
    case 'disconnected': {
      const reading = newReading();
      reading.is = 'reconnect';
      reading.why = reasonOf(objectOf(value)?.message) ?? 'the other end lost its source';
      return reading;
    }
    default: {
      const kind = kindOf(name);
      return readValue(
        value,
        store,
        out,
        kind === undefined ? context : { ...context, hints: { ...context.hints, kind } },
      );
    }
  }
}

function failure(why: unknown, out: Out): Reading {
  const reading = newReading();
  fail(reading, out, why);
  return reading;
}

function control(value: unknown): Reading {
  const reading = newReading();
  reading.is = 'control';
  const said = objectOf(value);
  reading.serverTimeMs = parseTime(said?.server_time ?? said?.timestamp ?? said?.connected_at ?? said?.ts);
  return reading;
}
