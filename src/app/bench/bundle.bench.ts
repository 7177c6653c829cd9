import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BenchRow } from '../../../.ci/bench-row.ts';

const DIST = process.env.HYPHAE_DIST ?? 'dist';
const kib = (bytes: number): number => Math.round((bytes / 1024) * 10) / 10;
const gzKib = (files: readonly string[]): number =>
  kib(files.reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length, 0));
const rawKib = (files: readonly string[]): number =>
  kib(files.reduce((sum, file) => sum + readFileSync(join(DIST, file)).length, 0));

/** KiB gz of each view's own scripts beyond the first screen: about a fifth more than it has today. */
const VIEW_BUDGETS: Readonly<Record<string, number>> = {
  connections: 25,
  console: 8,
  devices: 22,
  home: 45,
  map: 45,
  pair: 4,
  scientific: 46,
  settings: 9,
  telemetry: 35,
  topology: 42,
  voice: 30,
};

const STATIC = /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g;
const DYNAMIC = /import\(\s*["'`]\.\/([^"'`]+\.js)["'`]\)/g;

/** These scripts, and those they import: at once, or also later; those in `there` are there already. */
function closure(
  paths: readonly string[],
  kinds: readonly RegExp[],
  there: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || there.has(path)) return;
    seen.add(path);
    const text = readFileSync(join(DIST, path), 'utf8');
    for (const kind of kinds) for (const [, name] of text.matchAll(kind)) visit(`assets/${name}`);
  };
  paths.forEach(visit);
  return seen;
}

const asset = (pattern: string): string[] =>
  globSync(join(DIST, 'assets', pattern)).map((file) => `assets/${basename(file)}`);

/** The scripts that the page asks for before anything is on screen, and what those import at once. */
function firstScreen(): ReadonlySet<string> {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  // The first view is lazy like the others, yet always needed.
  return closure([...wanted, ...asset('boards-view*.js')], [STATIC]);
}

/** Of each view but the first: what it loads beyond the first screen. */
function views(first: ReadonlySet<string>, kinds: readonly RegExp[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Set(asset('*-view*.js').map((path) => basename(path).split('-view')[0] ?? ''));
  names.delete('boards');
  return new Map([...names].sort().map((name) => [name, closure(asset(`${name}-view*.js`), kinds, first)]));
}

/** Sizes of what a browser downloads, gzip; the baseline is the same file unpacked. */
export async function bench(): Promise<readonly BenchRow[]> {
  const row = (name: string, files: Iterable<string>, budget?: number): BenchRow => ({
    name,
    value: gzKib([...files]),
    unit: 'KiB gz',
    baseline: rawKib([...files]),
    baselineName: 'KiB unpacked',
    budget,
    higherIsBetter: false,
  });
  const first = firstScreen();
  return [
    row('first screen, all scripts', first, 60),
    row('hub (SharedWorker)', asset('hub.shared*.js'), 35),
    row('serial worker', asset('serial.worker*.js')),
    // A view without a budget has none that it could meet: its line is to be added.
    ...[...views(first, [STATIC])].map(([name, files]) => row(`view ${name}`, files, VIEW_BUDGETS[name] ?? 0)),
    ...[...views(first, [STATIC, DYNAMIC])].map(([name, files]) =>
      row(`view ${name}, with all that it may load`, files),
    ),
    row('all styles', asset('*.css')),
  ];
}
