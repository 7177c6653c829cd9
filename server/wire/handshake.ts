import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Appended to every key before hashing (RFC 6455 §1.3). */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64. The last character holds four bits only, yet clients that leave others set are let in. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;
const VERSION = '13';

export interface UpgradeOptions {
  /** Must be among those the client offers; it is the one chosen. undefined: none is. */
  readonly subprotocol: string | undefined;
  /** Whether permessage-deflate is granted to who offers it. */
  readonly deflate: boolean;
}

export type UpgradeRefusal = { readonly ok: false; readonly status: string; readonly reason: string };

export type Upgrade =
  | {
      readonly ok: true;
      /** The whole 101 response, to be written before the first frame. */
      readonly headers: string;
      /** Deflate was agreed on: messages may come and go compressed. */
      readonly deflate: boolean;
    }
  | UpgradeRefusal;

/** What proves to the client that its request was understood as a WebSocket's. */
export const acceptKey = (key: string): string => hash('sha1', key + KEY_SUFFIX, 'base64');

/** Answers the request of an `upgrade` event. Says nothing of path, origin or rights: those are the caller's. */
export function parseUpgrade(request: IncomingMessage, { subprotocol, deflate }: UpgradeOptions): Upgrade {
  const { headers } = request;
  if (request.method !== 'GET') return refuse('405 Method Not Allowed', 'ws-method-not-get');
  if (request.httpVersion !== '1.1') return refuse('400 Bad Request', 'ws-http-version');
  if (!hasToken(headers.upgrade, 'websocket')) return refuse('400 Bad Request', 'ws-upgrade-missing');
  if (!hasToken(headers.connection, 'upgrade')) return refuse('400 Bad Request', 'ws-connection-not-upgrade');
  if (headers['sec-websocket-version'] !== VERSION) return refuse('426 Upgrade Required', 'ws-version');
  const key = headers['sec-websocket-key'];
  if (key === undefined || !KEY.test(key)) return refuse('400 Bad Request', 'ws-bad-key');
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  if (subprotocol !== undefined && !offered.includes(subprotocol))
    return refuse('400 Bad Request', 'subprotocol-missing');
  const offers = parseExtensions(headers['sec-websocket-extensions'] ?? '');
  if (offers === undefined) return refuse('400 Bad Request', 'ws-bad-extensions');
  const agreed = deflate ? agreeOnDeflate(offers) : undefined;
  return {
    ok: true,
    deflate: agreed !== undefined,
    headers: `${[
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptKey(key)}`,
      ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
      ...(agreed === undefined ? [] : [`Sec-WebSocket-Extensions: ${agreed}`]),
    ].join('\r\n')}\r\n\r\n`,
  };
}

/** The whole response to an upgrade that was refused, here or by the caller; the connection is to be closed after it. */
export function refusalResponse({ status, reason }: Omit<UpgradeRefusal, 'ok'>): string {
  const hint = status.startsWith('426')
    ? `Upgrade: websocket\r\nSec-WebSocket-Version: ${VERSION}\r\n`
    : status.startsWith('405')
      ? 'Allow: GET\r\n'
      : '';
  const body = `${reason}\n`;
  return (
    `HTTP/1.1 ${status}\r\nConnection: close\r\n${hint}Content-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

const refuse = (status: string, reason: string): UpgradeRefusal => ({ ok: false, status, reason });

/** Whether a comma-separated header names the token, in any case. */
function hasToken(header: string | undefined, token: string): boolean {
  return header?.split(',').some((name) => name.trim().toLowerCase() === token) ?? false;
}

interface Extension {
  readonly name: string;
  readonly params: readonly (readonly [name: string, value: string | undefined])[];
}

/** One token, its value if any, and what comes after it. Each part begins with another character, so nothing is tried twice. */
const EXTENSION_PART =
  /[ \t]*([!#$%&'*+\-.^_`|~\w]+)[ \t]*(?:=[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)|"([!#$%&'*+\-.^_`|~\w]+)")[ \t]*)?(;|,|$)/y;

/** Offers in the order of the client's preference; undefined when the header is none (RFC 6455 §9.1: the handshake fails). */
function parseExtensions(header: string): readonly Extension[] | undefined {
  if (header.trim() === '') return [];
  const extensions: Extension[] = [];
  let params: [string, string | undefined][] | undefined;
  EXTENSION_PART.lastIndex = 0;
  for (;;) {
    const part = EXTENSION_PART.exec(header);
    if (part === null) return undefined;
    const [, name = '', token, quoted, end] = part;
    const value = token ?? quoted;
    if (params !== undefined) params.push([name, value]);
    else if (value !== undefined) return undefined;
    else {
      params = [];
      extensions.push({ name, params });
    }
    if (end === '') return extensions;
    if (end === ',') params = undefined;
  }
}

const DEFLATE = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/**
 * The answer to the first offer that we can keep, or undefined. Without context takeover either side's message stands alone: ours can
 * be compressed once for all, and nothing is kept per connection. A client that wants a window smaller than ours is not given
 * deflate, since the frames it shares with everybody use the whole window.
 */
function agreeOnDeflate(offers: readonly Extension[]): string | undefined {
  for (const { name, params } of offers) {
    if (name !== 'permessage-deflate' || !areDeflateParams(params)) continue;
    const window = params.find(([param]) => param === 'server_max_window_bits');
    if (window === undefined) return DEFLATE;
    if (window[1] === '15') return `${DEFLATE}; server_max_window_bits=15`;
  }
  return undefined;
}

function areDeflateParams(params: Extension['params']): boolean {
  const seen = new Set<string>();
  for (const [name, value] of params) {
    if (seen.has(name)) return false;
    seen.add(name);
    switch (name) {
      case 'server_no_context_takeover':
      case 'client_no_context_takeover':
        if (value !== undefined) return false;
        break;
      case 'server_max_window_bits':
        if (value === undefined || !isWindowBits(value)) return false;
        break;
      case 'client_max_window_bits':
        // Whatever it compresses with is no larger than what we inflate with.
        if (value !== undefined && !isWindowBits(value)) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}

const isWindowBits = (value: string): boolean => /^(8|9|1[0-5])$/.test(value);
