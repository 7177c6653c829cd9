import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { checkVector } from './mycobrain-checks.ts';
import { type MycobrainVector, nameOf, readStream, readVector } from './mycobrain-vector.ts';
import type { Failure, FileReport, VectorRunner } from './runner.ts';

/** Board vectors: `*.json` arrays of vectors, and `stream_*.json` beside its `.bin`. */
export const mycobrainRunner: VectorRunner = {
  recognises: (folder) =>
    jsonFiles(folder).some(
      (file) => file.startsWith('stream_') || readFileSync(join(folder, file), 'utf8').includes('"bytes_hex"'),
    ),
  *run(folder) {
    for (const file of jsonFiles(folder)) yield checkFile(folder, file);
  },
};

const jsonFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();

function checkFile(folder: string, file: string): FileReport {
  let passed = 0;
  const failures: Failure[] = [];
  const check = (name: string, read: () => MycobrainVector) => {
    const reason = reasonOf(() => checkVector(read()));
    if (reason === undefined) passed++;
    else failures.push({ name, reason });
  };
  let content: unknown;
  const unreadable = reasonOf(() => {
    content = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return undefined;
  });
  if (unreadable !== undefined) return { file, passed, failures: [{ name: '(file)', reason: unreadable }] };
  if (Array.isArray(content)) {
    for (const value of content) check(nameOf(value), () => readVector(value));
  } else {
    check(nameOf(content), () => {
      if (!isJsonObject(content)) throw new RangeError('neither an array of vectors nor a stream');
      return readStream(content, readStreamBytes(folder, file, content.bin));
    });
  }
  return { file, passed, failures };
}

/** The bytes are in the file the description names, by name only: always in the same folder. */
function readStreamBytes(folder: string, file: string, bin: unknown): Uint8Array<ArrayBuffer> {
  const name = typeof bin === 'string' ? basename(bin) : file.replace(/\.json$/, '.bin');
  const path = join(folder, name);
  if (!existsSync(path)) throw new RangeError(`not a stream: there is no ${name} beside it`);
  return new Uint8Array(readFileSync(path));
}

/** What went wrong, in words: a broken vector file is a failure to report, not a reason to stop. */
function reasonOf(act: () => string | undefined): string | undefined {
  try {
    return act();
  } catch (cause) {
    return `cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
