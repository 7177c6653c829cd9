import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Admit } from '../live/admission.ts';
import type { Budgets } from './budget.ts';
import type { Complain } from './complaints.ts';
import { UpstreamStats } from './gateway-stats.ts';
import type { SharedAnswers } from './shared-answers.ts';
import type { SocketPass } from './socket-pass.ts';
import type { StreamPass } from './stream-pass.ts';
import type { Target } from './targets.ts';
import type { UpstreamConnections } from './upstream-request.ts';
import type { ViewerShare } from './viewer-share.ts';

/** A stream or socket that is not open yet; it can be called off all the same. */
export interface Opening {
  readonly principal: string;
  readonly gone: AbortController;
}

/** What the HTTP side and the socket side of the gateway share. */
export interface GatewayContext {
  readonly targets: ReadonlyMap<string, Target>;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly budgets: Budgets;
  readonly shares: ViewerShare;
  readonly answers: SharedAnswers;
  readonly connections: UpstreamConnections;
  /** For what stays open: counted against its address. */
  readonly admit: Admit;
  /** For a single request. */
  readonly admitOnce: Admit;
  readonly onRefused: (reason: string) => void;
  readonly complain: Complain;
  readonly open: Set<StreamPass | SocketPass>;
  /** Asked of an upstream that did not answer yet. */
  readonly opening: Set<Opening>;
  /** The server stops: nothing new. */
  readonly isDraining: () => boolean;
  readonly stats: (slug: string) => UpstreamStats;
}

/** Everything open at once, of everybody; `maxConnections` of the server counts them, too, one by one. */
export const MAX_OPEN = 2_000;

/** One object of counters per upstream, made once. */
export function makeStats(): ReadonlyMap<string, UpstreamStats> {
  return new Map(UPSTREAMS.map((slug) => [slug, new UpstreamStats()]));
}
