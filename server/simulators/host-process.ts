import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { UpstreamSlug } from '../../src/contract/upstream/upstream.ts';
import type { SimulatorState } from './host-state.ts';
import type { FromHost, ToHost } from './host-words.ts';

const START_MS = 60_000;
const ANSWER_MS = 5_000;

/** Simulators in a process of their own, seen from the server. */
export interface SimulatorProcess {
  /** Where a simulator is; undefined: it does not run. */
  url(slug: UpstreamSlug): string | undefined;
  /** Rejects when the process is gone or does not answer. */
  state(): Promise<readonly SimulatorState[]>;
  /** False: there is no such simulator or fault. */
  setFault(slug: string, name: string, on: boolean): Promise<boolean>;
  setDial(slug: string, name: string, value: number): Promise<boolean>;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

type Question<Words = ToHost> = Words extends ToHost ? Omit<Words, 'id'> : never;

/**
 * Starts simulators in a child process rather than in a worker thread: what they cost is not in the server's own numbers (CPU, memory,
 * garbage), a simulator that runs out of memory takes nobody along, and the faults are those of a real peer. It ends with the server
 * however that ends, since its channel to it closes.
 */
export async function startSimulatorProcess(slugs: readonly UpstreamSlug[]): Promise<SimulatorProcess> {
  const child = fork(join(import.meta.dirname, 'host-child.ts'), slugs, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const urls = await ready(child);
  // A server that has nothing else to do may end.
  child.unref();
  child.channel?.unref();
  const waiting = new Map<number, (answer: FromHost | undefined) => void>();
  let next = 0;
  child.on('message', (words: FromHost) => {
    if ('id' in words) waiting.get(words.id)?.(words);
  });
  child.on('exit', () => {
    for (const answered of waiting.values()) answered(undefined);
  });

  function ask(question: Question): Promise<FromHost> {
    const id = next++;
    return new Promise((resolve, reject) => {
      const done = (answer: FromHost | undefined): void => {
        clearTimeout(timer);
        waiting.delete(id);
        if (answer === undefined) reject(new Error('the simulators do not answer'));
        else resolve(answer);
      };
      const timer = setTimeout(() => done(undefined), ANSWER_MS);
      waiting.set(id, done);
      if (child.connected) child.send({ ...question, id }, (error) => error !== null && done(undefined));
      else done(undefined);
    });
  }
  const known = async (question: Question): Promise<boolean> => {
    const answer = await ask(question);
    return answer.is === 'done' && answer.known;
  };

  return {
    pid: child.pid,
    url: (slug) => urls.get(slug),
    async state() {
      const answer = await ask({ ask: 'state' });
      return answer.is === 'state' ? answer.state : [];
    },
    setFault: (slug, name, on) => known({ ask: 'fault', slug, name, on }),
    setDial: (slug, name, value) => known({ ask: 'dial', slug, name, value }),
    close: () => end(child),
  };
}

function ready(child: ChildProcess): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The simulators did not start: ${why}\nHYPHAE_SIMULATE=0 starts the server without them.`));
    };
    const timer = setTimeout(() => fail(`nothing was heard of them for ${START_MS / 1000} s`), START_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`their process ended (${signal ?? code})`));
    child.once('message', (words: FromHost) => {
      if (words.is !== 'ready') {
        fail(words.is === 'failed' ? words.why : words.is);
        return;
      }
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.removeAllListeners('error');
      // Its exit follows, and whoever asked is told then.
      child.on('error', () => undefined);
      resolve(new Map(words.state.map(({ slug, url }) => [slug, url])));
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.ref();
    child.kill('SIGKILL');
  });
}
