import { formatCount } from '../../components/format-value.ts';

/** Rates of many counters over the last seconds, and their last minute for a curve. Bounded: one minute per counter in use. */
export class RateBook {
  readonly #books = new Map<string, Book>();

  /** Once per row and tick. A counter that went back began a new life. */
  note(id: string, atMs: number, records: number | undefined, bytes: number | undefined): void {
    let book = this.#books.get(id);
    if (book === undefined) {
      book = { at: [], records: [], bytes: [], times: [], rates: [], seenAt: atMs };
      this.#books.set(id, book);
    }
    book.seenAt = atMs;
    const last = book.at.length - 1;
    if (last >= 0 && atMs - (book.at[last] ?? 0) < LEAST_MS) return;
    if ((records ?? 0) < (book.records[last] ?? 0) || (bytes ?? 0) < (book.bytes[last] ?? 0)) {
      book.at.length = book.records.length = book.bytes.length = 0;
    }
    push(book.at, atMs, OVER);
    push(book.records, records ?? 0, OVER);
    push(book.bytes, bytes ?? 0, OVER);
    const rate = perSecond(book.at, book.records);
    if (rate === undefined) return;
    push(book.times, atMs, CURVE);
    push(book.rates, rate, CURVE);
  }

  /** Of counters that are gone for a minute nothing is kept. */
  forget(nowMs: number): void {
    for (const [id, book] of this.#books) if (nowMs - book.seenAt > 60_000) this.#books.delete(id);
  }

  recordsPerS(id: string): number | undefined {
    const book = this.#books.get(id);
    return book && perSecond(book.at, book.records);
  }

  bytesPerS(id: string): number | undefined {
    const book = this.#books.get(id);
    return book && perSecond(book.at, book.bytes);
  }

  curve(id: string): { readonly times: readonly number[]; readonly values: readonly number[] } {
    const book = this.#books.get(id);
    return { times: book?.times.slice() ?? [], values: book?.rates.slice() ?? [] };
  }
}

interface Book {
  readonly at: number[];
  readonly records: number[];
  readonly bytes: number[];
  readonly times: number[];
  readonly rates: number[];
  seenAt: number;
}

const LEAST_MS = 400;
/** Samples that a rate is taken over: about four seconds, so that a source of one record a second does not flicker. */
const OVER = 5;
const CURVE = 64;

function push(list: number[], value: number, most: number): void {
  list.push(value);
  if (list.length > most) list.shift();
}

function perSecond(at: readonly number[], counter: readonly number[]): number | undefined {
  const last = at.length - 1;
  const overMs = (at[last] ?? 0) - (at[0] ?? 0);
  return last < 1 || overMs <= 0 ? undefined : (((counter[last] ?? 0) - (counter[0] ?? 0)) * 1000) / overMs;
}

/** "0", "0.4", "12", "1,204": as many digits as a glance needs. */
export function rateText(perS: number | undefined): string {
  if (perS === undefined) return '–';
  if (perS > 0 && perS < 9.95) return perS.toFixed(1).replace(/\.0$/, '');
  return formatCount(Math.round(perS));
}
