import { connect, createServer, type Socket } from 'node:net';

/** A wire between a server and its Redis that a test can cut or freeze. */
export interface TestProxy {
  readonly url: string;
  /** Nothing passes any more, in either direction; connections stay, and new ones are taken. */
  freeze(): void;
  /** What was held back passes. */
  thaw(): void;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(toPort: number): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (bytes) => void other.write(bytes));
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // A cut wire is what this is for.
      socket.on('error', () => undefined);
      if (isFrozen) socket.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
