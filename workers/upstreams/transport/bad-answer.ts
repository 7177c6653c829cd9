import type { EpochMs } from '../../../src/contract/time.ts';
import type { BadAnswer, Verdict } from '../line.ts';
import type { Frame } from './line-tap.ts';
import { readCapped } from './read-capped.ts';

/** Of an answer that is not what was asked for, so much is read. */
const BODY_BYTES = 65_536;
/** `429` without a word of how long. */
const TOO_MANY_MS = 60_000;
/** Trying again changes nothing until somebody changes something. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'the other side wants to know who asks (401): a key or a login is missing',
  403: 'the other side does not allow this (403)',
  404: 'there is nothing at this address (404)',
  422: 'the other side cannot use what was asked (422)',
};

/** Reads what a server said instead of what was asked for. */
export async function readBadAnswer(response: Response, now: EpochMs): Promise<BadAnswer> {
  const body = await readCapped(response, BODY_BYTES, () => undefined);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: new TextDecoder().decode(body.bytes),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
  };
}

/** `Retry-After`: seconds, or a date. */
export function retryAfterMs(header: string | null, now: EpochMs): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export const isHtml = (type: string, body: string): boolean =>
  type.includes('html') || /^\s*<(!doctype|html|head|body)/i.test(body.slice(0, 200));

/** In words, without the body: it may be anything. */
export function whyBad({ status, type, body }: BadAnswer, wanted: string): string {
  if (status < 200 || status > 299) return `the other side answered ${status}`;
  if (isHtml(type, body)) return `HTML instead of ${wanted}: a login page, or another program at this address`;
  return `${type === '' ? 'an answer without a type' : type} instead of ${wanted} (${status})`;
}

/** For whoever taps the line. */
export const asFrame = ({ status, type, body }: BadAnswer): Frame => ({
  form: 'response',
  bytes: body.length,
  data: body,
  meta: { status: `${status}`, type },
});

/** What is done about it where an adapter does not know better. */
export function judgeByStatus(answer: BadAnswer, why: string): Verdict {
  const refused = REFUSALS[answer.status];
  if (refused !== undefined) return { refused };
  if (answer.retryAfterMs !== undefined) return { retryAfterMs: answer.retryAfterMs, why };
  return answer.status === 429 ? { retryAfterMs: TOO_MANY_MS, why } : undefined;
}

/** An adapter's judgement goes before ours; one that fails is none. */
export function judged(
  answer: BadAnswer,
  why: string,
  judge: ((answer: BadAnswer) => Verdict) | undefined,
  onFailed: (cause: unknown) => void,
): Verdict {
  if (judge === undefined) return judgeByStatus(answer, why);
  try {
    return judge(answer);
  } catch (cause) {
    onFailed(cause);
    return judgeByStatus(answer, why);
  }
}
