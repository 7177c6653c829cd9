import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * How a proxy treats what passes it.
 *  - pass     as it comes, `delayMs` later
 *  - hold     nothing moves, nothing is lost: a link that stalls
 *  - swallow  what is sent vanishes and nobody is told: a half-open connection. It stays dead when the link is well again, until somebody
 *             sends on it and is reset
 *  - refuse   every connection is reset, new ones at once
 */
export type ProxyMode = 'pass' | 'hold' | 'swallow' | 'refuse';

export interface TcpProxy {
  readonly port: number;
  set(mode: ProxyMode): void;
  delay(ms: number): void;
  /** Each connection of now is reset when `bytes()` more have gone to the client: in the middle of whatever that is. */
  cutAfter(bytes: () => number): void;
  connections(): number;
  close(): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket | undefined;
  /** Something was swallowed: what comes after it would be read wrongly. */
  isDead: boolean;
  bytesLeft: number;
}

/** A proxy on loopback between a client and `target()`, whose behaviour can be changed while it runs. */
export async function openTcpProxy(target: () => number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let mode: ProxyMode = 'pass';
  let delayMs = 0;
  const delayed = new WeakMap<Socket, (() => void)[]>();

  function forward(pair: Pair, from: Socket, to: Socket, chunk: Buffer, isDown: boolean): void {
    if (mode === 'swallow') {
      pair.isDead = true;
      return;
    }
    if (pair.isDead) {
      reset(pair);
      return;
    }
    const send = (): void => {
      if (pair.isDead || to.destroyed) return;
      if (isDown && pair.bytesLeft <= chunk.length) {
        to.write(chunk.subarray(0, pair.bytesLeft), () => reset(pair));
        pair.isDead = true;
        return;
      }
      if (isDown) pair.bytesLeft -= chunk.length;
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => mode !== 'hold' && from.resume());
      }
    };
    later(from, send);
  }

  /** Now, or after the delay; never before what the same side sent earlier. */
  function later(from: Socket, action: () => void): void {
    const waiting = delayed.get(from) ?? [];
    delayed.set(from, waiting);
    if (delayMs === 0 && waiting.length === 0) {
      action();
      return;
    }
    waiting.push(action);
    setTimeout(() => waiting.shift()?.(), delayMs);
  }

  function reset(pair: Pair): void {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server?.resetAndDestroy();
  }

  function wire(pair: Pair, from: Socket, to: Socket, isDown: boolean): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => forward(pair, from, to, chunk, isDown));
    from.on('error', () => undefined);
    from.on('close', () => {
      // The other side of a dead connection learns nothing of it.
      if (!pair.isDead && mode !== 'swallow') {
        later(from, () => to.end());
      } else pair.isDead = true;
      if (pair.client.destroyed && (pair.server?.destroyed ?? true)) pairs.delete(pair);
    });
    if (mode === 'hold') from.pause();
  }

  const listener = createServer((client) => {
    if (mode === 'refuse') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = mode === 'swallow' ? undefined : connect(target(), '127.0.0.1');
    const pair: Pair = { client, server, isDead: false, bytesLeft: Number.POSITIVE_INFINITY };
    pairs.add(pair);
    if (server === undefined) {
      pair.isDead = true;
      client.on('data', () => mode !== 'swallow' && reset(pair));
      client.on('error', () => undefined);
      client.on('close', () => pairs.delete(pair));
      return;
    }
    wire(pair, client, server, false);
    wire(pair, server, client, true);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: (listener.address() as AddressInfo).port,
    set(next) {
      mode = next;
      for (const pair of [...pairs]) {
        if (mode === 'refuse') reset(pair);
        else
          for (const socket of [pair.client, pair.server]) {
            if (mode === 'hold') socket?.pause();
            else socket?.resume();
          }
      }
    },
    delay(ms) {
      delayMs = ms;
    },
    cutAfter(bytes) {
      for (const pair of pairs) pair.bytesLeft = bytes();
    },
    connections: () => pairs.size,
    close() {
      listener.close();
      for (const pair of [...pairs]) reset(pair);
    },
  };
}
