import type { IncomingHttpHeaders } from 'node:http';

/** Of a browser's request, what an upstream is told. Everything else (cookies, Authorization, addresses, Origin) stays here. */
const TO_UPSTREAM = ['accept', 'content-type', 'last-event-id', 'idempotency-key', 'traceparent'] as const;
/** Of an upstream's answer, what a browser is told. Everything else (Server, Set-Cookie, X-Powered-By, Via …) stays here. */
const TO_BROWSER = ['content-language', 'last-modified', 'retry-after', 'link', 'x-total-count'] as const;
const MAX_HEADER_CHARS = 1_024;

/** The headers of a request to an upstream: what may pass of the browser's, and ours. */
export function headersToUpstream(
  browser: IncomingHttpHeaders,
  ours: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'hyphae', 'accept-encoding': 'identity' };
  for (const name of TO_UPSTREAM) {
    const value = browser[name];
    if (typeof value === 'string' && value.length <= MAX_HEADER_CHARS) headers[name] = value;
  }
  for (const [name, value] of Object.entries(ours)) headers[name.toLowerCase()] = value;
  return headers;
}

export function headersToBrowser(upstream: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of TO_BROWSER) {
    const value = upstream[name];
    if (typeof value === 'string' && value.length <= MAX_HEADER_CHARS) headers[name] = value;
  }
  // Links lead below an address that only this server reaches, also those that leave its scheme out.
  if (headers.link?.includes('//')) delete headers.link;
  return headers;
}

/**
 * What an answer says it is. A script is told as text: nothing that an upstream sends may run as if it were of this server.
 */
export function typeOf(upstream: IncomingHttpHeaders): string {
  const type = upstream['content-type'] ?? 'application/octet-stream';
  if (type.length > 200 || /[\r\n]/.test(type)) return 'application/octet-stream';
  return /javascript|ecmascript|wasm|xml|css/i.test(type) ? 'text/plain; charset=utf-8' : type;
}

export const isJson = (type: string): boolean => /^application\/(?:[\w.-]+\+)?json\b/i.test(type);
export const isEvents = (type: string): boolean => /^text\/event-stream\b/i.test(type);
export const isHtml = (type: string): boolean => /^text\/html\b/i.test(type);

/** Every answer is data, never a page: whoever opens it as one gets neither scripts nor forms. */
export const AS_DATA: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
};

/** `Retry-After` in ms: seconds, or a date. undefined: it does not say. */
export function retryAfterMsOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d{1,7}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
