import type { BadAnswer, Verdict } from '../line.ts';

const TOO_MANY_MS = 60_000;

/** What an answer of the hub over HTTP means, other than yes. */
export function judgeHub({ status, body, retryAfterMs }: BadAnswer): Verdict {
  switch (status) {
    case 401:
    case 403:
      return { refused: `the hub does not let us in (${status}): it, or whatever stands before it, wants a login` };
    case 404:
      // It was restarted, or has forgotten us: a new connection is all that it takes.
      return /no connection with that id/i.test(body)
        ? undefined
        : {
            refused:
              'there is no hub at this address (404): the base is what comes before /natureos-hub, without /api/v1',
          };
    case 301:
    case 302:
    case 307:
    case 308:
      return {
        refused: `it is somewhere else (${status}): where it redirects to https, the https address has to be configured`,
      };
    default:
      if (retryAfterMs !== undefined) return { retryAfterMs, why: `the hub answered ${status}` };
      return status === 429 ? { retryAfterMs: TOO_MANY_MS, why: 'too many requests (429)' } : undefined;
  }
}
