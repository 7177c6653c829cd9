import type { Out, Rows } from '../out.ts';
import { Scientific } from './scientific.ts';

const START = Date.UTC(2026, 7, 14, 9, 30);

/** The scientific model with a clock in the hand, and what it told. */
export class ScientificLab implements Out {
  readonly model = new Scientific();
  readonly states = new Map<string, Map<string, object>>();
  readonly events: [part: string, record: object][] = [];
  readonly rowsOf = new Map<string, Rows[]>();
  readonly counts: string[] = [];
  told = 0;
  now = START;

  get context() {
    return { now: this.now, simulated: false };
  }

  stamp(at = this.now): string {
    return new Date(at).toISOString().slice(0, -1);
  }

  typed(type: string, payload: unknown, more: object = {}): readonly string[] | undefined {
    const message = { type, payload, timestamp: this.stamp(), ...more };
    return this.model.typed(JSON.stringify(message), this, this.context);
  }

  data(message: unknown): void {
    this.model.record(JSON.stringify(message), this, this.context);
  }

  answer(path: string, value: unknown): boolean {
    return this.model.answer(path, value, this, this.context);
  }

  record(part: string, key: string): object | undefined {
    return this.states.get(part)?.get(key);
  }

  put(part: string, key: string, record: object): void {
    this.told += 1;
    const records = this.states.get(part) ?? new Map<string, object>();
    this.states.set(part, records.set(key, record));
  }
  remove(part: string, keys: readonly string[]): void {
    this.told += 1;
    for (const key of keys) this.states.get(part)?.delete(key);
  }
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.told += 1;
    this.states.set(part, new Map(entries));
  }
  event(part: string, record: object): void {
    this.told += 1;
    this.events.push([part, record]);
  }
  rows(part: string, rows: Rows): void {
    this.told += 1;
    const all = this.rowsOf.get(part) ?? [];
    this.rowsOf.set(part, all);
    all.push(rows);
  }
  gap(): void {}
  count(what: string, reason: string): void {
    this.counts.push(`${what}:${reason}`);
  }
}
