import type { Server } from 'node:http';
import { createServer } from 'node:net';

/** This computer has no IPv6 at all: then nobody can ask for it. */
const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/**
 * A browser may take `localhost` for `::1`, for `127.0.0.1`, or try both: the same server answers on both. Resolves to how to close it.
 * Rejects when another program has that port on `::1`, since browsers would end up there now and then.
 */
export async function listenOnIpv6Loopback(main: Server, port: number): Promise<() => void> {
  // The main server sees them as its own: its TLS, its timeouts, its limits.
  const twin = createServer((socket) => main.emit('connection', socket));
  await new Promise<void>((resolve, reject) => {
    twin.once('error', (error: NodeJS.ErrnoException) => {
      if (NO_IPV6.includes(error.code ?? '')) resolve();
      else reject(error);
    });
    twin.listen({ port, host: '::1' }, resolve);
  });
  return () => {
    twin.close();
  };
}
