// npm run bench [-- [--only] FILTER] [-- --json FILE]: runs every bench/*.bench.ts and prints one table, each row beside a baseline
// measured in the same run and the budget we promised. Never part of a test: a busy machine must not turn a build red.
import { globSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BenchRow, type BenchSuite, BrokenBench, isMet, ratioOf } from './bench-row.ts';
import { run } from './steps.ts';

const args = process.argv.slice(2);
const jsonFile = takeOption('--json');
const filter = takeOption('--only') ?? args[0] ?? '';

const files = globSync('{src,workers,server,e2e}/**/bench/*.bench.ts')
  .filter((file) => file.includes(filter))
  .sort();
if (files.length === 0) {
  console.error(`No bench suite matches "${filter}".`);
  process.exit(2);
}

const suites: { readonly file: string; readonly suite: BenchSuite }[] = [];
const rows: BenchRow[] = [];
let broken = 0;
for (const file of files) {
  try {
    suites.push({ file, suite: await import(pathToFileURL(file).href) });
  } catch (cause) {
    broken += 1;
    console.error(`${file} broke:`, cause);
  }
}
const needsBuild = !process.env.HYPHAE_DIST && suites.some(({ suite }) => suite.needsApp !== false);
if (needsBuild && !(await run('build', 'vite', ['build', '--logLevel', 'warn']))) process.exit(1);

for (const { file, suite } of suites) {
  console.log(`\n${file}`);
  try {
    show(await suite.bench());
  } catch (cause) {
    broken += 1;
    if (cause instanceof BrokenBench) show(cause.rows);
    console.error(`${file} broke:`, cause instanceof BrokenBench ? cause.message : cause);
  }
}
if (jsonFile) {
  const out = rows.map((row) => ({
    name: row.name,
    value: row.value,
    unit: row.unit,
    baseline: row.baseline ?? null,
    ratio: ratioOf(row) ?? null,
    budget: row.budget ?? null,
    met: isMet(row) ?? null,
  }));
  writeFileSync(jsonFile, `${JSON.stringify(out, null, 2)}\n`);
}
process.exit(broken > 0 ? 1 : 0);

function show(some: readonly BenchRow[]): void {
  rows.push(...some);
  const number = (value: number | undefined): string =>
    value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: 4 });
  const word = (met: boolean | undefined): string => (met === undefined ? '' : met ? 'met' : 'MISSED');
  const table = some.map((row) => ({
    name: row.name,
    value: number(row.value),
    unit: row.unit,
    baseline: row.baseline === undefined ? '' : `${number(row.baseline)} (${row.baselineName ?? 'baseline'})`,
    ratio: number(ratioOf(row)),
    budget: row.budget === undefined ? '' : `${row.higherIsBetter ? '≥' : '≤'} ${number(row.budget)}`,
    met: word(isMet(row)),
  }));
  console.table(Object.fromEntries(table.map(({ name, ...rest }) => [name, rest])));
}

/** Takes `--name VALUE` out of the arguments. */
function takeOption(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}
