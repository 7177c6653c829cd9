import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A process that this suite started, and that it alone may stop. */
export interface OwnProcess {
  readonly pid: number | undefined;
  /** The last of what it said, for a report. */
  said(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
}

const SAID_CHARS = 8_000;

/** None is left behind, however this process ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function ownProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): OwnProcess {
  return watchProcess(spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));
}

export function watchProcess(child: ChildProcess): OwnProcess {
  let said = '';
  let hasEnded = false;
  running.add(child);
  const hear = (text: Buffer): void => {
    said = (said + text.toString()).slice(-SAID_CHARS);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true;
      running.delete(child);
      resolve();
    };
    child.once('exit', (code, signal) => {
      if (code !== null && code !== 0) said += `\n(ended with code ${code}${signal ?? ''})`;
      end();
    });
    child.once('error', (error) => {
      said += `\n(${error.message})`;
      end();
    });
  });
  return {
    pid: child.pid,
    said: () => said,
    signal: (signal) => {
      if (!hasEnded) child.kill(signal);
    },
    ended,
    hasEnded: () => hasEnded,
  };
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
