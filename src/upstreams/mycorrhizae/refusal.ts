/** How an answer that is no stream is to be taken. `reason`: a short machine word; `why`: for people. */
export type MycorrhizaeRefusal =
  | { readonly is: 'fatal'; readonly reason: string; readonly why: string }
  | { readonly is: 'retry'; readonly reason: string; readonly why: string; readonly afterMs: number | undefined };

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The limits count in whole minutes and days of the service's clock: a little later than that it is a new window. */
const untilNext = (windowMs: number, now: number): number => windowMs - (now % windowMs) + 1_000;

/**
 * A refusal of the stream. The service says 403 for everything its keys forbid, also for what passes by itself; only its words tell. An
 * answer that is not its JSON is somebody else's (a proxy, a page), and passes.
 */
export function readRefusal(
  status: number,
  body: string,
  now: number,
  retryAfterMs?: number | undefined,
): MycorrhizaeRefusal {
  const detail = detailOf(body);
  if (status === 429) return retry('rate', 'too many requests', retryAfterMs ?? untilNext(MINUTE_MS, now));
  if (status >= 500)
    return retry(status === 503 ? 'unavailable' : 'server-error', wordsOf(status, detail), retryAfterMs);
  if (detail === undefined || status < 400) return retry('not-the-service', wordsOf(status, detail), retryAfterMs);
  if (status === 403) return forbidden(detail, now);
  if (status === 401) return fatal('bad-key', detail);
  if (status === 404 || status === 405) return fatal('wrong-url', wordsOf(status, detail));
  if (status === 408) return retry('timeout', wordsOf(status, detail), retryAfterMs);
  return fatal('bad-request', wordsOf(status, detail));
}

function forbidden(detail: string, now: number): MycorrhizaeRefusal {
  if (/rate limit/i.test(detail)) {
    return /day/i.test(detail)
      ? retry('rate-day', detail, Math.min(untilNext(DAY_MS, now), HOUR_MS))
      : retry('rate-minute', detail, untilNext(MINUTE_MS, now));
  }
  if (/scope/i.test(detail)) return fatal('scopes', detail);
  if (/expired/i.test(detail)) return fatal('key-expired', detail);
  return fatal('bad-key', detail);
}

const fatal = (reason: string, why: string): MycorrhizaeRefusal => ({ is: 'fatal', reason, why });
const retry = (reason: string, why: string, afterMs: number | undefined): MycorrhizaeRefusal => ({
  is: 'retry',
  reason,
  why,
  afterMs,
});

const wordsOf = (status: number, detail: string | undefined): string => `HTTP ${status}${detail ? `: ${detail}` : ''}`;

const MAX_WORDS = 200;

/** The service's own words; undefined: this is not its JSON. */
function detailOf(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return undefined;
    const { detail } = value as { readonly detail?: unknown };
    if (typeof detail === 'string') return detail.slice(0, MAX_WORDS);
    return Array.isArray(detail) ? detail.map(fieldOf).join('; ').slice(0, MAX_WORDS) : '';
  } catch {
    // Not JSON: the undefined says so.
    return undefined;
  }
}

function fieldOf(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null) return String(problem);
  const { loc, msg } = problem as { readonly loc?: unknown; readonly msg?: unknown };
  return `${Array.isArray(loc) ? loc.join('.') : ''} ${typeof msg === 'string' ? msg : ''}`.trim();
}
