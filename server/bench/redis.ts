import type { Wire } from './load.ts';
import { PAYLOAD_BYTES } from './payload.ts';
import { freePort, LOAD_CORE, type Pinned, startPinned } from './process.ts';

/** A Redis of its own for one scenario: on the generator's core, nothing kept on disk. */
export async function startRedis(): Promise<Pinned & { readonly port: number }> {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const redis = await startPinned(['redis-server', ...options], { core: LOAD_CORE, port });
  return { ...redis, port };
}

/** Publishers that speak to Redis themselves, without a library. */
export function redisPublish(port: number, channel: string): Omit<Wire, 'sub'> {
  const head = `*3\\r\\n$7\\r\\nPUBLISH\\r\\n$${channel.length}\\r\\n${channel}\\r\\n$${PAYLOAD_BYTES}\\r\\n`;
  return {
    pub: `tcp://127.0.0.1:${port}/`,
    args: ['--pub-kind', 'raw', '--pub-prefix', head, '--pub-suffix', '\\r\\n'],
  };
}
