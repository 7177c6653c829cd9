import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { ConfigError } from '../config.ts';
import { type SessionRecord, sessionSchema, type TokenRecord, tokenSchema } from './records.ts';

const fileSchema = v.object({ sessions: v.array(sessionSchema), tokens: v.array(tokenSchema) });

export interface AccessFile {
  readonly sessions: readonly SessionRecord[];
  readonly tokens: readonly TokenRecord[];
}

/** What was kept of who may come in. Throws {@link ConfigError} for a file that is not ours: overwriting it would let nobody in. */
export function readAccessFile(path: string): AccessFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { sessions: [], tokens: [] };
    throw new ConfigError(`HYPHAE_TOKENS_FILE=${path} cannot be read: ${String(cause)}`);
  }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (!read.success)
    throw new ConfigError(
      `HYPHAE_TOKENS_FILE=${path} is not a file of paired devices and tokens (${read.issues[0].message}). ` +
        'Name another file, or move this one away; everybody must then be paired again.',
    );
  return read.output;
}

/** Whole or not at all, readable by this user only. Throws what the system says. */
export function writeAccessFile(path: string, file: AccessFile): void {
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(file)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

/** That somebody was seen may wait so long; what was granted or taken away does not ({@link FileKeeper.flush}). */
const WRITE_AFTER_MS = 1_000;

/** Keeps a file in step with what is known. A disk that is full or gone is counted and told, and tried again at the next change. */
export class FileKeeper {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #read: () => AccessFile;
  #cancel: (() => void) | undefined;
  failures = 0;
  /** Why the last attempt failed; undefined: it did not. */
  failure: string | undefined;

  constructor(path: string, clock: Clock, read: () => AccessFile) {
    this.#path = path;
    this.#clock = clock;
    this.#read = read;
  }

  /** Something changed. */
  soon(): void {
    this.#cancel ??= this.#clock.schedule(WRITE_AFTER_MS, () => this.flush());
  }

  /** Writes now if anything changed. */
  flush(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    try {
      writeAccessFile(this.#path, this.#read());
      this.failure = undefined;
    } catch (cause) {
      this.failures++;
      this.failure = cause instanceof Error ? cause.message : String(cause);
    }
  }
}
