/** What a browser asked the gateway for, after everything that could be read in two ways was refused. */
export interface AskedTarget {
  readonly slug: string;
  /** As it came, beginning with a slash, without the query. */
  readonly path: string;
  readonly segments: readonly string[];
  /** As it came, without `?` and without our own words; '' for none. */
  readonly query: string;
}

const MAX_PATH_CHARS = 2_048;
const MAX_QUERY_CHARS = 8_192;
const MAX_SEGMENTS = 32;
/** `;` would be a parameter to some servers, `\` a slash to others: neither, nor anything beyond what RFC 3986 allows in a segment. */
const SEGMENT = /^(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})*$/;
/** What an encoded byte must not hide: control characters, `%`, `.`, `/`, `;`, `\`, DEL. */
const HIDDEN = /%(?:[01][0-9A-Fa-f]|25|2[EeFf]|3[Bb]|5[Cc]|7[Ff])/;
const QUERY = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]|^`{}"<>-]|%[0-9A-Fa-f]{2})*$/;
const HIDDEN_IN_QUERY = /%(?:00|0[Aa]|0[Dd])/;

/** Parameters that are ours, or carry a secret, which only the gateway adds. */
const NOT_PASSED_ON = /^(?:hyphae.*|access_token|api_?key|x-api-key)$/i;

/**
 * Reads the target of a request to `/up/<slug>/…`, the very characters of its first line. Gives the reason when it is refused: no
 * dots, no doubled or encoded slashes, nothing absolute. What passes has one meaning only, so that a list of paths can be trusted.
 */
export function readTarget(url: string): AskedTarget | string {
  if (!url.startsWith('/up/')) return 'not-a-path';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (path.length > MAX_PATH_CHARS || query.length > MAX_QUERY_CHARS) return 'target-too-long';
  const [slug = '', ...segments] = path.slice('/up/'.length).split('/');
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(slug)) return 'unknown-upstream';
  if (segments.length > MAX_SEGMENTS) return 'target-too-long';
  if (segments.length === 0) return 'bad-path';
  for (const [at, segment] of segments.entries()) {
    // A slash at the end is a path of its own; anywhere else nothing between two slashes is a trick.
    if (segment === '' && at < segments.length - 1) return 'bad-path';
    if (/^\.+$/.test(segment) || !SEGMENT.test(segment) || HIDDEN.test(segment)) return 'bad-path';
    if (!isUtf8Encoded(segment)) return 'bad-path';
  }
  if (!QUERY.test(query) || HIDDEN_IN_QUERY.test(query)) return 'bad-query';
  return { slug, path: `/${segments.join('/')}`, segments, query: withoutOurs(query) };
}

function isUtf8Encoded(segment: string): boolean {
  try {
    decodeURIComponent(segment);
    return true;
  } catch {
    return false;
  }
}

function withoutOurs(query: string): string {
  if (query === '') return '';
  const kept = query.split('&').filter((pair) => {
    const [name = ''] = pair.split('=', 1);
    return pair !== '' && !NOT_PASSED_ON.test(plain(name));
  });
  return kept.join('&');
}

/** A name as the other side will read it; as it is where it cannot be decoded. */
function plain(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim();
  } catch {
    return name;
  }
}

/** The same question, however its parameters are ordered; those of one name stay as they are, since the first or the last may count. */
export const sortedQuery = (query: string): string =>
  query
    .split('&')
    .map((pair) => ({ pair, name: pair.split('=', 1)[0] ?? '' }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');
