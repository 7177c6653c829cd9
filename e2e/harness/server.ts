import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Patience for a busy machine. */
const START_MS = 60_000;

export interface RunningServer {
  /** `http://localhost:<port>`: a secure page, as Web Serial wants it. */
  readonly origin: string;
  /** What it printed so far. */
  log(): string;
  /** Ends it as an administrator would, or as a power cut would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port, after `stop`; `changed` is what its environment has from now on. */
  restart(changed?: Readonly<Record<string, string>>): Promise<void>;
}

/** Starts Hyphae's server on a free port of this computer, with the built app. */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let log = '';
  let wishes = env;
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const child = spawn('node', ['server/main.ts'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(port), ...wishes },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        log += text.toString();
      });
    }
    const deadlineMs = performance.now() + START_MS;
    while (!(await answers(origin))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) {
        child.kill('SIGKILL');
        throw new Error(`the server did not start on port ${port}:\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  await start();
  return {
    origin,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      const child = running;
      running = undefined;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      // A server that drains for too long is a finding of its own, not a reason to leave a process behind.
      const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(impatient);
    },
    async restart(changed = {}) {
      wishes = { ...wishes, ...changed };
      await start();
    },
  };
}

const answers = (origin: string): Promise<boolean> =>
  fetch(`${origin}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
