import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What one step of a check found. Steps that do not count tests count as one. */
export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Its output is printed when it has ended: something else runs beside it. */
  readonly beside?: boolean;
}

/** Runs a command with this terminal's output; true when it ended well. */
export function run(
  name: string,
  command: string,
  args: readonly string[],
  { env = {}, beside = false }: RunOptions = {},
): Promise<boolean> {
  const say = beside ? 'pipe' : 'inherit';
  console.log(`\n── ${name}${beside ? ' (beside the next, printed when it has ended)' : ''}`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', say, say], env: { ...process.env, ...env } });
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (cause) => {
      console.error(`${name}: could not start ${command}: ${cause.message}`);
      resolve(false);
    });
    child.on('close', (code) => {
      if (beside) console.log(`\n── ${name}\n${Buffer.concat(output).toString()}`);
      resolve(code === 0);
    });
  });
}

/** A step that is right or wrong as a whole. */
export async function step(name: string, command: string, args: readonly string[]): Promise<StepResult> {
  const started = Date.now();
  const ok = await run(name, command, args);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, seconds: (Date.now() - started) / 1000 };
}

/** A vitest project; its own count is read from its JSON report, so that a run that dies half-way counts as failed. */
export async function tests(project: string, options: RunOptions = {}): Promise<StepResult> {
  mkdirSync('.cache', { recursive: true });
  const report = join('.cache', `report-${project}.json`);
  rmSync(report, { force: true });
  const started = Date.now();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await run(`${project} tests`, 'vitest', ['run', '--project', project, ...reporters], options);
  const seconds = (Date.now() - started) / 1000;
  if (!existsSync(report)) return { name: project, passed: 0, failed: 1, skipped: 0, seconds };
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  const failed = counts.numFailedTests ?? 0;
  return {
    name: project,
    passed: counts.numPassedTests ?? 0,
    // A file that does not load has no failed test, yet the run failed.
    failed: ok ? failed : Math.max(1, failed),
    skipped: (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0),
    seconds,
  };
}

/** Prints what each step found and, last, the line that sums them up. Ends the process: 0 only when nothing failed. */
export function conclude(results: readonly StepResult[], options: { readonly skippingForbidden: boolean }): never {
  console.log('');
  for (const { name, passed, failed, skipped, seconds } of results) {
    console.log(
      `${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(0)} s`,
    );
  }
  const sum = (of: (result: StepResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const skipped = sum((result) => result.skipped);
  const forbidden = options.skippingForbidden && skipped > 0 ? skipped : 0;
  if (forbidden > 0) console.log(`${skipped} tests were skipped, which is not allowed here: they count as failed.`);
  const failed = sum((result) => result.failed) + forbidden;
  const rest = skipped - forbidden;
  console.log(`\n${sum((result) => result.passed)} passed, ${failed} failed${rest > 0 ? `, ${rest} skipped` : ''}`);
  process.exit(failed > 0 ? 1 : 0);
}
