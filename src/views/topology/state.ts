import { AGENT_STATES, type AgentState, type EdgeRecord } from '../../contract/upstream/mas-topology.ts';

export const GROUPINGS = ['category', 'state', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const EDGE_KINDS = ['bus', 'depends_on', 'member'] as const satisfies readonly EdgeRecord['kind'][];
export type EdgeKind = (typeof EDGE_KINDS)[number];
export const SHOWN_AS = ['graph', 'table'] as const;
export type ShownAs = (typeof SHOWN_AS)[number];

/** What the address of the Topology view holds. Other views open it with `?find=` and `?sel=`. */
export interface TopologyAddress {
  /** Words looked for: whoever has them stands out. */
  readonly find: string;
  /** The node that is open. */
  readonly sel: string | undefined;
  /** Ends of the traced path. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly group: Grouping;
  /** Only agents in these states; undefined: all. */
  readonly states: ReadonlySet<AgentState> | undefined;
  /** Only agents of this category. */
  readonly category: string | undefined;
  /** Kinds of edges that are left out. */
  readonly hidden: ReadonlySet<EdgeKind>;
  readonly view: ShownAs;
}

export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Ids are longer nowhere. */
const MAX = 256;
const one = (value: string | readonly string[] | undefined): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, MAX);

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export function readTopologyAddress(search: Search): TopologyAddress {
  const states = one(search.states).split(',');
  const known = AGENT_STATES.filter((state) => states.includes(state));
  const hide = one(search.hide).split(',');
  return {
    find: one(search.find),
    sel: one(search.sel) || undefined,
    from: one(search.from) || undefined,
    to: one(search.to) || undefined,
    group: GROUPINGS.find((name) => name === one(search.group)) ?? 'category',
    states: known.length === 0 ? undefined : new Set(known),
    category: one(search.cat) || undefined,
    hidden: new Set(EDGE_KINDS.filter((kind) => hide.includes(kind))),
    view: SHOWN_AS.find((name) => name === one(search.view)) ?? 'graph',
  };
}

export function writeTopologyAddress(address: TopologyAddress): Record<string, string | undefined> {
  return {
    find: address.find || undefined,
    sel: address.sel,
    from: address.from,
    to: address.to,
    group: address.group === 'category' ? undefined : address.group,
    states: address.states === undefined || address.states.size === 0 ? undefined : [...address.states].join(','),
    cat: address.category,
    hide: address.hidden.size === 0 ? undefined : [...address.hidden].join(','),
    view: address.view === 'graph' ? undefined : address.view,
  };
}
