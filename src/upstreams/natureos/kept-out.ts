import type { Gap } from '../../contract/channel.ts';
import type { Counted } from '../../contract/upstream/status.ts';
import type { Out, Rows } from '../out.ts';

/** For tests: everything that readers told. */
export class KeptOut implements Out {
  readonly states = new Map<string, Map<string, unknown>>();
  readonly events: { readonly part: string; readonly record: unknown }[] = [];
  readonly allRows: Rows[] = [];
  readonly gaps: { readonly part: string; readonly gap: Gap }[] = [];
  /** `dropped:bad-field bme688.humidity`. */
  readonly counts: string[] = [];

  put(part: string, key: string, record: object): void {
    const records = this.states.get(part) ?? new Map<string, unknown>();
    this.states.set(part, records.set(key, record));
  }
  remove(part: string, keys: readonly string[]): void {
    for (const key of keys) this.states.get(part)?.delete(key);
  }
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.states.set(part, new Map(entries));
  }
  event(part: string, record: object): void {
    this.events.push({ part, record });
  }
  rows(_part: string, rows: Rows): void {
    this.allRows.push(rows);
  }
  gap(part: string, gap: Gap): void {
    this.gaps.push({ part, gap });
  }
  count(what: Counted, reason: string, excerpt = ''): void {
    this.counts.push(`${what}:${reason} ${excerpt}`.trim());
  }

  record<T>(part: string, key: string): T | undefined {
    return this.states.get(part)?.get(key) as T | undefined;
  }
  of<T>(part: string): readonly T[] {
    return this.events.filter((event) => event.part === part).map(({ record }) => record as T);
  }
}
