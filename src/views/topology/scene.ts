import type { LayoutNode } from '../../contract/upstream/layout-worker.ts';
import type { AgentState, EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { HUB_AGENT } from '../../contract/upstream/mas-topology.ts';
import { type AgentFacts, isTroubled, perMinute } from './agent-facts.ts';
import type { EdgeKind, Grouping } from './state.ts';

/** What stands in the drawing. */
export type NodeKind = 'hub' | 'category' | 'group' | 'agent' | 'stranger' | 'broadcast';
export type Emphasis = 'lit' | 'plain' | 'dim';

export interface SceneNode {
  readonly key: string;
  readonly kind: NodeKind;
  readonly label: string;
  /** undefined: it is no agent. */
  readonly state: AgentState | undefined;
  readonly life: 'live' | 'stale' | 'gone' | 'none';
  readonly emphasis: Emphasis;
  readonly hidden: boolean;
  /** In trouble, and one of few: its name is written at any zoom. */
  readonly isLoud: boolean;
  readonly at: LayoutNode;
}

export interface SceneEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** undefined: it is no traffic, or its count cannot be read. */
  readonly perMin: number | undefined;
  readonly emphasis: Emphasis;
  readonly hidden: boolean;
}

export interface SceneInput {
  readonly facts: ReadonlyMap<string, AgentFacts>;
  readonly edges: readonly EdgeRecord[];
  readonly group: Grouping;
  readonly hiddenKinds: ReadonlySet<EdgeKind>;
  readonly isShown: (facts: AgentFacts) => boolean;
  /** undefined: nothing is looked for. */
  readonly isFound: ((facts: AgentFacts) => boolean) | undefined;
  /** The open node: it and its neighbours stand out. */
  readonly selected: string | undefined;
  /** Keys on the traced way; undefined: none is traced. */
  readonly path: readonly string[] | undefined;
}

/** What was not drawn and why; told under the drawing. */
export interface SceneLosses {
  readonly agents: number;
  readonly edges: number;
  readonly filtered: number;
  readonly selfEdges: number;
  readonly broken: number;
  readonly strangers: number;
}

export interface Scene {
  readonly nodes: ReadonlyMap<string, SceneNode>;
  readonly edges: ReadonlyMap<string, SceneEdge>;
  readonly losses: SceneLosses;
}

export const MAX_NODES = 2_500;
export const MAX_EDGES = 6_000;
const MAX_CATEGORIES = 60;
const MAX_STRANGERS = 200;
const OTHER = 'other';
const BROADCAST = 'broadcast';
const MAX_LABEL = 28;
/** Names of more in trouble would cover each other and everything else. */
const MAX_LOUD = 24;

export const categoryKey = (category: string): string => `category:${category}`;
const groupKey = (state: string): string => `group:${state}`;
const short = (text: string): string => (text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text);

/**
 * Makes the drawing of the data. What did not change keeps its very object from the scene before: what is then drawn anew is found by
 * comparing references.
 */
export class SceneBook {
  #before: Scene = { nodes: new Map(), edges: new Map(), losses: NO_LOSSES };

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

  /** The facts each node was made of. */
  #facts: ReadonlyMap<string, AgentFacts> = new Map();
  #input: SceneInput | undefined;
  /** A link was told twice: the later word counts. */
  #isTwofold = false;

  update(input: SceneInput): Scene {
    let isOther = false;
    let newcomers = 0;
    const nodes = new Map<string, SceneNode>();
    const losses = { agents: 0, edges: 0, filtered: 0, selfEdges: 0, broken: 0, strangers: 0 };
    const near = neighbours(input);
    const categories = new Set<string>();
    const sectorOf = ({ agent }: AgentFacts): string => {
      if (input.group === 'none') return 'all';
      if (input.group === 'state') return agent.state;
      const category = agent.category ?? OTHER;
      if (!categories.has(category) && categories.size >= MAX_CATEGORIES) return OTHER;
      categories.add(category);
      return category;
    };
    const emphasisOf = (key: string, found: boolean | undefined): Emphasis => {
      if (input.path !== undefined) return input.path.includes(key) ? 'lit' : 'dim';
      if (input.selected !== undefined) return key === input.selected ? 'lit' : near.has(key) ? 'plain' : 'dim';
      return found === undefined ? 'plain' : found ? 'lit' : 'dim';
    };
    const put = (node: SceneNode): void => {
      const before = this.#before.nodes.get(node.key);
      if (before === undefined) newcomers += 1;
      else isOther ||= before.hidden !== node.hidden;
      nodes.set(node.key, before !== undefined && isSameNode(before, node) ? before : node);
    };

    const loud = loudOnes(input);
    for (const facts of input.facts.values()) {
      if (nodes.size >= MAX_NODES) {
        losses.agents += 1;
        continue;
      }
      const { agent, goneSince } = facts;
      const hidden = !input.isShown(facts);
      if (hidden) losses.filtered += 1;
      const isHub = agent.id === HUB_AGENT;
      const emphasis = emphasisOf(agent.id, input.isFound?.(facts));
      const sector = isHub ? '' : sectorOf(facts);
      const before = this.#facts.get(agent.id) === facts ? this.#before.nodes.get(agent.id) : undefined;
      if (
        before?.emphasis === emphasis &&
        before.hidden === (hidden && !isHub) &&
        before.isLoud === loud.has(agent.id) &&
        before.at.sector === sector
      ) {
        nodes.set(agent.id, before);
        continue;
      }
      put({
        key: agent.id,
        kind: isHub ? 'hub' : 'agent',
        label: short(agent.name),
        state: agent.state,
        life: goneSince !== undefined ? 'gone' : agent.life === 'live' ? 'live' : 'stale',
        emphasis,
        hidden: hidden && !isHub,
        isLoud: loud.has(agent.id),
        at: isHub ? { key: agent.id, rank: 'hub', sector: '' } : { key: agent.id, rank: 'leaf', sector },
      });
    }
    const other = (key: string, kind: NodeKind, label: string, at: LayoutNode): void =>
      put({
        key,
        kind,
        label: short(label),
        state: undefined,
        life: 'none',
        emphasis: emphasisOf(key, input.isFound === undefined ? undefined : false),
        hidden: false,
        isLoud: false,
        at,
      });
    if (input.group === 'category') {
      if (nodes.size > 0 && !nodes.has(HUB_AGENT))
        other(HUB_AGENT, 'hub', HUB_AGENT, { key: HUB_AGENT, rank: 'hub', sector: '' });
      for (const category of categories) {
        const key = categoryKey(category);
        other(key, 'category', category, { key, rank: 'head', sector: category });
      }
    } else if (input.group === 'state') {
      for (const state of new Set([...nodes.values()].flatMap((node) => (node.kind === 'agent' ? node.state : []))))
        if (state !== undefined)
          other(groupKey(state), 'group', state, { key: groupKey(state), rank: 'head', sector: state });
    }

    const edges =
      (isOther ? undefined : this.#edgesAgain(input, nodes, losses, newcomers)) ??
      this.#edges(input, nodes, losses, other);
    this.#before = { nodes, edges, losses };
    this.#facts = input.facts;
    this.#input = input;
    return this.#before;
  }

  /**
   * The edges, where nothing but the traffic on some of them is another than before: of thousands only those are made anew. Undefined: more
   * has changed than that.
   */
  #edgesAgain(
    input: SceneInput,
    nodes: Map<string, SceneNode>,
    losses: { selfEdges: number; broken: number; strangers: number },
    newcomers: number,
  ): Map<string, SceneEdge> | undefined {
    const before = this.#input;
    if (before === undefined || this.#isTwofold || !isSameFrame(before, input) || input.edges.length > MAX_EDGES)
      return undefined;
    const added: SceneNode[] = [];
    for (const node of this.#before.nodes.values())
      if (node.kind === 'stranger' || node.kind === 'broadcast') added.push(node);
    // Somebody went, or is no stranger any more.
    if (nodes.size + added.length !== this.#before.nodes.size + newcomers) return undefined;
    if (added.some(({ key }) => nodes.has(key))) return undefined;
    const changed: EdgeRecord[] = [];
    for (const [index, record] of input.edges.entries()) {
      const was = before.edges[index];
      if (was === record) continue;
      if (was?.from !== record.from || was.to !== record.to || was.kind !== record.kind) return undefined;
      changed.push(record);
      if (record.kind === 'bus' && record.from !== record.to)
        losses.broken += Number(this.#read(record).perMin === undefined) - Number(this.#read(was).perMin === undefined);
    }
    const edges = new Map(this.#before.edges);
    for (const record of changed) {
      const { key, perMin } = this.#read(record);
      const edge = edges.get(key);
      if (edge !== undefined && edge.perMin !== perMin) edges.set(key, { ...edge, perMin });
    }
    for (const node of added) nodes.set(node.key, node);
    losses.selfEdges = this.#before.losses.selfEdges;
    losses.strangers = this.#before.losses.strangers;
    losses.broken += this.#before.losses.broken;
    return edges;
  }

  #edges(
    input: SceneInput,
    nodes: Map<string, SceneNode>,
    losses: { edges: number; selfEdges: number; broken: number; strangers: number },
    other: (key: string, kind: NodeKind, label: string, at: LayoutNode) => void,
  ): Map<string, SceneEdge> {
    const edges = new Map<string, SceneEdge>();
    this.#isTwofold = false;
    let strangers = 0;
    const isKnown = (id: string): boolean => {
      if (nodes.has(id)) return true;
      // In a grouping without them, categories are no strangers.
      if (id.startsWith('category:')) return false;
      if (strangers >= MAX_STRANGERS || nodes.size >= MAX_NODES) return false;
      strangers += 1;
      const isAll = id === BROADCAST;
      if (!isAll) losses.strangers += 1;
      other(id, isAll ? 'broadcast' : 'stranger', id, {
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
      if (!isKnown(record.from) || !isKnown(record.to)) continue;
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
      const before = this.#before.edges.get(key);
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

const NO_LOSSES: SceneLosses = { agents: 0, edges: 0, filtered: 0, selfEdges: 0, broken: 0, strangers: 0 };

/** Everything but the traffic that edges are drawn by. */
const isSameFrame = (one: SceneInput, other: SceneInput): boolean =>
  one.edges.length === other.edges.length &&
  one.group === other.group &&
  one.hiddenKinds === other.hiddenKinds &&
  one.isFound === other.isFound &&
  one.selected === other.selected &&
  one.path === other.path;

const isSameNode = (one: SceneNode, other: SceneNode): boolean =>
  one.kind === other.kind &&
  one.label === other.label &&
  one.state === other.state &&
  one.life === other.life &&
  one.emphasis === other.emphasis &&
  one.hidden === other.hidden &&
  one.isLoud === other.isLoud &&
  one.at.sector === other.at.sector;

/** Those in trouble that are shown; nobody when they are too many. */
function loudOnes({ facts, isShown }: SceneInput): ReadonlySet<string> {
  const loud = new Set<string>();
  for (const one of facts.values()) {
    if (!isTroubled(one) || !isShown(one)) continue;
    loud.add(one.id);
    if (loud.size > MAX_LOUD) return new Set();
  }
  return loud;
}

/** Those that are drawn: of too many, those with most traffic. */
function kept(edges: readonly EdgeRecord[], losses: { edges: number }): readonly EdgeRecord[] {
  if (edges.length <= MAX_EDGES) return edges;
  losses.edges = edges.length - MAX_EDGES;
  const rank = (edge: EdgeRecord): number => (edge.kind === 'member' ? 1e9 : (perMinute(edge) ?? 0));
  return edges.toSorted((a, b) => rank(b) - rank(a)).slice(0, MAX_EDGES);
}

function neighbours({ selected, edges }: SceneInput): ReadonlySet<string> {
  const near = new Set<string>();
  if (selected === undefined) return near;
  for (const { from, to } of edges) {
    if (from === selected) near.add(to);
    if (to === selected) near.add(from);
  }
  return near;
}
