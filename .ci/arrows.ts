// The arrows that tsconfig references cannot say: inside one ring, which folder may import which. Prints each wrong arrow.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** folder → what it may import, besides itself. The first matching key wins, so the more special come first. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/contract': [],
  'src/lib': [],
  'src/decode': ['src/contract', 'src/lib'],
  'src/boards': ['src/contract', 'src/decode', 'src/lib'],
  'src/upstreams': ['src/contract', 'src/decode', 'src/lib'],
  'src/serial': ['src/contract', 'src/lib', 'src/boards'],
  'src/storage': ['src/contract', 'src/lib'],
  'src/link': ['src/contract', 'src/lib', 'src/storage', 'src/serial', 'src/boards'],
  'src/i18n': ['src/contract', 'src/lib'],
  'src/styles': [],
  'src/components': ['src/contract', 'src/lib', 'src/i18n', 'src/boards', 'src/styles'],
  'src/views': [
    'src/contract',
    'src/lib',
    'src/decode',
    'src/i18n',
    'src/boards',
    'src/upstreams',
    'src/components',
    'src/link',
    'src/storage',
    'src/styles',
  ],
  'src/app': [
    'src/contract',
    'src/lib',
    'src/i18n',
    'src/boards',
    'src/upstreams',
    'src/components',
    'src/link',
    'src/storage',
    'src/views',
    'src/styles',
  ],
  'src/main.tsx': ['src/app', 'src/link', 'src/styles'],
  'workers/serial': ['src/contract', 'src/lib', 'src/decode', 'src/boards', 'src/storage', 'src/serial'],
  workers: ['src/contract', 'src/lib', 'src/decode', 'src/boards', 'src/upstreams', 'src/storage'],
  'server/agent': [
    'src/contract',
    'src/lib',
    'src/decode',
    'src/boards',
    'src/upstreams',
    'src/serial',
    'src/storage',
    'workers/hub',
    'workers/upstreams',
    'workers/serial',
  ],
  server: ['src/contract', 'src/lib', 'src/decode', 'src/boards', 'src/upstreams'],
  e2e: [
    'src/contract',
    'src/lib',
    'src/decode',
    'src/boards',
    'src/upstreams',
    'server',
    'src/link/link.ts',
    'src/app/diagnostics.ts',
    'src/i18n',
    '.ci',
  ],
};

const inside = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}/`) || (place === 'workers/serial' && path === 'workers/serial.worker.ts');
const ruleOf = (path: string): string | undefined => Object.keys(ALLOWED).find((place) => inside(path, place));
/** `src/views/boards` for a file in it: one view never imports another. */
const viewOf = (path: string): string | undefined => /^src\/views\/[^/]+\//.exec(path)?.[0];

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;
const files = globSync('{src,workers,server,e2e}/**/*.{ts,tsx}').map((file) => file.split(sep).join('/'));
const wrong: string[] = [];
for (const file of files) {
  const proof = /\.test\.tsx?$|\/test-[a-z-]+\.ts$|\/bench\//.test(file);
  const rule = ruleOf(file);
  if (rule === undefined) {
    wrong.push(`${file}: no rule says who may run it; add its folder to .ci/arrows.ts`);
    continue;
  }
  for (const [, relative] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    // The address of a worker's file: nothing of it is run here.
    if (relative?.endsWith('?worker&url')) continue;
    const target = normalize(join(dirname(file), relative ?? ''))
      .split(sep)
      .join('/');
    const allowed = inside(target, rule) || (ALLOWED[rule] ?? []).some((place) => inside(target, place));
    const crossView = viewOf(file) !== undefined && viewOf(target) !== undefined && viewOf(file) !== viewOf(target);
    // Tests and benches may look anywhere but from below upwards into another thread's shell.
    if (proof ? false : !allowed || crossView) wrong.push(`${file} → ${target}`);
  }
}
if (wrong.length > 0) {
  console.error(
    `Arrows that point the wrong way (docs/architecture.md):\n${wrong.map((line) => `  ${line}`).join('\n')}`,
  );
  process.exit(1);
}
console.log(`${files.length} files, every arrow points down.`);
