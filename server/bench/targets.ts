import { join } from 'node:path';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { AUTHORIZATION, requireAccess } from './access.ts';
import type { Wire } from './load.ts';
import { probe } from './probe.ts';
import { freePort, LOAD_CORE, type Pinned, SERVER_CORE, startPinned } from './process.ts';
import { redisPublish } from './redis.ts';

/** A server under test, started and proved to deliver. */
export interface Target {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly ws: Wire;
  /** The same channel by server-sent events, where the server has them. */
  readonly sse?: Wire;
  stop(): Promise<void>;
}

export interface TargetOptions {
  /** The Redis that publications go through. */
  readonly redisPort?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export type StartTarget = (options?: TargetOptions) => Promise<Target>;

const CHANNEL = 'events/b';
const NOBODY_WAITS = String(2 ** 40);

/**
 * Limits that a bench must not meet: it is one address that plays a thousand people. Everything that bounds memory per client and
 * per channel stays as it is by default.
 */
const RAISED_LIMITS = {
  HYPHAE_MAX_CONNECTIONS: '20000',
  HYPHAE_RECORDS_PER_SECOND: NOBODY_WAITS,
  HYPHAE_RECORDS_BURST: NOBODY_WAITS,
  HYPHAE_BYTES_PER_SECOND: NOBODY_WAITS,
  HYPHAE_BYTES_BURST: NOBODY_WAITS,
};

const hello = (who: string): string =>
  JSON.stringify({
    t: 'hello',
    contract: CONTRACT_VERSION,
    build: 'bench',
    client: { id: `bench-${who}-%I-0000`, name: who },
  });

/** `position`: where delivery starts, `rewind` or `since` of the contract. */
export function hyphaeWire(port: number, position: Readonly<Record<string, unknown>>, pubPort = port): Wire {
  const subscribe = JSON.stringify({ t: 'subscribe', id: 1, channel: CHANNEL, ...position });
  return {
    sub: `ws://127.0.0.1:${port}/live`,
    pub: `ws://127.0.0.1:${pubPort}/live`,
    args: [...HYPHAE_ARGS, '--sub-init', hello('sub'), '--sub-init', subscribe],
  };
}

const HYPHAE_ARGS = [
  ...['--subproto', 'hyphae.v1', '--header', `Authorization: ${AUTHORIZATION}`],
  ...['--pub-init', hello('pub')],
  ...['--pub-prefix', `{"t":"publish","channel":"${CHANNEL}","records":[`, '--pub-suffix', ']}'],
];

/** Our server, as it is run: cursors, history, policies and access on. With Redis, publishers are on a second server. */
export const startHyphae: StartTarget = async ({ redisPort, env = {} } = {}) => {
  const access = requireAccess();
  const start = async (core: number): Promise<Pinned & { readonly port: number }> => {
    const port = await freePort();
    const own = {
      PORT: String(port),
      HYPHAE_HOST: '127.0.0.1',
      HYPHAE_LOG: 'warn',
      HYPHAE_DIST: join(import.meta.dirname, 'no-app'),
      ...(redisPort === undefined ? {} : { REDIS_URL: `redis://127.0.0.1:${redisPort}` }),
    };
    const main = join(import.meta.dirname, '..', 'main.ts');
    const server = await startPinned([process.execPath, main], {
      core,
      port,
      env: { ...RAISED_LIMITS, ...access.env, ...own, ...env },
    });
    return { ...server, port };
  };
  const server = await start(SERVER_CORE);
  const front = redisPort === undefined ? undefined : await start(LOAD_CORE);
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), front?.stop()]);
    access.forget();
  };
  const pubPort = front?.port ?? server.port;
  const sse: Wire = {
    sub: `sse://127.0.0.1:${server.port}/sse?channel=${encodeURIComponent(CHANNEL)}&rewind=0`,
    pub: `ws://127.0.0.1:${pubPort}/live`,
    args: HYPHAE_ARGS,
  };
  const target = { name: 'hyphae', port: server.port, pid: server.pid, stop };
  return proved({ ...target, ws: hyphaeWire(server.port, { rewind: 0 }, pubPort), sse }, server);
};

/** Plain `ws` as most would write it with care: one frame for all. With Redis: what a pub/sub channel brings. */
export const startRawWs: StartTarget = async ({ redisPort } = {}) => {
  const server = await startPeer('ws-shared.ts', SERVER_CORE, redisPort);
  const ws: Wire =
    redisPort === undefined
      ? { sub: `ws://127.0.0.1:${server.port}/sub`, pub: `ws://127.0.0.1:${server.port}/pub`, args: [] }
      : { sub: `ws://127.0.0.1:${server.port}/sub`, ...redisPublish(redisPort, 'b') };
  return proved({ name: 'raw ws', port: server.port, pid: server.pid, ws, stop: server.stop }, server);
};

/** socket.io with its websocket transport; through Redis by its own adapter, publishers on a second server like ours. */
export const startSocketIo: StartTarget = async ({ redisPort } = {}) => {
  const server = await startPeer('socket-io.ts', SERVER_CORE, redisPort);
  const front = redisPort === undefined ? undefined : await startPeer('socket-io.ts', LOAD_CORE, redisPort);
  const path = '/socket.io/?EIO=4&transport=websocket';
  const ws: Wire = {
    sub: `ws://127.0.0.1:${server.port}${path}&sub=1`,
    pub: `ws://127.0.0.1:${front?.port ?? server.port}${path}`,
    args: ['--sub-init', '40', '--pub-init', '40', '--pub-prefix', '42["pub",', '--pub-suffix', ']'],
  };
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), front?.stop()]);
  };
  return proved({ name: 'socket.io', port: server.port, pid: server.pid, ws, stop }, server);
};

export const startBetterSse: StartTarget = async () => {
  const server = await startPeer('better-sse.ts', SERVER_CORE);
  const wire = { sub: `sse://127.0.0.1:${server.port}/sse`, pub: `ws://127.0.0.1:${server.port}/pub`, args: [] };
  return proved(
    { name: 'better-sse', port: server.port, pid: server.pid, ws: wire, sse: wire, stop: server.stop },
    server,
  );
};

async function startPeer(file: string, core: number, redisPort?: number): Promise<Pinned & { readonly port: number }> {
  const port = await freePort();
  const env = { PORT: String(port), REDIS_PORT: redisPort === undefined ? '' : String(redisPort) };
  const command = [process.execPath, join(import.meta.dirname, 'peers', file)];
  return { ...(await startPinned(command, { core, port, env })), port };
}

/** A server that does not deliver must not become a row of zeros. */
async function proved(target: Target, server: Pinned): Promise<Target> {
  try {
    await probe(target.ws);
    return target;
  } catch (cause) {
    await target.stop();
    throw new Error(`${target.name} does not deliver what is published:\n${server.output()}`, { cause });
  }
}
