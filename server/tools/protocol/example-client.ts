import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DOTNET_ENV } from './languages.ts';

const EXAMPLES = join(import.meta.dirname, '../../../docs/examples');
/** Where docs/examples/csharp/Directory.Build.props puts it. */
const CACHE = join(import.meta.dirname, '../../../.cache/csharp-example');

/** How one of the examples is started. */
export interface Language {
  readonly program: string;
  readonly args: readonly string[];
}

export const pythonClient = (program: string): Language => ({
  program,
  args: [join(EXAMPLES, 'python/hyphae_client.py')],
});

/** Compiles the C# example into `.cache/`, unless that was done before. Throws with the compiler's words. */
export function buildCsharp(dotnet: string): Language {
  const folder = join(EXAMPLES, 'csharp');
  const stamp = join(CACHE, 'built.json');
  const sources = readdirSync(folder).sort();
  const hash = createHash('sha256').update(dotnet);
  for (const file of sources) hash.update(file).update(readFileSync(join(folder, file)));
  const digest = hash.digest('hex');
  const before: Built | undefined = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : undefined;
  if (before?.digest === digest && existsSync(before.path)) return { program: dotnet, args: [before.path] };
  // No server of the compiler is left behind.
  const how = ['-c', 'Release', '-t:Restore;Build', '-nodeReuse:false', '-p:UseSharedCompilation=false', '-nologo'];
  const built = spawnSync(dotnet, ['build', folder, ...how, '-v:quiet'], { encoding: 'utf8', env: DOTNET_ENV });
  const path = join(CACHE, 'bin/Release/HyphaeClient.dll');
  if (built.status !== 0) throw new Error(`dotnet build failed:\n${built.stdout}${built.stderr}`);
  writeFileSync(stamp, JSON.stringify({ digest, path } satisfies Built));
  return { program: dotnet, args: [path] };
}

interface Built {
  /** Of the sources and the compiler's place. */
  readonly digest: string;
  readonly path: string;
}

/** A line that an example printed. */
export type Line = Readonly<Record<string, unknown>>;

/** One of the examples, running. */
export class ExampleClient {
  readonly lines: Line[] = [];
  /** What it said on standard error. */
  readonly notes: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #wake: () => void = () => undefined;

  constructor({ program, args }: Language, words: readonly string[]) {
    this.#child = spawn(program, [...args, ...words], { env: DOTNET_ENV });
    this.#ended = once(this.#child, 'close').then(([code]) => code as number | null);
    void this.#ended.finally(() => this.#wake());
    createInterface(this.#child.stdout).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.#wake();
    });
    createInterface(this.#child.stderr).on('line', (text) => {
      this.notes.push(text);
      this.#wake();
    });
    this.#child.stdin.on('error', () => undefined);
  }

  /** How often it was let in. */
  get connects(): number {
    return this.notes.filter((text) => text.startsWith('connected')).length;
  }

  /** Resolves when `is` holds; rejects when the client ends before. */
  async until(is: (client: this) => boolean): Promise<void> {
    while (!is(this)) {
      if (this.#child.exitCode !== null)
        throw new Error(`it ended (${this.#child.exitCode}): ${this.notes.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Nothing more comes on its standard input. */
  end(): void {
    this.#child.stdin.end();
  }

  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
