import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AUTHORIZATION } from '../access.ts';
import { LOAD_CORE, pinned } from '../process.ts';

/** Runs a client of this folder on the generator's core; `onLine` gets each line of JSON it prints. Throws when it fails. */
export async function runClient(
  file: string,
  args: readonly (string | number)[],
  onLine: (line: unknown) => void,
): Promise<void> {
  const [command, ...rest] = pinned(LOAD_CORE, [
    process.execPath,
    join(import.meta.dirname, file),
    ...args.map(String),
  ]);
  const env = { ...process.env, AUTHORIZATION };
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], env });
  createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${file} ended with ${code}; what it said is above`);
}
