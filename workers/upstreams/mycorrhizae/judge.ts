import type { EpochMs } from '../../../src/contract/time.ts';
import { readRefusal } from '../../../src/upstreams/mycorrhizae/refusal.ts';
import type { BadAnswer, Verdict } from '../line.ts';

/** What an answer that is no stream means for the connection. `onBadKey`: it may be the key, or the store of keys. */
export function judge(answer: BadAnswer, now: EpochMs, onBadKey: (why: string) => void): Verdict {
  const refusal = readRefusal(answer.status, answer.body, now, answer.retryAfterMs);
  if (refusal.is === 'fatal') {
    if (refusal.reason === 'bad-key') onBadKey(refusal.why);
    return { refused: refusal.why };
  }
  return refusal.afterMs === undefined ? undefined : { retryAfterMs: refusal.afterMs, why: refusal.why };
}
