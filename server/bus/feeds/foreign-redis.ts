import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';

/** A redis-server of a test's own, on loopback, keeping nothing on disk unless `args` say so. */
export class ForeignRedis {
  readonly port: number;
  #process: ChildProcess | undefined;

  static async start(...args: readonly string[]): Promise<ForeignRedis> {
    const redis = new ForeignRedis(await freePort());
    await redis.start(...args);
    return redis;
  }

  private constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(...args: readonly string[]): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args];
    const started = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = started;
    for await (const text of started.stdout) {
      if (String(text).includes('Ready to accept connections')) break;
    }
    started.stdout.resume();
  }

  /** `kill -9`: nothing is said to anybody. */
  async kill(): Promise<void> {
    const killed = this.#process;
    this.#process = undefined;
    if (killed === undefined || killed.exitCode !== null) return;
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    await ended;
  }

  /** Frozen: connections stay, answers do not come. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  async client(password?: string) {
    const client = createClient({
      url: this.url,
      ...(password === undefined ? {} : { password }),
      socket: { reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    return await client.connect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
