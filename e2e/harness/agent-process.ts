import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const AGENT = join(import.meta.dirname, '..', '..', 'server', 'agent', 'agent.ts');

/** An agent as a process of its own, as a supervisor would run it. */
export interface AgentProcess {
  /** What it said so far. */
  log(): string;
  /** Resolves once it has said this. Rejects when it ends before. */
  said(what: RegExp): Promise<string>;
  readonly exited: Promise<number | null>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function startAgentProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[] } = {},
): AgentProcess {
  const child = spawn('node', [...(options.nodeArgs ?? []), AGENT, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  // With its last words read.
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return {
    log: () => log,
    exited,
    async said(what) {
      for (;;) {
        const line = log.split('\n').find((each) => what.test(each));
        if (line !== undefined) return line;
        if (child.exitCode !== null) throw new Error(`the agent ended before it said ${what}:\n${log}`);
        await Promise.race([once(child.stderr, 'data'), exited]);
      }
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}
