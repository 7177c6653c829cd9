import type { Out, ReadContext } from '../out.ts';
import { readDashboard } from './dashboard.ts';
import { isFields } from './fields.ts';
import type { NatureosReader } from './natureos-reader.ts';

export const EVENTS_STREAM = '/api/mycosoft/events/stream';
export const DASHBOARD_STREAM = '/api/mycosoft/dashboard/stream';

/** The two event streams, which say less and later than the hub: for when it cannot be had. */
export class NatureosStreams {
  readonly #reader: NatureosReader;

  constructor(reader: NatureosReader) {
    this.#reader = reader;
  }

  /** One event of the stream at `path`. */
  event(path: string, data: string, context: ReadContext, out: Out): void {
    const message = parse(data);
    if (message === NOT_JSON) {
      out.count('dropped', 'bad-json', data.slice(0, 80));
      return;
    }
    if (path === EVENTS_STREAM) this.#reader.events.streamed(message, context, out);
    else this.#dashboard(message, context, out);
  }

  #dashboard(message: unknown, context: ReadContext, out: Out): void {
    const read = isFields(message) ? readDashboard(message, context) : undefined;
    if (read === undefined) {
      out.count('dropped', 'no-dashboard');
      return;
    }
    for (const path of read.dropped) out.count('dropped', 'bad-field', path);
    out.put('summary', 'dashboard', read.dashboard);
  }
}

const NOT_JSON = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}
