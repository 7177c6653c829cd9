import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, 'native');
const BUILT = join(import.meta.dirname, '..', '..', '.cache', 'native');

/** The library that shows pseudo terminals to Chromium as USB serial ports (`native/fakeudev.c`). Compiled when it is older. */
export const buildFakeUdev = (): string => build('fakeudev.c', 'fakeudev.so', ['-shared', '-fPIC'], ['-ldl']);

/** The program that is one USB cable (`native/cable.c`). */
export const buildCable = (): string => build('cable.c', 'cable', [], []);

function build(source: string, result: string, flags: readonly string[], libraries: readonly string[]): string {
  const from = join(SOURCES, source);
  const to = join(BUILT, result);
  if (existsSync(to) && statSync(to).mtimeMs > statSync(from).mtimeMs) return to;
  mkdirSync(BUILT, { recursive: true });
  // By another name first: a second test process may be starting the old one at this moment.
  const fresh = `${to}.${process.pid}`;
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', ...flags, '-o', fresh, from, ...libraries], { stdio: 'inherit' });
  renameSync(fresh, to);
  return to;
}
