import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import { type AnswerCache, type Entry, type KeptAnswer, nextSlot } from './answer-cache.ts';
import { type AskedTarget, sortedQuery } from './asked-target.ts';
import type { Budgets } from './budget.ts';
import type { Complain } from './complaints.ts';
import { GatewayError, isGatewayReason } from './gateway-error.ts';
import type { UpstreamStats } from './gateway-stats.ts';
import { headersToUpstream, isHtml, retryAfterMsOf } from './passed-headers.ts';
import type { HttpRoute } from './preset.ts';
import { readAnswer } from './read-answer.ts';
import { addressOf, type Target } from './targets.ts';
import type { UpstreamConnections } from './upstream-request.ts';
import type { ViewerShare } from './viewer-share.ts';

/** An answer older than this is not shown any more, however long its upstream is away. */
export const MAX_STALE_MS = 900_000;
/** Asked for everybody: nobody's own wishes count. */
const FOR_ALL = { accept: 'application/json, text/plain;q=0.8, */*;q=0.5' };
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Questions under way at once. */
const MAX_ASKING = 512;
/** Where the budget says wait, it is looked at again this soon: others may have left something. */
const BUDGET_LOOK_MS = 1_000;

export interface Question {
  readonly target: Target;
  readonly route: HttpRoute;
  readonly asked: AskedTarget;
  /** Who asks; the answer may be for many. */
  readonly principal: Pick<Principal, 'id' | 'role'>;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
}

/** What a browser is answered. */
export interface Shown {
  readonly answer: KeptAnswer;
  readonly ageMs: number;
  /** Why it is older than it should be. */
  readonly stale: string | undefined;
}

export interface SharedAnswersContext {
  readonly clock: Clock;
  readonly cache: AnswerCache;
  readonly budgets: Budgets;
  readonly shares: ViewerShare;
  readonly connections: UpstreamConnections;
  readonly stats: (slug: string) => UpstreamStats;
  readonly complain: Complain;
}

/**
 * Questions to upstreams. Identical GETs share one: those under way wait for the same answer, and it is kept for its route's cadence.
 * ```text
 *  asked ─ kept and within its cadence ──────────────────────────────▶ shown
 *        ─ somebody asks already ─ wait ─┐
 *        ─ budget allows ─ ask ──────────┴ answered ─ kept ──────────▶ shown
 *                                          failed · no budget ───────▶ the last good one, marked; none or too old: the failure
 * ```
 * A failure counts for the cadence, too: fifty viewers of a broken server ask it as often as one.
 */
export class SharedAnswers {
  readonly #context: SharedAnswersContext;
  #asking = 0;

  constructor(context: SharedAnswersContext) {
    this.#context = context;
  }

  /** @throws GatewayError when there is nothing to show. */
  async answer(question: Question): Promise<Shown> {
    const { route, method } = question;
    return method === 'GET' && route.cadenceMs > 0 ? await this.#shared(question) : await this.#alone(question);
  }

  async #shared(question: Question): Promise<Shown> {
    const { target, asked } = question;
    const { cache, clock } = this.#context;
    const stats = this.#context.stats(target.slug);
    const key = `${target.slug} ${asked.path}?${sortedQuery(asked.query)}`;
    const entry = cache.entry(key, target.slug, asked.path);
    if (entry.asking !== undefined) {
      stats.coalesced++;
      await entry.asking;
    } else if (clock.now() >= entry.nextAt) {
      entry.asking = this.#renew(question, entry).finally(() => {
        entry.asking = undefined;
        if (entry.answer === undefined && isUnasked(entry)) cache.drop(key);
      });
      await entry.asking;
    } else stats.fresh++;
    return this.#show(entry, stats);
  }

  #show(entry: Entry, stats: UpstreamStats): Shown {
    const { answer, answeredAt, failure } = entry;
    const ageMs = Math.max(0, this.#context.clock.now() - answeredAt);
    if (failure === undefined && answer !== undefined) return { answer, ageMs, stale: undefined };
    if (answer !== undefined && answer.status < 400 && ageMs <= MAX_STALE_MS) {
      stats.stale++;
      return { answer, ageMs, stale: failure?.why ?? 'unknown' };
    }
    if (failure?.answer !== undefined) return { answer: failure.answer, ageMs: 0, stale: undefined };
    const { why = 'unreachable', retryAfterMs } = failure ?? {};
    throw new GatewayError(
      isGatewayReason(why) ? why : 'unreachable',
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }

  /** Never rejects: what went wrong is in the entry. */
  async #renew(question: Question, entry: Entry): Promise<void> {
    const { clock, cache } = this.#context;
    const { cadenceMs } = question.route;
    const askedAt = clock.now();
    entry.isChanged = false;
    try {
      const known = entry.answer?.upstreamEtag;
      const answer = await this.#ask(question, entry.answer === undefined ? 'needed' : 'refresh', known);
      const now = clock.now();
      entry.nextAt = entry.isChanged ? 0 : nextSlot(entry, askedAt, cadenceMs);
      if (answer === 'not-modified') {
        entry.answeredAt = now;
        cache.fail(entry, undefined);
      } else {
        const why = uselessness(answer);
        if (why === undefined) cache.keep(entry, answer, now);
        else cache.fail(entry, { why, answer, retryAfterMs: undefined });
      }
    } catch (cause) {
      const { reason, retryAfterMs } =
        cause instanceof GatewayError ? cause : new GatewayError('unreachable', { cause });
      cache.fail(entry, { why: reason, answer: undefined, retryAfterMs });
      entry.nextAt = isUnasked(entry)
        ? askedAt + Math.min(retryAfterMs ?? 0, BUDGET_LOOK_MS, cadenceMs)
        : nextSlot(entry, askedAt, cadenceMs);
    }
  }

  async #alone(question: Question): Promise<Shown> {
    const { target, asked, method } = question;
    const answer = await this.#ask(question, 'needed', undefined);
    if (answer === 'not-modified') throw new GatewayError('cut');
    if (method !== 'GET' && answer.status < 400) this.#context.cache.forget(target.slug, asked.path);
    return { answer, ageMs: 0, stale: undefined };
  }

  async #ask(
    question: Question,
    need: 'refresh' | 'needed',
    etag: string | undefined,
  ): Promise<KeptAnswer | 'not-modified'> {
    const { target, asked, route, method, headers, body } = question;
    const { budgets, clock, connections } = this.#context;
    const stats = this.#context.stats(target.slug);
    const url = addressOf(target, asked.path, asked.query);
    const budget = budgets.of(url);
    if (this.#asking >= MAX_ASKING) throw new GatewayError('busy', { retryAfterMs: BUDGET_LOOK_MS });
    // What is asked for the first time is asked for one person alone.
    const shareMs =
      need === 'needed' ? this.#context.shares.take(question.principal, url.origin, target.budget, clock.now()) : 0;
    const waitMs = shareMs > 0 ? shareMs : budget.take(clock.now(), need);
    if (waitMs > 0) throw new GatewayError('budget', { retryAfterMs: waitMs });
    this.#asking++;
    stats.asked++;
    const startedAt = performance.now();
    try {
      const ours = etag === undefined ? target.headers : { ...target.headers, 'if-none-match': etag };
      const isShared = method === 'GET' && route.cadenceMs > 0;
      const sent = headersToUpstream(isShared ? FOR_ALL : headers, ours);
      const response = await connections.open({ url, method, headers: sent, body, timeoutMs: target.timeoutMs });
      stats.latency(performance.now() - startedAt);
      if (response.statusCode === 429) {
        const retryAfterMs = retryAfterMsOf(response.headers, clock.now());
        budget.block(clock.now(), retryAfterMs);
        response.destroy();
        throw new GatewayError('rate-limited', { retryAfterMs: budget.waitMs(clock.now()) });
      }
      return await readAnswer(response, target, asked.path, route.maxBytes ?? MAX_ANSWER_BYTES);
    } catch (cause) {
      stats.failed++;
      this.#context.complain(target.slug, cause);
      throw cause;
    } finally {
      this.#asking--;
    }
  }
}

/** It was not even asked: there was no room for it. */
const isUnasked = ({ failure }: Entry): boolean => failure?.why === 'budget' || failure?.why === 'busy';

/** Why an answer must not take the place of a good one. */
function uselessness({ status, type }: KeptAnswer): string | undefined {
  if (status >= 500) return `status-${status}`;
  return status < 300 && isHtml(type) ? 'html' : undefined;
}
