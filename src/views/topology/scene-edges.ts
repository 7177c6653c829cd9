import type { LayoutNode } from '../../contract/upstream/layout-worker.ts';
import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { perMinute } from './agent-facts.ts';
import {
  type Emphasis,
  MAX_EDGES,
  MAX_NODES,
  type NodeKind,
  type Scene,
  type SceneEdge,
  type SceneInput,
  type SceneNode,
} from './scene-parts.ts';

const MAX_STRANGERS = 200;
const BROADCAST = 'broadcast';

/** What the edges are made among. */
interface SceneAround {
  /** Those that are drawn; strangers that edges lead to are added. */
  readonly nodes: Map<string, SceneNode>;
  readonly losses: { edges: number; selfEdges: number; broken: number; strangers: number };
  readonly before: Scene;
  /** So many nodes were not there before; undefined: some that were can be seen now, or cannot any more. */
  readonly newcomers: number | undefined;
  readonly add: (key: string, kind: NodeKind, label: string, at: LayoutNode) => void;
}

type EdgeInput = Pick<SceneInput, 'edges' | 'group' | 'hiddenKinds' | 'isFound' | 'selected' | 'path'>;

/** The edges of a drawing, each its very object from the one before where nothing of it changed. */
export class SceneEdges {
  /** What follows from a record alone; of thousands of links few are another one each time. */
  readonly #links = new WeakMap<EdgeRecord, { readonly key: string; readonly perMin: number | undefined }>();

  #read(record: EdgeRecord) {
    const known = this.#links.get(record);
    if (known) return known;
    const perMin = record.kind === 'bus' ? perMinute(record) : undefined;
    const made = { key: `${record.from}>${record.to}>${record.kind}`, perMin };
    this.#links.set(record, made);
    return made;
  }

  /** What they were made of. */
  #drawn: EdgeInput | undefined;
  /** A link was told twice: the later word counts. */
  #isTwofold = false;
  /** A link leads to somebody who is not drawn; a newcomer may be that one. */
  #hasLoose = false;

  update(input: SceneInput, around: SceneAround): Map<string, SceneEdge> {
    const edges = this.#again(input, around) ?? this.#anew(input, around);
    // Taken out of it: whoever hands it over may go on changing it.
    const { edges: records, group, hiddenKinds, isFound, selected, path } = input;
    this.#drawn = { edges: records, group, hiddenKinds, isFound, selected, path };
    return edges;
  }

  /**
   * The edges, where nothing but the traffic on some of them is another than before: of thousands only those are made anew. Undefined: more
   * has changed than that.
   */
  #again(
    input: SceneInput,
    { nodes, losses, before: scene, newcomers }: SceneAround,
  ): Map<string, SceneEdge> | undefined {
    const before = this.#drawn;
    if (newcomers === undefined || (newcomers > 0 && this.#hasLoose)) return undefined;
    if (before === undefined || this.#isTwofold || !isSameFrame(before, input) || input.edges.length > MAX_EDGES)
      return undefined;
    const added: SceneNode[] = [];
    for (const node of scene.nodes.values())
      if (node.kind === 'stranger' || node.kind === 'broadcast') added.push(node);
    // Somebody went, or is no stranger any more.
    if (nodes.size + added.length !== scene.nodes.size + newcomers) return undefined;
    if (added.some(({ key }) => nodes.has(key))) return undefined;
    const changed: EdgeRecord[] = [];
    for (let index = 0; index < input.edges.length; index += 1) {
      const [was, record] = [before.edges[index], input.edges[index]];
      if (was === record || record === undefined) continue;
      if (was?.from !== record.from || was.to !== record.to || was.kind !== record.kind) return undefined;
      changed.push(record);
      if (record.kind === 'bus' && record.from !== record.to)
        losses.broken += Number(this.#read(record).perMin === undefined) - Number(this.#read(was).perMin === undefined);
    }
    // Not a copy, which would cost more than all the rest: the scene before is not looked at any more.
    const edges = scene.edges as Map<string, SceneEdge>;
    for (const record of changed) {
      const { key, perMin } = this.#read(record);
      const edge = edges.get(key);
      if (edge !== undefined && edge.perMin !== perMin) edges.set(key, { ...edge, perMin });
    }
    for (const node of added) nodes.set(node.key, node);
    losses.selfEdges = scene.losses.selfEdges;
    losses.strangers = scene.losses.strangers;
    losses.broken += scene.losses.broken;
    return edges;
  }

  #anew(input: SceneInput, { nodes, losses, before: scene, add }: SceneAround): Map<string, SceneEdge> {
    const edges = new Map<string, SceneEdge>();
    this.#isTwofold = false;
    this.#hasLoose = false;
    let strangers = 0;
    const isKnown = (id: string): boolean => {
      if (nodes.has(id)) return true;
      // In a grouping without them, categories are no strangers.
      if (id.startsWith('category:')) return false;
      if (strangers >= MAX_STRANGERS || nodes.size >= MAX_NODES) return false;
      strangers += 1;
      const isAll = id === BROADCAST;
      if (!isAll) losses.strangers += 1;
      add(id, isAll ? 'broadcast' : 'stranger', id, {
        key: id,
        rank: 'leaf',
        sector: isAll ? BROADCAST : 'strangers',
      });
      return true;
    };
    const steps = new Set<string>();
    input.path?.forEach((key, index, path) => {
      const next = path[index + 1];
      if (next !== undefined) steps.add(`${key}\n${next}`).add(`${next}\n${key}`);
    });
    for (const record of kept(input.edges, losses)) {
      if (record.from === record.to) {
        losses.selfEdges += 1;
        continue;
      }
      if (!isKnown(record.from) || !isKnown(record.to)) {
        this.#hasLoose = true;
        continue;
      }
      const { key, perMin } = this.#read(record);
      if (record.kind === 'bus' && perMin === undefined) losses.broken += 1;
      const touches = record.from === input.selected || record.to === input.selected;
      const emphasis: Emphasis =
        input.path !== undefined
          ? steps.has(`${record.from}\n${record.to}`)
            ? 'lit'
            : 'dim'
          : input.selected !== undefined
            ? touches
              ? 'lit'
              : 'dim'
            : input.isFound !== undefined
              ? 'dim'
              : 'plain';
      const hidden =
        input.hiddenKinds.has(record.kind) ||
        nodes.get(record.from)?.hidden === true ||
        nodes.get(record.to)?.hidden === true;
      const before = scene.edges.get(key);
      this.#isTwofold ||= edges.has(key);
      edges.set(
        key,
        before !== undefined && before.perMin === perMin && before.emphasis === emphasis && before.hidden === hidden
          ? before
          : { key, from: record.from, to: record.to, kind: record.kind, perMin, emphasis, hidden },
      );
    }
    return edges;
  }
}

/** Everything but the traffic that edges are drawn by. */
const isSameFrame = (one: EdgeInput, other: EdgeInput): boolean =>
  one.edges.length === other.edges.length &&
  one.group === other.group &&
  one.hiddenKinds === other.hiddenKinds &&
  one.isFound === other.isFound &&
  one.selected === other.selected &&
  one.path === other.path;

/** Those that are drawn: of too many, those with most traffic. */
function kept(edges: readonly EdgeRecord[], losses: { edges: number }): readonly EdgeRecord[] {
  if (edges.length <= MAX_EDGES) return edges;
  losses.edges = edges.length - MAX_EDGES;
  const rank = (edge: EdgeRecord): number => (edge.kind === 'member' ? 1e9 : (perMinute(edge) ?? 0));
  return edges.toSorted((a, b) => rank(b) - rank(a)).slice(0, MAX_EDGES);
}
