import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { freePort, type OwnProcess, ownProcess } from './own-process.ts';
import { until } from './until.ts';

export interface HyphaeProcess {
  readonly index: number;
  readonly port: number;
  /** Resolves when it listens. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Asks it to stop and waits until it has. false: it had to be killed. */
  drain(): Promise<boolean>;
  freeze(): void;
  thaw(): void;
  /** Sets its wall clock this many ms ahead. */
  shiftClock(aheadMs: number): void;
  /** What `/readyz` says; undefined: no answer. */
  readyz(): Promise<number | undefined>;
  isUp(): boolean;
  said(): string;
  /** Times that it ended though nobody told it to. */
  crashes(): number;
  stop(): Promise<void>;
}

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const CLOCK = new URL('./clock-shift.ts', import.meta.url).href;
const DRAIN_MS = 30_000;
/** A busy machine takes its time; whoever hangs is found all the same. */
const START_MS = 60_000;

/** A server as `npm start` runs it. `env`: its options. */
export async function makeHyphae(
  index: number,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<HyphaeProcess> {
  const port = await freePort();
  const clockFile = join(folder, `clock-${index}`);
  let own: OwnProcess | undefined;
  let isMeant = true;
  let crashes = 0;
  let said = '';

  const readyz = (): Promise<number | undefined> =>
    new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: 1_000 }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(undefined));
    });

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    isMeant = true;
    own?.signal(signal);
    await own?.ended;
  };

  return {
    index,
    port,
    readyz,
    async start() {
      const started = ownProcess(process.execPath, ['--import', CLOCK, MAIN], {
        PORT: `${port}`,
        HYPHAE_HOST: '127.0.0.1',
        HYPHAE_DIST: join(folder, 'no-app'),
        HYPHAE_FAULT_CLOCK: clockFile,
        ...env,
      });
      own = started;
      isMeant = false;
      void started.ended.then(() => {
        if (own === started && !isMeant) crashes++;
        said = (said + started.said()).slice(-8_000);
      });
      const answers = await until(async () => started.hasEnded() || (await readyz()) !== undefined, START_MS);
      if (!answers || started.hasEnded()) throw new Error(`server ${index} did not start: ${started.said()}`);
    },
    kill: () => end('SIGKILL'),
    async drain() {
      isMeant = true;
      const draining = own;
      draining?.signal('SIGTERM');
      const ended = await until(() => draining?.hasEnded() ?? true, DRAIN_MS);
      if (!ended) await end('SIGKILL');
      return ended;
    },
    freeze: () => own?.signal('SIGSTOP'),
    thaw: () => own?.signal('SIGCONT'),
    shiftClock: (aheadMs) => writeFileSync(clockFile, `${aheadMs}`),
    isUp: () => own !== undefined && !own.hasEnded(),
    said: () => said + (own?.hasEnded() === false ? own.said() : ''),
    crashes: () => crashes,
    async stop() {
      await end('SIGKILL');
    },
  };
}
