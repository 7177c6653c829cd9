import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type {} from '../../src/app/diagnostics.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NEWER = join(ROOT, '.cache', 'newer-build');

/** The app under test. */
export const BUILT = resolve(ROOT, process.env.HYPHAE_DIST ?? 'dist');

/** What {@link newerBuild} calls itself. Builds are named by their time and compared as text. */
export const NEWER_NAME = '9999-12-31T23:59:59.000Z';

/** The folder of the same app built again under a later name. Built when it is older than the app under test. */
export async function newerBuild(): Promise<string> {
  if (builtAt(NEWER) > builtAt(BUILT)) return NEWER;
  const build = spawn('vite', ['build', '--logLevel', 'error'], {
    cwd: ROOT,
    env: { ...process.env, HYPHAE_BUILD: NEWER_NAME, HYPHAE_DIST: NEWER, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error(`vite build ended with ${code}`);
  return NEWER;
}

const builtAt = (folder: string): number => {
  const page = join(folder, 'index.html');
  return existsSync(page) ? statSync(page).mtimeMs : 0;
};

/** The name of the build a page runs. */
export async function buildOf(page: Page): Promise<string | undefined> {
  await page.waitForFunction(() => 'hyphae' in globalThis);
  return page.evaluate(() => window.hyphae?.build);
}
