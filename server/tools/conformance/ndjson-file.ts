import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure, FileReport, VectorRunner } from './runner.ts';

/** One vector: a line of an `.ndjson` file. */
export type VectorLine = Readonly<Record<string, unknown>> & { readonly id: string };

/** Checks one line; gives the first difference in words, or undefined when it is as expected. May throw: that is a failure. */
export type CheckLine = (line: VectorLine) => string | undefined;

/** A runner over `.ndjson` files. `begin` is called for each file: state carries over from line to line of one file. */
export function ndjsonRunner(
  recognises: (firstLine: VectorLine, file: string) => boolean,
  begin: (file: string) => CheckLine,
): VectorRunner {
  return {
    recognises: (folder) =>
      ndjsonFiles(folder).some((file) => {
        try {
          const [first] = linesOf(join(folder, file));
          return first !== undefined && recognises(JSON.parse(first) as VectorLine, file);
        } catch {
          return false;
        }
      }),
    *run(folder) {
      for (const file of ndjsonFiles(folder)) yield checkFile(join(folder, file), file, begin(file));
    },
  };
}

const ndjsonFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ndjson'))
    .sort();

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

function checkFile(path: string, file: string, check: CheckLine): FileReport {
  let passed = 0;
  const failures: Failure[] = [];
  linesOf(path).forEach((text, index) => {
    let name = `line ${index + 1}`;
    try {
      const line = JSON.parse(text) as VectorLine;
      name = line.id;
      const reason = check(line);
      if (reason === undefined) passed += 1;
      else failures.push({ name, reason });
    } catch (cause) {
      failures.push({ name, reason: `cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}` });
    }
  });
  return { file, passed, failures };
}
