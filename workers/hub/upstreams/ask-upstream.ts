import type { ErrorCode } from '../../../src/contract/error-codes.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import { readCapped } from '../../upstreams/transport/read-capped.ts';

const DEADLINE_MS = 30_000;
const MAX_WORDS = 200;
/** A history of a day is a tenth of it. */
const MAX_BYTES = 16 << 20;

/** One question with an answer in JSON. Never rejects: a refusal and a failure are outcomes in the upstream's own words. */
export async function askUpstream(
  fetchIt: typeof fetch,
  method: string,
  url: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Outcome<unknown>> {
  let response: Response;
  let text: string;
  try {
    response = await fetchIt(url, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
      headers: body === undefined ? { accept: 'application/json' } : JSON_HEADERS,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { bytes, isWhole } = await readCapped(response, MAX_BYTES, () => undefined);
    if (!isWhole) return failed('upstream-failed', `its answer is larger than ${MAX_BYTES >> 20} MiB`);
    text = new TextDecoder().decode(bytes);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError') return failed('upstream-failed', 'it did not answer');
    return failed('upstream-not-reachable', signal.aborted ? 'it was stopped' : 'it cannot be reached');
  }
  const value = parse(text);
  if (response.ok) {
    return value === NOT_JSON && text !== ''
      ? failed('upstream-failed', 'its answer is not JSON')
      : { ok: true, value: value === NOT_JSON ? undefined : value };
  }
  const said = wordsOf(value === NOT_JSON ? undefined : value) ?? `it answered ${response.status}`;
  return failed(response.status < 500 ? 'upstream-refused' : 'upstream-failed', said);
}

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' };
const NOT_JSON = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** A failure's words, in the forms there are: a string, `{message}`, `{error}`, `{detail}`, `{title}`. */
function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_WORDS);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name of ['message', 'detail', 'error', 'title']) {
    const words = (value as Record<string, unknown>)[name];
    if (typeof words === 'string' && words !== '') return words.slice(0, MAX_WORDS);
  }
  return undefined;
}

const failed = (code: ErrorCode, message: string): Outcome<never> => ({ ok: false, error: { code, message } });
