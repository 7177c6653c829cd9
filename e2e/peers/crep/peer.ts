import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START_MS = 20_000;

/** The website behind the map as a FastAPI program on a free port of this computer. */
export class RealCrep {
  readonly #python: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #url = '';

  static async start(python: string): Promise<RealCrep> {
    const peer = new RealCrep(python);
    await peer.gone(false);
    return peer;
  }

  private constructor(python: string) {
    this.#python = python;
  }

  get url(): string {
    return this.#url;
  }

  /** Nothing listens; after that it is where it was. */
  async gone(on: boolean): Promise<void> {
    if (on) {
      const child = this.#child;
      this.#child = undefined;
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      return;
    }
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
    const child = spawn(this.#python, [join(import.meta.dirname, 'app.py'), port], { env });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4_000);
    });
    const first = once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(START_MS) });
    const [line] = (await Promise.race([first, once(child, 'exit')])) as [unknown];
    if (typeof line !== 'string') throw new Error(`The website did not start:\n${said}`);
    this.#url = line;
  }

  stop(): Promise<void> {
    return this.gone(true);
  }
}
