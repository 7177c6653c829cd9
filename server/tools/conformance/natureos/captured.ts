import type { Gap } from '../../../../src/contract/channel.ts';
import type { Counted } from '../../../../src/contract/upstream/status.ts';
import type { Out, Rows } from '../../../../src/upstreams/out.ts';

export interface Count {
  readonly what: Counted;
  readonly reason: string;
  readonly excerpt: string | undefined;
}

/** Everything that a reader made of one message. */
export class Captured implements Out {
  readonly puts: { readonly part: string; readonly key: string; readonly record: object }[] = [];
  readonly events: { readonly part: string; readonly record: object }[] = [];
  readonly allRows: Rows[] = [];
  readonly gaps: Gap[] = [];
  readonly counts: Count[] = [];

  put(part: string, key: string, record: object): void {
    this.puts.push({ part, key, record });
  }

  remove(): void {}

  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    for (const [key, record] of entries) this.put(part, key, record);
  }

  event(part: string, record: object): void {
    this.events.push({ part, record });
  }

  rows(_part: string, rows: Rows): void {
    this.allRows.push(rows);
  }

  gap(_part: string, gap: Gap): void {
    this.gaps.push(gap);
  }

  count(what: Counted, reason: string, excerpt?: string): void {
    this.counts.push({ what, reason, excerpt });
  }

  /** Reasons and excerpts of one kind of count. */
  counted(what: Counted): readonly Count[] {
    return this.counts.filter((count) => count.what === what);
  }
}
