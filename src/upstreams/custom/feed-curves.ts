import type { FeedRecord } from '../../contract/upstream/custom-feed.ts';
import type { Out } from '../out.ts';
import { seriesName } from './series-name.ts';

/** More curves than anybody tells apart; a feed that invents keys must not fill the page's list of them. */
const MAX_SERIES = 1_024;

/** The curves of one feed. All of them are in one channel, whose time goes one way. */
export class FeedCurves {
  /** When each series was so last, by its source. */
  readonly #saidAt = new Map<string, number>();
  #lastAt = 0;

  add(record: FeedRecord, out: Out): void {
    const numbers = new Map<string, number>();
    let isAny = false;
    for (const { name, value } of record.values) {
      if (value === null) continue;
      isAny = true;
      const series = seriesName(record.key, name);
      if (this.#isNews(series, record, out)) numbers.set(series, value);
    }
    if (!isAny) out.count('dropped', 'no-number', record.text.slice(0, 80));
    if (numbers.size === 0) return;
    this.#lastAt = Math.max(this.#lastAt, record.at);
    out.rows('values', {
      series: [...numbers.keys()],
      times: Float64Array.of(this.#lastAt),
      columns: Array.from(numbers.values(), (value) => Float64Array.of(value)),
      provenance: record.provenance,
    });
  }

  #isNews(series: string, { at, atFrom }: FeedRecord, out: Out): boolean {
    const before = this.#saidAt.get(series);
    if (before === undefined && this.#saidAt.size >= MAX_SERIES) {
      out.count('dropped', 'too-many-series');
      return false;
    }
    // What is asked again and again says the same again and again, and replays say what was before.
    if (before !== undefined && atFrom === 'source' && at <= before) {
      out.count(at === before ? 'deduped' : 'late', 'reading');
      return false;
    }
    this.#saidAt.set(series, at);
    return true;
  }
}
