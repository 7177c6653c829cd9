import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayContext } from './gateway-context.ts';
import { calledOff, GatewayError } from './gateway-error.ts';
import type { Found } from './gateway-requests.ts';
import { headersToUpstream, isEvents, retryAfterMsOf } from './passed-headers.ts';
import { readAnswer } from './read-answer.ts';
import type { Shown } from './shared-answers.ts';
import { StreamPass } from './stream-pass.ts';
import { addressOf } from './targets.ts';

/** Of an answer that is no stream after all. */
const MAX_ANSWER_BYTES = 1_048_576;

/** Asks for an event stream. What is answered instead of one (an error, a page, plain JSON) is shown as it is. */
export async function openStream(
  browser: IncomingMessage,
  response: ServerResponse,
  found: Found,
  body: Buffer | undefined,
  context: GatewayContext,
): Promise<StreamPass | Shown> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const opening = { principal: found.principal.id, gone };
  context.opening.add(opening);
  try {
    return await ask(browser, response, found, body, context, gone.signal);
  } catch (cause) {
    throw calledOff(gone.signal, cause);
  } finally {
    context.opening.delete(opening);
  }
}

async function ask(
  browser: IncomingMessage,
  response: ServerResponse,
  { target, asked, principal }: Found,
  body: Buffer | undefined,
  context: GatewayContext,
  signal: AbortSignal,
): Promise<StreamPass | Shown> {
  const { budgets, shares, clock, connections, open } = context;
  const stats = context.stats(target.slug);
  const url = addressOf(target, asked.path, asked.query);
  const budget = budgets.of(url);
  const now = clock.now();
  const waitMs = shares.take(principal, url.origin, target.budget, now) || budget.take(now);
  if (waitMs > 0) throw new GatewayError('budget', { retryAfterMs: waitMs });
  stats.asked++;
  const startedAt = performance.now();
  const upstream = await connections
    .open({
      url,
      method: browser.method ?? 'GET',
      headers: headersToUpstream({ ...browser.headers, accept: 'text/event-stream' }, target.headers),
      body,
      timeoutMs: target.timeoutMs,
      isStream: true,
      signal,
    })
    .catch((cause: unknown) => {
      stats.failed++;
      if (!signal.aborted) context.complain(target.slug, cause);
      throw cause;
    });
  stats.latency(performance.now() - startedAt);
  const { statusCode, headers } = upstream;
  if (statusCode === 429) budget.block(clock.now(), retryAfterMsOf(headers, clock.now()));
  const isPlain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity';
  const isStream = isPlain && statusCode === 200 && isEvents(headers['content-type'] ?? '');
  if (!isStream) {
    const answer = await readAnswer(upstream, target, asked.path, MAX_ANSWER_BYTES);
    if (answer === 'not-modified') throw new GatewayError('cut');
    return { answer, ageMs: 0, stale: undefined };
  }
  const pass = new StreamPass(upstream, response, {
    target,
    path: asked.path,
    principal: principal.id,
    clock,
    stats,
    onClosed: (closed) => open.delete(closed),
  });
  open.add(pass);
  return pass;
}
