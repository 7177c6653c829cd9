import type { ExperimentDataRecord } from '../../contract/upstream/mas-scientific.ts';
import { scrubbed } from '../mas/addresses.ts';
import { type Fields, idOf, isFields } from '../mas/fields.ts';
import { reasonOf } from '../mas/frame.ts';
import { SeenOnce } from '../mas/seen-once.ts';
import { sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { numericRows } from './numeric-rows.ts';
import { RowClock } from './row-clock.ts';
import { SeriesCap } from './series-cap.ts';

const RECORDS = 4_096;
const MAX_FIELDS = 64;

/** Sockets B and C (§3): the same records in two envelopes, and whatever a publisher wrote, word for word. */
export class DataStream {
  readonly #seen = new SeenOnce(RECORDS);
  /** Each experiment and field is one series of one channel. */
  readonly #series = new SeriesCap();
  readonly #clock = new RowClock();

  read(message: Fields, out: Out, context: ReadContext): void {
    switch (message.type) {
      case 'connected':
      case 'pong':
        return;
      case 'scientific_data':
      case 'experiment_data':
        this.#record(message, out, context);
        return;
      default:
        out.count('unknown', reasonOf(message.type));
    }
  }

  #record(message: Fields, out: Out, context: ReadContext): void {
    const { data } = message;
    if (!isFields(data)) {
      out.count('dropped', 'data-not-an-object');
      return;
    }
    const experimentId = idOf(data.experiment_id, 128);
    if (experimentId === undefined || !isFields(data.data)) {
      out.count('dropped', experimentId === undefined ? 'no-experiment-id' : 'inner-data');
      return;
    }
    if (!this.#seen.first(`${String(message.source)}|${String(message.timestamp)}|${hashOf(JSON.stringify(data))}`)) {
      out.count('deduped', 'record');
      return;
    }
    const from = sourced(context, utcMs(message.timestamp), message.source ?? `experiment:${experimentId}`);
    const inner = Object.fromEntries(Object.entries(data.data).slice(0, MAX_FIELDS));
    const clean = scrubbed(inner, () => out.count('withheld', 'address')) as Fields;
    out.event('records', { ...from, t: 'experiment-data', experimentId, data: clean } satisfies ExperimentDataRecord);

    const values = numericRows(data.data, MAX_FIELDS)
      .map(([name, value]) => [`${experimentId.slice(0, 60)}.${name}`, value] as const)
      .filter(([name]) => this.#series.hasPlaceFor(name, out));
    if (values.length === 0) return;
    out.rows('observations', {
      series: values.map(([name]) => name),
      times: Float64Array.of(this.#clock.next(from.at, context.now)),
      columns: values.map(([, value]) => Float64Array.of(value)),
      provenance: from.provenance,
    });
  }
}

/** FNV-1a of two halves: enough to tell a few thousand records apart, and no long keys are kept. */
function hashOf(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ (code + at), 0x85ebca6b);
  }
  return `${(one >>> 0).toString(36)}${(other >>> 0).toString(36)}${text.length}`;
}
