import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TlsFiles } from './config.ts';

/** Connections that have not asked for anything yet, on top of those that may stay open. */
const SPARE_CONNECTIONS = 1_000;

/** What Node says of a request that never became one: the status we answer with, and the reason's name. */
const REFUSALS: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'handshake-timeout'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers-too-big'],
};

/**
 * Answers a connection whose bytes never became a request (too slow, too big, not HTTP), closes it and counts it. Somebody who opens
 * many and says nothing is rid of in `handshakeMs`.
 */
export function refuseConnection(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onRefused: (reason: string) => void,
): void {
  // The other side is gone already: nothing to tell, and nothing that was refused.
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || socket.destroyed) {
    socket.destroy();
    return;
  }
  const code = error.code ?? '';
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) {
    // There is no way to say anything yet, and Node leaves such a connection open.
    onRefused(code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'handshake-timeout' : 'tls-failed');
    socket.destroy();
    return;
  }
  const [status, reason] = REFUSALS[code] ?? ['400 Bad Request', 'not-http'];
  onRefused(reason);
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ code: reason });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    // Who does not read the answer does not keep the connection.
    () => socket.destroy(),
  );
}

/** Bounds what may be connected at all; beyond it the system's queue, then refusal. Counted as `max-connections`. */
export function boundConnections(server: Server, maxConnections: number, onRefused: (reason: string) => void): void {
  server.maxConnections = maxConnections + SPARE_CONNECTIONS;
  server.on('drop', () => onRefused('max-connections'));
}

export const readTlsFiles = ({ certFile, keyFile }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
});

/**
 * Takes a renewed certificate on SIGHUP; open connections go on with the old one. Files that cannot be used change nothing, and the
 * log says so. Returns how to stop.
 */
export function reloadTlsOnHangUp(
  server: Server,
  files: TlsFiles,
  log: { info(text: string): void; error(text: string): void },
): () => void {
  const reload = (): void => {
    try {
      if ('setSecureContext' in server && typeof server.setSecureContext === 'function')
        server.setSecureContext(readTlsFiles(files));
      log.info('the certificate was read again');
    } catch (cause) {
      log.error(`the certificate was not changed: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  };
  process.on('SIGHUP', reload);
  return () => process.off('SIGHUP', reload);
}
