import { withoutAddresses } from './addresses.ts';
import { isFields, textOf } from './fields.ts';

/** An answer of MAS over HTTP that is not what was asked for. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

/** How to take it: when to ask again (undefined: at the usual time), and why there is nothing, for people. */
export interface Unavailable {
  readonly why: string;
  readonly retryAfterMs: number | undefined;
}

/** §4.4: the limit is per minute; MAS says 60 s, and so do we when it forgets to. */
export const RATE_LIMIT_MS = 60_000;
const MAX_WHY = 160;

/** Keeps what was there and says why there is nothing newer. MAS answers 500 in plain text, everything else as `{detail}`. */
export function unavailable({ status, body, retryAfterMs }: FailedAnswer): Unavailable {
  const words = wordsOf(body);
  const why = words === undefined ? `MAS answers ${status}` : `MAS answers ${status}: ${words}`;
  return { why, retryAfterMs: status === 429 ? (retryAfterMs ?? RATE_LIMIT_MS) : undefined };
}

/** Why there is nothing, from whichever of the two knows it: MAS in an answer that is a failure, else whoever asked. */
export const whyOf = (answer: FailedAnswer | undefined, why: string): string =>
  answer === undefined || answer.status < 400 ? why : unavailable(answer).why;

function wordsOf(body: string): string | undefined {
  let said: unknown = body;
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) said = value.detail ?? value.error ?? value.message ?? '';
  } catch {
    // Plain text is what a crash in MAS looks like; a page of HTML says nothing to people.
    if (/^\s*</.test(body)) said = '';
  }
  const words = textOf(said, MAX_WHY);
  return words === undefined ? undefined : withoutAddresses(words);
}

/** §3, "errors come back as 200 with an error field": the first such words in an answer, undefined when there are none. */
export function errorWithin(value: unknown, depth = 0): string | undefined {
  if (!isFields(value) || depth > 3) return undefined;
  const error = textOf(value.error, MAX_WHY);
  if (error !== undefined) {
    const detail = textOf(value.detail, MAX_WHY);
    return withoutAddresses(detail === undefined ? error : `${error}: ${detail}`);
  }
  for (const [name, field] of Object.entries(value)) {
    const words = errorWithin(field, depth + 1);
    if (words !== undefined) return depth === 0 ? words : `${name}: ${words}`;
  }
  return undefined;
}
