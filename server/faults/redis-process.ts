import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NO_REDIS, REDIS_SERVER } from '../bus/redis/redis-process.ts';
import { freePort, type OwnProcess, ownProcess } from './own-process.ts';
import { until } from './until.ts';

/** What Redis still has after it was killed: nothing, what it wrote within the last second's fsync, or all it ever answered. */
export type Persistence = 'none' | 'everysec' | 'always';

export interface RedisProcess {
  readonly port: number;
  readonly persistence: Persistence;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  command(...words: readonly string[]): Promise<string>;
  /** How much of the log of commands is written now, bytes; see `forgetAfter`. */
  logBytes(): number;
  /** While it is down: forgets what was written after that, as a power cut would. */
  forgetAfter(bytes: number): void;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** A real Redis on a free port of this computer, its files in `folder`. Throws when there is none on this computer. */
export async function makeRedis(folder: string, persistence: Persistence): Promise<RedisProcess> {
  if (REDIS_SERVER === undefined) throw new Error(NO_REDIS);
  const program = REDIS_SERVER;
  const client = program.replace('-server', '-cli');
  const port = await freePort();
  let own: OwnProcess | undefined;
  const keeps = persistence === 'none' ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', persistence];
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--loglevel',
    'warning',
    ...keeps,
  ];

  const command = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await run(client, ['-h', '127.0.0.1', '-p', `${port}`, ...words], { timeout: 5_000 });
    return stdout.trim();
  };
  const isUp = (): Promise<boolean> =>
    command('PING').then(
      (answer) => answer === 'PONG',
      () => false,
    );

  /** The file that commands are appended to now: the newest increment. */
  function logFile(): string | undefined {
    const files = join(folder, 'appendonlydir');
    if (!existsSync(files)) return undefined;
    const increments = readdirSync(files).filter((name) => name.endsWith('.incr.aof'));
    const newest = increments
      .sort((a, b) => statSync(join(files, a)).mtimeMs - statSync(join(files, b)).mtimeMs)
      .at(-1);
    return newest === undefined ? undefined : join(files, newest);
  }

  return {
    port,
    persistence,
    command,
    async start() {
      own = ownProcess(program, args, {});
      if (!(await until(isUp, 15_000))) throw new Error(`Redis did not start: ${own.said()}`);
    },
    async kill() {
      own?.signal('SIGKILL');
      await own?.ended;
    },
    freeze: () => own?.signal('SIGSTOP'),
    thaw: () => own?.signal('SIGCONT'),
    logBytes() {
      const file = logFile();
      return file === undefined ? 0 : statSync(file).size;
    },
    forgetAfter(bytes) {
      const file = logFile();
      if (file !== undefined && statSync(file).size > bytes) truncateSync(file, bytes);
    },
    async stop() {
      own?.signal('SIGKILL');
      await own?.ended;
    },
  };
}
