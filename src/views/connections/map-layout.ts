import { connections as words } from '../../i18n/connections.ts';
import { type Facts, serverAnswer } from './facts.ts';
import type { InspectorRow } from './row.ts';
import { type RowState, relayRowState } from './row-state.ts';

/** A box of the drawing. */
export interface MapNode {
  /** Of the row it stands for. */
  readonly id: string;
  readonly name: string;
  readonly state: RowState;
  readonly simulated: boolean;
  /** The row that has its rate. */
  readonly row: string | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A way that data goes. */
export interface MapEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: RowState;
  readonly path: string;
  /** Where a word about it may stand. */
  readonly mid: { readonly x: number; readonly y: number };
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** Boxes left out of each side because there are too many. */
  readonly more: { readonly left: number; readonly right: number };
  readonly columns: { readonly left: number; readonly server: number; readonly hub: number; readonly right: number };
}

const PITCH = 26;
const NODE = 22;
const TOP = 26;
const GROUP_GAP = 10;
const MOST_LEFT = 40;
const MOST_RIGHT = 24;
const MIDDLE = 44;
/** Where such a curve is after a quarter of its way. */
const QUARTER_X = 0.297;
const QUARTER_Y = 0.156;

interface Box {
  readonly row: InspectorRow;
  readonly to: 'server' | 'hub' | undefined;
}

/**
 * Sources left, readers right, our server and the hub between. Places depend on what there is and on nothing else: no state and no number
 * moves anything.
 */
export function layOutMap(facts: Facts, rows: readonly InspectorRow[], width: number): MapLayout {
  const of = (group: InspectorRow['group']) => rows.filter((row) => row.group === group && row.parent === undefined);
  const wide = width >= 900;
  const side = wide ? 220 : Math.max(140, Math.round(width * 0.24));
  const middle = wide ? 132 : 104;
  const columns = {
    left: 0,
    server: Math.round(side + (width - 2 * side - 2 * middle) * 0.36),
    hub: Math.round(side + middle + (width - 2 * side - 2 * middle) * 0.7),
    right: width - side,
  };

  const upstreams = of('upstreams').map((row): Box => ({ row, to: upstreamWay(facts, row) }));
  const boards = of('boards').map((row): Box => ({ row, to: boardWay(facts, row) }));
  const tabs = of('tabs');
  const me = facts.relay?.client.id;
  const clients = rows.filter((row) => row.id.startsWith('client:') && !row.id.startsWith(`client:${me}:`));
  const left = [...upstreams, ...boards].slice(0, MOST_LEFT);
  const right = [...tabs, ...clients].slice(0, MOST_RIGHT);

  const nodes = new Map<string, MapNode>();
  const put = (row: InspectorRow, x: number, y: number) =>
    nodes.set(row.id, {
      id: row.id,
      name: row.name,
      state: row.state,
      simulated: row.simulated,
      row: row.records === undefined || row.state.is === 'none' ? undefined : row.id,
      x,
      y,
      width: side,
      height: NODE,
    });
  let y = TOP;
  left.forEach(({ row }, index) => {
    // The first board stands a little apart, and low enough for its line to pass below the server.
    if (index === upstreams.length) y = Math.max(y + (index > 0 ? GROUP_GAP : 0), TOP + MIDDLE + GROUP_GAP);
    put(row, columns.left, y);
    y += PITCH;
  });
  const leftEnd = y;
  const fed = TOP + (Math.min(upstreams.length, MOST_LEFT) * PITCH - MIDDLE) / 2;
  const serverY = Math.max(TOP, fed);
  const tabsMiddle = TOP + (Math.max(1, tabs.length) * PITCH - MIDDLE) / 2;
  const hubY = Math.max(TOP, (serverY + tabsMiddle) / 2);
  y = TOP;
  right.forEach((row, index) => {
    // Other browsers stand so low that the lines to them pass below the hub.
    if (index === tabs.length) y = Math.max(y + GROUP_GAP, hubY + MIDDLE + GROUP_GAP);
    put(row, columns.right, y);
    y += PITCH;
  });
  const height = Math.max(leftEnd, y, TOP + MIDDLE + PITCH, hubY + MIDDLE) + 4;

  const server = serverNode(facts, columns.server, serverY, middle);
  const hub: MapNode = {
    id: 'hub',
    name: words.map.hub,
    state: facts.hub === undefined ? { is: 'connecting', since: undefined } : { is: 'live', since: facts.hub.since },
    simulated: false,
    row: undefined,
    x: columns.hub,
    y: hubY,
    width: middle,
    height: MIDDLE,
  };
  nodes.set(server.id, server);
  nodes.set(hub.id, hub);

  const edges: MapEdge[] = [];
  for (const { row, to } of left) {
    const from = nodes.get(row.id);
    if (from === undefined || to === undefined) continue;
    edges.push(to === 'server' ? edge(from, server, row.state) : edge(from, hub, row.state, server));
  }
  edges.push(edge(server, hub, server.state));
  for (const row of right) {
    const to = nodes.get(row.id);
    if (to !== undefined)
      edges.push(row.group === 'tabs' ? edge(hub, to, row.state) : edge(server, to, row.state, undefined, hub));
  }
  return {
    width,
    height,
    nodes: [...nodes.values()],
    edges,
    more: {
      left: upstreams.length + boards.length - left.length,
      right: tabs.length + clients.length - right.length,
    },
    columns,
  };
}

function upstreamWay(facts: Facts, row: InspectorRow): Box['to'] {
  const via = facts.upstreams.find(({ id }) => row.id === `up:${id}`)?.via;
  return via === 'direct' ? 'hub' : via === 'none' || via === undefined ? undefined : 'server';
}

function boardWay(facts: Facts, row: InspectorRow): Box['to'] {
  const path = facts.boards.find(({ id }) => row.id === `board:${id}`)?.path.is;
  return path === 'relay' ? 'server' : path === 'none' || path === undefined ? undefined : 'hub';
}

function serverNode(facts: Facts, x: number, y: number, width: number): MapNode {
  const nodes = serverAnswer(facts)?.nodes.length ?? 0;
  return {
    id: 'relay',
    name: nodes > 1 ? words.map.servers(nodes) : words.map.server,
    state: facts.relay === undefined ? { is: 'connecting', since: undefined } : relayRowState(facts.relay),
    simulated: false,
    row: 'relay',
    x,
    y,
    width,
    height: MIDDLE,
  };
}

/** `below`: it goes past that box before it turns · `past`: it has passed that one when it arrives. */
function edge(from: MapNode, to: MapNode, state: RowState, below?: MapNode, past?: MapNode): MapEdge {
  const x1 = from.x + from.width;
  const x2 = to.x;
  const y1 = from.y + from.height / 2;
  const y2 = to.y + to.height / 2;
  const startX = below === undefined ? x1 : below.x + below.width;
  const endX = past === undefined ? x2 : past.x + past.width + 8;
  const bend = past === undefined ? (x2 - startX) / 2 : (past.x - x1) / 2;
  const turned = past === undefined ? x2 : past.x - 4;
  return {
    id: `${from.id}>${to.id}`,
    from: from.id,
    to: to.id,
    state,
    path: [
      `M${round(x1)} ${round(y1)}`,
      ...(startX === x1 ? [] : [`H${round(startX)}`]),
      `C${round(startX + bend)} ${round(y1)} ${round(turned - bend)} ${round(y2)} ${round(turned)} ${round(y2)}`,
      ...(endX === x2 ? [] : [`H${round(x2)}`]),
    ].join(''),
    // On the curve, near its beginning: there the lines are still apart.
    mid:
      below === undefined
        ? { x: x1 + (turned - x1) * QUARTER_X, y: y1 + (y2 - y1) * QUARTER_Y }
        : { x: x1 + (startX - x1) * QUARTER_X, y: y1 },
  };
}

const round = (n: number): number => Math.round(n * 10) / 10;
