import { type Accessor, createMemo } from 'solid-js';
import { type SourceState, sourceState } from '../contract/upstream/source-state.ts';
import type { LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import type { UpstreamSlug } from '../contract/upstream/upstream.ts';
import type { Upstreams } from './create-upstreams.ts';

/** The source behind a panel. */
export interface Source {
  readonly upstream: Accessor<UpstreamStatus | undefined>;
  readonly name: Accessor<string>;
  /** The connections that feed it. */
  readonly lines: Accessor<readonly LineStatus[]>;
  readonly state: Accessor<SourceState>;
  readonly simulated: Accessor<boolean>;
  /** What arrived and did not become a record: reason → count, on these connections; of all of them, with what was left out between them. */
  readonly losses: Accessor<Readonly<Record<string, number>>>;
}

/**
 * `names`: the upstream's connections that feed this panel, without the slug (`typed`); one that ends in `*` stands for several. None:
 * all of them. One `createUpstreams` serves a whole view.
 */
export function createSource(all: Upstreams, slug: UpstreamSlug, names?: readonly string[]): Source {
  const upstream = createMemo(() => all.upstreams().find(({ id }) => id === slug));
  const lines = createMemo(() =>
    all
      .lines()
      .filter((line) => line.upstream === slug && (names?.some((name) => isNamed(line.id, slug, name)) ?? true)),
  );
  return {
    upstream,
    name: () => upstream()?.name ?? slug,
    lines,
    state: createMemo(() => sourceState(upstream(), lines())),
    simulated: () => upstream()?.simulated ?? false,
    losses: createMemo(() => {
      // The upstream's own counts hold those of all its connections.
      if (names === undefined) return upstream()?.counts ?? {};
      const sum: Record<string, number> = {};
      for (const { counts } of lines())
        for (const [reason, count] of Object.entries(counts)) sum[reason] = (sum[reason] ?? 0) + count;
      return sum;
    }),
  };
}

function isNamed(id: string, slug: string, name: string): boolean {
  const full = `${slug}/${name}`;
  return full.endsWith('*') ? id.startsWith(full.slice(0, -1)) : id === full;
}
