import type { FastifyInstance } from 'fastify';
import { RELAY_CLOSE } from '../../src/contract/from-relay.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Admit } from '../live/admission.ts';
import { AnswerCache } from './answer-cache.ts';
import { Budgets } from './budget.ts';
import { makeComplain } from './complaints.ts';
import { type GatewayContext, makeStats, type Opening } from './gateway-context.ts';
import { GatewayError } from './gateway-error.ts';
import { addGatewayRoutes } from './gateway-requests.ts';
import { addGatewaySockets } from './gateway-sockets.ts';
import { UpstreamStats } from './gateway-stats.ts';
import { SharedAnswers } from './shared-answers.ts';
import { SocketPass } from './socket-pass.ts';
import type { StreamPass } from './stream-pass.ts';
import type { Target } from './targets.ts';
import { UpstreamConnections } from './upstream-request.ts';
import { ViewerShare } from './viewer-share.ts';

export interface GatewayOptions {
  readonly targets: ReadonlyMap<string, Target>;
  readonly clock: Clock;
  readonly limits: Limits;
  /** For what stays open, and for a single request. */
  readonly admit: Admit;
  readonly admitOnce: Admit;
  readonly onRefused: (reason: string) => void;
}

/** One upstream's traffic, for whoever watches. */
export type GatewayState = ReturnType<UpstreamStats['describe']> & {
  readonly slug: string;
  readonly simulated: boolean;
  /** Requests that its origin may still be asked now; undefined: nobody counts. */
  readonly budget: { readonly minute: number; readonly hour: number; readonly blockedMs: number } | undefined;
};

export interface Gateway {
  state(): readonly GatewayState[];
  cache(): { readonly entries: number; readonly bytes: number; readonly evicted: number };
  /** Access was taken back: its streams and sockets end. */
  revoked(principalId: string): void;
  /** Nothing new; everything open is sent away, and resolves when it is gone. */
  drain(): Promise<void>;
  close(): void;
}

/** Puts the gateway to the upstreams on a server. */
export async function serveGateway(app: FastifyInstance, options: GatewayOptions): Promise<Gateway> {
  const { targets, clock, limits, admit, admitOnce, onRefused } = options;
  const stats = makeStats();
  const statsOf = (slug: string): UpstreamStats => stats.get(slug) ?? new UpstreamStats();
  const cache = new AnswerCache();
  const budgets = new Budgets(targets.values(), clock.now());
  const shares = new ViewerShare();
  const connections = new UpstreamConnections();
  const open = new Set<StreamPass | SocketPass>();
  const opening = new Set<Opening>();
  const complain = makeComplain(app.log, clock);
  let draining = false;
  const context: GatewayContext = {
    targets,
    clock,
    limits,
    budgets,
    shares,
    connections,
    onRefused,
    complain,
    open,
    opening,
    answers: new SharedAnswers({ clock, cache, budgets, shares, connections, stats: statsOf, complain }),
    admit,
    admitOnce,
    isDraining: () => draining,
    stats: statsOf,
  };
  await addGatewayRoutes(app, context);
  addGatewaySockets(app.server, context);

  let cancelBeat = clock.schedule(limits.pingMs, beat);
  function beat(): void {
    for (const pass of open) if (pass instanceof SocketPass) pass.checkAlive();
    cancelBeat = clock.schedule(limits.pingMs, beat);
  }

  return {
    state: () =>
      [...targets.values()].map(({ slug, simulated, base, budget }) => ({
        slug,
        simulated,
        ...statsOf(slug).describe(),
        budget: budget && budgets.of(base).left(clock.now()),
      })),
    cache: () => ({ entries: cache.size, bytes: cache.bytes, evicted: cache.evicted }),
    revoked(principalId) {
      for (const { principal, gone } of opening) if (principal === principalId) gone.abort(new GatewayError('revoked'));
      for (const pass of open) {
        if (pass.principal !== principalId) continue;
        if (pass instanceof SocketPass) pass.close(RELAY_CLOSE.revoked, 'your access was taken back');
        else pass.end();
      }
    },
    async drain() {
      draining = true;
      cancelBeat();
      for (const { gone } of opening) gone.abort(new GatewayError('draining'));
      for (const pass of open) {
        if (pass instanceof SocketPass) pass.close(1001, 'the server is stopping');
        else pass.end();
      }
      await untilEmpty(open, clock, limits.closeMs);
    },
    close: () => connections.close(),
  };
}

const LOOK_MS = 20;

/** Who does not go by itself is cut off. */
async function untilEmpty(open: ReadonlySet<StreamPass | SocketPass>, clock: Clock, mostMs: number): Promise<void> {
  let isLate = false;
  const cancel = clock.schedule(mostMs, () => {
    isLate = true;
    for (const pass of open) {
      if (pass instanceof SocketPass) pass.destroy();
      else pass.cut();
    }
  });
  while (open.size > 0 && !isLate) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  cancel();
}
