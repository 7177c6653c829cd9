import type { LayoutNode } from '../../contract/upstream/layout-worker.ts';
import type { AgentState, EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import type { AgentFacts } from './agent-facts.ts';
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

/** Good until the next one is made: what did not change is handed on. */
export interface Scene {
  readonly nodes: ReadonlyMap<string, SceneNode>;
  readonly edges: ReadonlyMap<string, SceneEdge>;
  readonly losses: SceneLosses;
}

/** More are not drawn, and counted. */
export const MAX_NODES = 2_500;
export const MAX_EDGES = 6_000;
