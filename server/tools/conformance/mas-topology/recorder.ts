import type { Counted } from '../../../../src/contract/upstream/status.ts';
import type { Out, Rows } from '../../../../src/upstreams/out.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Everything that a reader did with one message. */
export interface Op {
  readonly is: 'put' | 'remove' | 'replace' | 'event' | 'rows' | 'gap';
  readonly part: string;
  readonly key?: string;
  /** put, event: the record · replace: each of its records is one op. */
  readonly record?: Fields;
  readonly rows?: Rows;
}

/** An `Out` that remembers. */
export class Recorder implements Out {
  ops: Op[] = [];
  counts: { readonly what: Counted; readonly reason: string }[] = [];

  clear(): void {
    this.ops = [];
    this.counts = [];
  }

  put(part: string, key: string, record: object): void {
    this.ops.push({ is: 'put', part, key, record: { ...record } });
  }

  remove(part: string, keys: readonly string[]): void {
    for (const key of keys) this.ops.push({ is: 'remove', part, key });
  }

  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    if (entries.length === 0) this.ops.push({ is: 'replace', part });
    for (const [key, record] of entries) this.ops.push({ is: 'replace', part, key, record: { ...record } });
  }

  event(part: string, record: object): void {
    this.ops.push({ is: 'event', part, record: { ...record } });
  }

  rows(part: string, rows: Rows): void {
    this.ops.push({ is: 'rows', part, rows });
  }

  gap(part: string): void {
    this.ops.push({ is: 'gap', part });
  }

  count(what: Counted, reason: string): void {
    this.counts.push({ what, reason });
  }

  counted(...what: Counted[]): boolean {
    return this.counts.some((one) => what.includes(one.what));
  }
}
