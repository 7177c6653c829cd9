import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { perMinute } from './agent-facts.ts';

export interface PathStep {
  readonly from: string;
  readonly to: string;
  /** Which way messages were seen to go between them. */
  readonly way: 'there' | 'back' | 'both';
  readonly kind: EdgeRecord['kind'];
  readonly perMin: number | undefined;
}

export type TracedPath =
  | { readonly is: 'observed' | 'derived'; readonly steps: readonly PathStep[] }
  /** One of them is not in the graph, or nothing leads from one to the other. */
  | { readonly is: 'none'; readonly why: 'same' | 'no-such-from' | 'no-such-to' | 'apart' };

/** Everybody hears what is said to all: that connects nobody in particular. */
const BROADCAST = 'broadcast';

type Links = Map<string, Map<string, EdgeRecord>>;

/** The fewest hops over what was seen; where that leads nowhere, over what follows from the lists as well, and that is said. */
export function tracePath(edges: readonly EdgeRecord[], from: string, to: string): TracedPath {
  if (from === to) return { is: 'none', why: 'same' };
  const ends = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  if (!ends.has(from)) return { is: 'none', why: 'no-such-from' };
  if (!ends.has(to)) return { is: 'none', why: 'no-such-to' };
  const observed = search(linksOf(edges.filter(({ kind }) => kind !== 'member')), from, to);
  if (observed) return { is: 'observed', steps: observed };
  const derived = search(linksOf(edges), from, to);
  return derived ? { is: 'derived', steps: derived } : { is: 'none', why: 'apart' };
}

function linksOf(edges: readonly EdgeRecord[]): Links {
  const links: Links = new Map();
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    const those = links.get(edge.from) ?? new Map<string, EdgeRecord>();
    links.set(edge.from, those);
    // Seen traffic says more than what follows from a list.
    if (those.get(edge.to)?.kind !== 'bus') those.set(edge.to, edge);
  }
  return links;
}

function search(links: Links, from: string, to: string): readonly PathStep[] | undefined {
  const back: Links = new Map();
  for (const [source, those] of links) {
    for (const [target, edge] of those) {
      const sources = back.get(target) ?? new Map<string, EdgeRecord>();
      back.set(target, sources);
      sources.set(source, edge);
    }
  }
  const before = new Map<string, string>([[from, from]]);
  let front = [from];
  while (front.length > 0 && !before.has(to)) {
    const next: string[] = [];
    for (const id of front) {
      if (id === BROADCAST && id !== from) continue;
      for (const other of [...(links.get(id)?.keys() ?? []), ...(back.get(id)?.keys() ?? [])]) {
        if (before.has(other)) continue;
        before.set(other, id);
        next.push(other);
      }
    }
    front = next;
  }
  if (!before.has(to)) return undefined;
  const ids = [to];
  for (let id = to; id !== from; ) {
    id = before.get(id) ?? from;
    ids.unshift(id);
  }
  return ids.slice(1).map((target, index): PathStep => {
    const source = ids[index] ?? from;
    const [there, here] = [links.get(source)?.get(target), links.get(target)?.get(source)];
    const rates = [there, here].flatMap((edge) => (edge === undefined ? [] : [perMinute(edge)]));
    const known = rates.filter((rate) => rate !== undefined);
    return {
      from: source,
      to: target,
      way: there && here ? 'both' : there ? 'there' : 'back',
      kind: (there ?? here)?.kind ?? 'member',
      perMin: known.length === 0 ? undefined : known.reduce((sum, rate) => sum + rate, 0),
    };
  });
}
