import type { LayoutNode } from '../../contract/upstream/layout-worker.ts';
import { HUB_AGENT } from '../../contract/upstream/mas-topology.ts';
import { type AgentFacts, isTroubled } from './agent-facts.ts';
import { SceneEdges } from './scene-edges.ts';
import {
  type Emphasis,
  MAX_NODES,
  type NodeKind,
  type Scene,
  type SceneInput,
  type SceneLosses,
  type SceneNode,
} from './scene-parts.ts';

const MAX_CATEGORIES = 60;
const OTHER = 'other';
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

  /** The node that was made of an agent's facts, and in which scene it was last. */
  readonly #made = new WeakMap<AgentFacts, { readonly node: SceneNode; scene: number }>();
  #scene = 0;
  readonly #edges = new SceneEdges();

  update(input: SceneInput): Scene {
    this.#scene += 1;
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
    const put = (node: SceneNode): SceneNode => {
      const before = this.#before.nodes.get(node.key);
      if (before === undefined) newcomers += 1;
      else isOther ||= before.hidden !== node.hidden;
      const kept = before !== undefined && isSameNode(before, node) ? before : node;
      nodes.set(node.key, kept);
      return kept;
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
      const made = this.#made.get(facts);
      const before = made?.scene === this.#scene - 1 ? made.node : undefined;
      if (
        made !== undefined &&
        before?.emphasis === emphasis &&
        before.hidden === (hidden && !isHub) &&
        before.isLoud === loud.has(agent.id) &&
        before.at.sector === sector
      ) {
        made.scene = this.#scene;
        nodes.set(agent.id, before);
        continue;
      }
      const node = put({
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
      this.#made.set(facts, { node, scene: this.#scene });
    }
    const other = (key: string, kind: NodeKind, label: string, at: LayoutNode): void => {
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
    };
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

    const edges = this.#edges.update(input, {
      nodes,
      losses,
      before: this.#before,
      newcomers: isOther ? undefined : newcomers,
      add: other,
    });
    this.#before = { nodes, edges, losses };
    return this.#before;
  }
}

const NO_LOSSES: SceneLosses = { agents: 0, edges: 0, filtered: 0, selfEdges: 0, broken: 0, strangers: 0 };

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

function neighbours({ selected, edges }: SceneInput): ReadonlySet<string> {
  const near = new Set<string>();
  if (selected === undefined) return near;
  for (const { from, to } of edges) {
    if (from === selected) near.add(to);
    if (to === selected) near.add(from);
  }
  return near;
}
