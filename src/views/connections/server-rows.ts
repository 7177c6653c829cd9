import { formatBytes } from '../../components/format-value.ts';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { Facts } from './facts.ts';
import { type Loss, lossesOf } from './losses.ts';
import type { InspectorRow } from './row.ts';
import { type RowState, relayRowState } from './row-state.ts';
import type { ServerAnswer, ServerClient, ServerFeed } from './server-answer.ts';

const EMPTY = {
  group: 'server',
  parent: undefined,
  simulated: false,
  records: undefined,
  bytes: undefined,
  lastAt: undefined,
  latency: undefined,
  rttMs: undefined,
  losses: [],
  subs: undefined,
  hops: () => [],
  actOn: undefined,
  messages: undefined,
  remarks: () => [],
} as const;

/** Our connection to the server, and what the server says of itself where this browser may know it. */
export function serverRows(facts: Facts): readonly InspectorRow[] {
  const { server, now } = facts;
  const relay = relayRow(facts);
  if (server.is !== 'known') return relay;
  const { answer } = server;
  return [
    ...relay,
    ...(answer.nodes.length === 0 ? [answer.server] : answer.nodes).map((node) => nodeRow(answer, node)),
    ...answer.clients.map((client) => clientRow(client, facts.relay?.client.id)),
    ...answer.feeds.map((feed) => feedRow(feed, now)),
  ];
}

function relayRow({ relay }: Facts): readonly InspectorRow[] {
  if (relay === undefined) return [];
  return [
    {
      ...EMPTY,
      id: 'relay',
      name: words.server.relay,
      note: relay.url,
      transport: words.transports.websocket,
      state: relayRowState(relay),
      records: relay.recordsIn + relay.recordsOut,
      bytes: relay.bytesIn + relay.bytesOut,
      rttMs: relay.state.is === 'live' ? relay.state.rttMs : undefined,
      losses: lossesOf(relay.drops).map(({ reason, what, count }) => ({
        what: 'refused',
        reason: reason || what,
        count,
      })),
      remarks: () => [
        ...(relay.degraded === undefined ? [] : [words.server.degraded(relay.degraded.reason)]),
        ...(relay.clockOffsetMs === undefined ? [] : [words.server.clock(Math.round(relay.clockOffsetMs))]),
      ],
      facts: { relay },
    },
  ];
}

function nodeRow(answer: ServerAnswer, node: string): InspectorRow {
  const here = node === answer.server;
  return {
    ...EMPTY,
    id: `node:${node}`,
    name: words.server.node(node.slice(0, 8)),
    note: here ? words.server.thisNode(answer.engine) : words.server.otherNode,
    transport: here ? answer.engine : 'bus',
    state: { is: 'live', since: undefined },
    records: here ? answer.delivery.frames : undefined,
    bytes: here ? answer.delivery.bytes : undefined,
    subs: here ? answer.total : undefined,
    remarks: () => [
      ...(here && answer.degraded !== undefined ? [words.server.degraded(answer.degraded)] : []),
      ...(here ? [words.server.writes(answer.delivery.writes)] : []),
    ],
    facts: here ? { node, delivery: answer.delivery, gateway: Object.fromEntries(answer.gateway) } : { node },
  };
}

function clientRow(one: ServerClient, me: string | undefined): InspectorRow {
  const losses: readonly Loss[] = one.left > 0 ? [{ what: 'thinned', reason: '', count: one.left }] : [];
  return {
    ...EMPTY,
    id: `client:${one.client}:${one.since ?? ''}`,
    name: one.name || one.client,
    note: [one.client === me ? words.server.thisBrowser : '', one.role].filter((word) => word !== '').join(', '),
    transport: one.wire === 'sse' ? words.transports.sse : words.transports.websocket,
    state: { is: one.pendingBytes > 0 && one.behind > 0 ? 'late' : 'live', since: one.since },
    losses,
    subs: one.channels,
    remarks: () => [words.server.waiting(formatBytes(one.pendingBytes), one.behind)],
    facts: { client: one },
  };
}

function feedRow(feed: ServerFeed, now: EpochMs): InspectorRow {
  const lastAt = feed.lastAgeMs === undefined ? undefined : now - feed.lastAgeMs;
  const losses = lossesOf(
    Object.fromEntries(Object.entries(feed.dropped).map(([why, count]) => [`dropped:${why}`, count])),
  );
  return {
    ...EMPTY,
    id: `feed:${feed.from}:${feed.to}`,
    name: feed.from,
    note: `${feed.source} → ${feed.to}`,
    transport: words.transports.redis,
    state: feedState(feed, now),
    records: feed.delivered,
    lastAt,
    losses: feed.gaps > 0 ? [...losses, { what: 'gap', reason: '', count: feed.gaps }] : losses,
    messages: feed.to,
    facts: { feed },
  };
}

function feedState(feed: ServerFeed, now: EpochMs): RowState {
  switch (feed.is) {
    case 'live':
    case 'connecting':
      return { is: feed.is, since: undefined };
    case 'silent':
      return { is: 'quiet', since: undefined };
    case 'retrying':
      return { is: 'retrying', since: now, nextAt: feed.nextAt ?? now, attempt: 0, why: feed.why };
    case 'refused':
      return { is: 'refused', since: undefined, why: feed.why };
    default:
      return { is: 'idle', since: undefined };
  }
}
