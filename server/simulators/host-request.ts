import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FaultAnswer } from './faults.ts';
import type { SimRequest } from './simulator.ts';

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Path and query of a request; undefined for what is no path at all. */
export function targetOf(
  request: IncomingMessage,
): { readonly path: string; readonly query: URLSearchParams } | undefined {
  const url = request.url ?? '';
  if (!url.startsWith('/') || !URL.canParse(`http://simulator${url}`)) return undefined;
  const { pathname, searchParams } = new URL(`http://simulator${url}`);
  return { path: pathname, query: searchParams };
}

/** The request as a simulator sees it; undefined when its body is longer than any that an upstream takes. */
export async function readRequest(
  request: IncomingMessage,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
): Promise<SimRequest | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return { method: request.method ?? 'GET', path, query, headers, body: Buffer.concat(chunks).toString('utf8') };
}

/** Answers a handshake with anything but an open socket. */
export function refuse(socket: Duplex, { status, type, body, headers }: FaultAnswer): void {
  const more = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: ${type}\r\n` +
      `${more.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
