import * as v from 'valibot';
import type { Principal } from '../access/principal.ts';
import type { FeedStats } from '../bus/feeds/feed-stats.ts';
import type { GatewayState } from '../gateway/gateway.ts';
import type { Connection } from '../live/connection.ts';
import type { DeliveryContext } from '../live/delivery.ts';
import type { EventStream } from '../live/event-stream.ts';
import { numberInQuery, type Route, refusal, route } from './route.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

const querySchema = v.object({
  /** What comes first: most bytes waiting in this process, furthest behind its channels, most left out, youngest. */
  by: v.optional(v.picklist(['pending', 'lag', 'lost', 'since']), () => 'pending' as const),
  limit: numberInQuery,
});
type Query = v.InferOutput<typeof querySchema>;

export interface ConnectionSources {
  readonly context: DeliveryContext;
  readonly sockets: () => ReadonlySet<Connection>;
  readonly streams: () => ReadonlySet<EventStream>;
  readonly feeds: () => readonly FeedStats[];
  readonly gateway: () => readonly GatewayState[];
}

/** The inspector's server side: who is connected, how far behind, and what they may. */
export function connectionsRoute({ context, sockets, streams, feeds, gateway }: ConnectionSources): Route {
  return route<Query, unknown>({
    method: 'GET',
    path: '/api/connections',
    summary: 'Connections of this server, the worst first',
    about:
      'For owners. `bus` says how this server and the others reach each other; `principals` what each of those shown may do.',
    query: querySchema,
    answers: {
      200: '`connections`, `principals`, `bus`, `delivery`, `feeds`, `gateway`, `nodes`.',
      403: 'For owners only.',
    },
    handle({ principal, query }) {
      if (!principal.may('admin', '-')) return refusal(403, 'not-allowed', 'only owners see who is connected');
      const all = [
        ...[...sockets()].map((one) => describe(one, 'websocket')),
        ...[...streams()].map((one) => describe(one, 'sse')),
      ];
      const order = { pending: 'pendingBytes', lag: 'behind', lost: 'left', since: 'since' } as const;
      const field = order[query.by];
      all.sort((a, b) => b[field] - a[field]);
      const shown = all.slice(0, Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT));
      return {
        status: 200,
        body: {
          server: context.bus.node,
          now: context.clock.now(),
          total: all.length,
          connections: shown.map(({ who, ...one }) => ({ ...one, principal: who.id, role: who.role })),
          principals: [...new Set(shown.map(({ who }) => who))].map(describePrincipal),
          nodes: [...context.bus.peers.alive()],
          bus: { engine: context.bus.engine, ...context.bus.health(), ...context.bus.stats() },
          delivery: ages(context),
          feeds: feeds(),
          gateway: gateway(),
        },
      };
    },
  });
}

function describe(one: Connection | EventStream, wire: 'websocket' | 'sse') {
  const channels = [...one.subscriptions.readers()].map(({ channel, kind, cursor, behind, counts }) => ({
    channel,
    kind,
    cursor,
    behind,
    ...counts,
  }));
  return {
    client: one.client,
    name: one.name,
    who: one.who,
    wire,
    address: one.address,
    since: one.since,
    pendingBytes: one.pendingBytes,
    waiting: one.waiting,
    behind: channels.reduce((most, { behind }) => Math.max(most, behind), 0),
    left: channels.reduce((sum, { left, thinned }) => sum + left + thinned, 0),
    channels,
  };
}

const describePrincipal = (who: Principal) => ({ id: who.id, name: who.name, kind: who.kind, ...who.describe() });

function ages({ stats, clock }: DeliveryContext) {
  const now = clock.now();
  const kinds = ['events', 'state', 'samples'] as const;
  const ofKind = kinds.map((kind) => {
    const histogram = stats.ages(kind);
    return [kind, { p50Ms: histogram.quantile(0.5, now), p99Ms: histogram.quantile(0.99, now) }];
  });
  return { frames: stats.frames, writes: stats.writes, bytes: stats.bytes, ageAtSocket: Object.fromEntries(ofKind) };
}
