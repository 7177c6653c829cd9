import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** MAS as a test sees it, whichever program pretends it. */
export interface MasPeer {
  readonly url: string;
  /** Sockets bring data, several times a second; or nothing but answers to pings. */
  flow(on: boolean): Promise<void>;
  /** Every connection is closed politely: 1000, no reason. */
  closeAll(): Promise<void>;
  /** Nothing listens. What was open is gone without a word. */
  gone(on: boolean): Promise<void>;
  /** Connections are accepted, and nobody answers. */
  frozen(on: boolean): Promise<void>;
  /** A mode of its own, as the simulators' faults are called: `snapshot-500`, `redis-dead`, `data-refused`. */
  mode(name: string, on: boolean): Promise<void>;
  /** How many sockets are open. */
  sockets(): Promise<number>;
  stop(): Promise<void>;
}

/** A word for everybody on a path, made anew each time: times in it are those of now. */
export interface Flow {
  readonly path: string;
  readonly words: () => readonly object[];
}

export interface Requests {
  readonly byPath: Readonly<Record<string, number>>;
  readonly total: number;
  readonly limited: number;
}

const FLOW_MS = 200;
const START_MS = 20_000;

/**
 * Starts MAS as a FastAPI program on a free port of this computer.
 * @param limited false: it answers any number of questions, for tests that ask faster than we do
 */
export async function startRealMas(python: string, flows: readonly Flow[] = [], limited = true): Promise<RealMas> {
  const peer = new RealMas(python, flows, limited);
  await peer.start();
  await peer.flow(true);
  return peer;
}

export class RealMas implements MasPeer {
  readonly #python: string;
  readonly #flows: readonly Flow[];
  readonly #limited: boolean;
  #child: ChildProcessWithoutNullStreams | undefined;
  #url = '';
  #timer: NodeJS.Timeout | undefined;
  #isFrozen = false;
  #isFlowing = false;

  constructor(python: string, flows: readonly Flow[], limited = true) {
    this.#limited = limited;
    this.#python = python;
    this.#flows = flows;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    // After it was gone it comes back where it was.
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
    const child = spawn(
      this.#python,
      [join(import.meta.dirname, 'app.py'), port, ...(this.#limited ? [] : ['--unlimited'])],
      { env },
    );
    this.#child = child;
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4_000);
    });
    const lines = createInterface(child.stdout);
    const late = AbortSignal.timeout(START_MS);
    const [first] = (await Promise.race([once(lines, 'line', { signal: late }), once(child, 'exit')])) as [unknown];
    if (typeof first !== 'string') throw new Error(`MAS did not start:\n${said}`);
    this.#url = first;
  }

  async flow(on: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isFlowing = on;
    if (on) await this.#tell();
  }

  /** Everything at once, and the next time only when this one is over: a busy machine is not made busier. */
  async #tell(): Promise<void> {
    if (this.#child !== undefined && !this.#isFrozen) {
      const words = this.#flows.flatMap(({ path, words: make }) =>
        make().map((word) => ({ path, text: JSON.stringify(word) })),
      );
      // It may be ended or frozen meanwhile: there is a next time.
      await this.#control('push-all', { words }, AbortSignal.timeout(2_000)).catch(() => undefined);
    }
    if (!this.#isFlowing) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), FLOW_MS);
  }

  /** Exactly this text, to everybody on a path. Gives how many that were. */
  async push(path: string, text: string): Promise<number> {
    const { told } = (await this.#control('push', { path, text })) as { told: number };
    return told;
  }

  async closeAll(): Promise<void> {
    await this.#control('close', { code: 1000 });
  }

  async close(path: string, code = 1000): Promise<void> {
    await this.#control('close', { path, code });
  }

  async mode(name: string, on: boolean): Promise<void> {
    await this.#control('mode', { name, on });
  }

  async gone(on: boolean): Promise<void> {
    if (on) await this.#end();
    else await this.start();
  }

  /** The whole process stands still, as its event loop does when it spins; the system goes on accepting for it. */
  frozen(on: boolean): Promise<void> {
    this.#isFrozen = on;
    this.#child?.kill(on ? 'SIGSTOP' : 'SIGCONT');
    return Promise.resolve();
  }

  async connections(): Promise<{
    readonly open: Readonly<Record<string, number>>;
    readonly opened: Readonly<Record<string, number>>;
    /** Event streams that are open. */
    readonly streams: Readonly<Record<string, number>>;
  }> {
    const response = await fetch(`${this.#url}/control/connections`);
    return (await response.json()) as Record<'open' | 'opened' | 'streams', Record<string, number>>;
  }

  async sockets(): Promise<number> {
    const { open } = await this.connections();
    return Object.values(open).reduce((sum, count) => sum + count, 0);
  }

  async requests(): Promise<Requests> {
    const response = await fetch(`${this.#url}/control/requests`);
    return (await response.json()) as Requests;
  }

  /** What clients said, oldest first, at most the last thousand. */
  async heard(path: string): Promise<readonly string[]> {
    const response = await fetch(`${this.#url}/control/heard`);
    const words = (await response.json()) as readonly { readonly path: string; readonly text: string }[];
    return words.filter((word) => word.path === path).map(({ text }) => text);
  }

  async stop(): Promise<void> {
    this.#isFlowing = false;
    clearTimeout(this.#timer);
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#isFrozen = false;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #control(what: string, body: object, signal?: AbortSignal): Promise<unknown> {
    const ask = (): Promise<Response> =>
      fetch(`${this.#url}/control/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
    // A connection that was kept may just have been closed by a server that was ended or does not keep them.
    const response = await ask().catch(ask);
    if (!response.ok) throw new Error(`/control/${what}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
