import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BenchRow } from '../../../.ci/bench-row.ts';

const DIST = process.env.HYPHAE_DIST ?? 'dist';
const kib = (bytes: number): number => Math.round((bytes / 1024) * 10) / 10;
const gzKib = (files: readonly string[]): number =>
  kib(files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0));
const rawKib = (files: readonly string[]): number =>
  kib(files.reduce((sum, file) => sum + readFileSync(file).length, 0));

/** The scripts that the page asks for before anything is on screen, and what those import at once. */
function firstScreen(): string[] {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(join(DIST, path), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) visit(`assets/${name}`);
  };
  wanted.forEach(visit);
  // The first view is lazy like the others, yet always needed.
  for (const view of globSync(join(DIST, 'assets/boards-view*.js'))) visit(`assets/${basename(view)}`);
  return [...seen].map((path) => join(DIST, path));
}

/** Sizes of what a browser downloads, gzip; the baseline is the same file unpacked. */
export async function bench(): Promise<readonly BenchRow[]> {
  const row = (name: string, files: readonly string[], budget?: number): BenchRow => ({
    name,
    value: gzKib(files),
    unit: 'KiB gz',
    baseline: rawKib(files),
    baselineName: 'KiB unpacked',
    budget,
    higherIsBetter: false,
  });
  const asset = (pattern: string): string[] => globSync(join(DIST, 'assets', pattern));
  const first = firstScreen();
  const lazy = asset('*-view*.js').filter((file) => !first.includes(file));
  return [
    row('first screen, all scripts', first, 60),
    row('hub (SharedWorker)', asset('hub.shared*.js'), 35),
    row('serial worker', asset('serial.worker*.js')),
    ...lazy.map((file) => row(`view ${basename(file).split('-view')[0]}`, [file])),
    row('all styles', asset('*.css')),
  ];
}
