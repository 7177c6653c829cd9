import type { EpochMs } from '../../contract/time.ts';
import { PUSH_WINS_MS } from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { Out, ReadContext } from '../out.ts';

export interface LabRow extends Sourced {
  readonly id: string;
  readonly from: 'push' | 'snapshot' | 'command';
  readonly state: string;
  readonly said: string;
  readonly confirmedAt?: EpochMs;
}

const MAX_ROWS = 2_000;
/** A snapshot that came this soon after a command may have been on its way before it. */
const IN_FLIGHT_MS = 10_000;

/**
 * One kind of thing in the lab, from what was pushed and from what a snapshot said. Snapshots only move when somebody presses a button, so
 * what was pushed lately is the better word on what moves, and a snapshot that lacks it proves nothing.
 */
export class LabTable<R extends LabRow> {
  readonly #rows = new Map<string, R>();
  readonly #part: string;
  readonly #merge: (pushed: R, snapshot: R) => R;

  /** @param merge what is shown when both are there: the pushed row's moving fields, the snapshot's names */
  constructor(part: string, merge: (pushed: R, snapshot: R) => R) {
    this.#part = part;
    this.#merge = merge;
  }

  get(id: string): R | undefined {
    return this.#rows.get(id);
  }

  put(row: R, out: Out): void {
    if (!this.#rows.has(row.id) && this.#rows.size >= MAX_ROWS) {
      out.count('dropped', `too-many-${this.#part}`);
      return;
    }
    this.#rows.set(row.id, row);
    out.put(this.#part, row.id, row);
  }

  /** The whole list of a snapshot. An empty one is an answer too. */
  replace(rows: readonly R[], out: Out, context: ReadContext): void {
    const before = new Map(this.#rows);
    this.#rows.clear();
    for (const row of rows.slice(0, MAX_ROWS)) {
      const known = before.get(row.id);
      this.#rows.set(row.id, known && isFresh(known, context) ? this.#both(known, row) : row);
      before.delete(row.id);
    }
    if (rows.length > MAX_ROWS) out.count('dropped', `too-many-${this.#part}`);
    for (const row of before.values()) {
      if (isFresh(row, context) && this.#rows.size < MAX_ROWS) this.#rows.set(row.id, row);
    }
    out.replace(this.#part, [...this.#rows]);
  }

  /** By the answer to a command, MAS said that something is so; a snapshot that agrees, or came later, knows. */
  #both(known: R, snapshot: R): R {
    const merged = this.#merge(known, snapshot);
    if (known.from !== 'command') return merged;
    const isKnown = snapshot.state === known.state || snapshot.rx - known.rx > IN_FLIGHT_MS;
    return isKnown ? { ...merged, state: snapshot.state, said: snapshot.said, confirmedAt: snapshot.rx } : merged;
  }
}

const isFresh = (row: LabRow, context: ReadContext): boolean =>
  row.from !== 'snapshot' && context.now - row.rx < PUSH_WINS_MS;
