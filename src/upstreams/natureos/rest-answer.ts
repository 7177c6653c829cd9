import { field, isFields, textOf } from './fields.ts';

/** What an answer over HTTP means for whoever asked. */
export type RestAnswer =
  | { readonly is: 'value'; readonly value: unknown }
  /** It can pass: ask again, later. */
  | { readonly is: 'retry'; readonly why: string; readonly words: string | undefined }
  /** What was asked for did not happen, and asking again would not help. */
  | { readonly is: 'failed'; readonly why: string; readonly words: string | undefined }
  /** Nothing will work before somebody changes the configuration. */
  | { readonly is: 'fatal'; readonly why: string; readonly words: string | undefined };

export interface AskedOver {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** The route that says 202 and forgets the command [D7]. */
const DEAD_COMMAND_ROUTE = /^\/api\/devices\/[^/]+\/commands\//i;
/** The only one whose commands are of the documented shape and go on to the device. */
export const commandPath = (device: string): string => `/devices/${encodeURIComponent(device)}/commands/mycobrain`;

export function readRestAnswer({ method, path }: AskedOver, status: number, body: string): RestAnswer {
  // Negotiating changes nothing: it may be asked again.
  const isNegotiation = path.endsWith('/negotiate');
  const isQuestion = method === 'GET' || method === 'HEAD' || isNegotiation;
  const json = parse(body);
  const words = json === NOT_JSON ? undefined : errorWords(json);
  const failed = (why: string): RestAnswer => ({ is: 'failed', why, words });
  const retry = (why: string): RestAnswer => ({ is: 'retry', why, words });
  const fatal = (why: string): RestAnswer => ({ is: 'fatal', why, words });

  if (DEAD_COMMAND_ROUTE.test(path) && !isQuestion) return failed('route_drops_commands');
  // To https: neither a preflight nor a body survives it, so the address itself has to be the right one.
  if (status >= 300 && status < 400) return fatal('redirected');
  if (status >= 200 && status < 300) {
    if (json === NOT_JSON) return status === 204 || body === '' ? { is: 'value', value: undefined } : retry('not_json');
    // Ingest answers 200 to everything and says in the body whether it worked.
    if (isFields(json) && field(json, 'success') === false) return failed('not_successful');
    return { is: 'value', value: json };
  }
  if (status === 401) return fatal('unauthorized');
  if (status === 403) return fatal('forbidden');
  if (status === 404) return isNegotiation ? fatal('no_hub_here') : failed('not_found');
  if (status === 408 || status === 425) return retry('timeout');
  if (status === 429) return retry('rate_limited');
  if (status === 501) return failed('not_implemented');
  // A command that failed is not sent a second time by itself: it may have been carried out.
  if (status >= 500) return isQuestion ? retry('server_error') : failed(machineWord(words) ?? 'server_error');
  if (status === 409) return failed(machineWord(words) ?? 'conflict');
  return failed(machineWord(words) ?? 'refused');
}

/** The three forms of an error body: a JSON string, `{error}`, ProblemDetails. */
export function errorWords(body: unknown): string | undefined {
  if (typeof body === 'string') return textOf(body)?.slice(0, MOST_WORDS);
  if (!isFields(body)) return undefined;
  const error = field(body, 'error');
  const words =
    textOf(error) ??
    (isFields(error) ? textOf(field(error, 'message')) : undefined) ??
    textOf(field(body, 'detail')) ??
    textOf(field(body, 'title')) ??
    textOf(field(body, 'message'));
  return words?.slice(0, MOST_WORDS);
}
const MOST_WORDS = 300;

/** Words of one piece are the source's own code of the error. */
const machineWord = (words: string | undefined): string | undefined =>
  words !== undefined && /^[a-z][a-z0-9_]{1,63}$/.test(words) ? words : undefined;

const NOT_JSON = Symbol('not JSON');

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return NOT_JSON;
  }
}
