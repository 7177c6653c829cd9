import type { Out, ReadContext, Rows } from '../../../src/upstreams/out.ts';

export type Told =
  | { readonly is: 'put'; readonly part: string; readonly key: string; readonly record: Record<string, unknown> }
  | { readonly is: 'event'; readonly part: string; readonly record: Record<string, unknown> }
  | { readonly is: 'remove'; readonly part: string; readonly keys: readonly string[] }
  | { readonly is: 'replace'; readonly part: string; readonly entries: readonly (readonly [string, object])[] }
  | { readonly is: 'rows'; readonly part: string; readonly rows: Rows }
  | { readonly is: 'gap'; readonly part: string }
  | { readonly is: 'count'; readonly what: string; readonly reason: string; readonly excerpt: string | undefined };

/** An Out that writes down what a reader tells it. */
export class Recorder implements Out {
  told: Told[] = [];

  /** What was told since the last time. */
  take(): readonly Told[] {
    const told = this.told;
    this.told = [];
    return told;
  }

  put(part: string, key: string, record: object): void {
    this.told.push({ is: 'put', part, key, record: record as Record<string, unknown> });
  }
  remove(part: string, keys: readonly string[]): void {
    this.told.push({ is: 'remove', part, keys });
  }
  replace(part: string, entries: readonly (readonly [string, object])[]): void {
    this.told.push({ is: 'replace', part, entries });
  }
  event(part: string, record: object): void {
    this.told.push({ is: 'event', part, record: record as Record<string, unknown> });
  }
  rows(part: string, rows: Rows): void {
    this.told.push({ is: 'rows', part, rows });
  }
  gap(part: string): void {
    this.told.push({ is: 'gap', part });
  }
  count(what: string, reason: string, excerpt?: string): void {
    this.told.push({ is: 'count', what, reason, excerpt });
  }
}

export const measuredAt = (now: number): ReadContext => ({ now, simulated: false });
