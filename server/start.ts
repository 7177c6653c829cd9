import { spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { firstInvitation, serverUrl } from './access/invitation.ts';
import { readConfig } from './config.ts';
import { startServer } from './hyphae-server.ts';
import { explainStartError } from './start-errors.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** `npm start`: builds the app if that is needed, serves it, and says what to do next. */
const root = join(import.meta.dirname, '..');
const dist = process.env.HYPHAE_DIST ?? join(root, 'dist');
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** What the app is made of. Tests do not count. */
function newestSourceMs(): number {
  const files = globSync(['{src,workers,public}/**/*', 'index.html', 'vite.config.ts', 'package.json'], { cwd: root });
  const times = files.filter((file) => !/\.test\.tsx?$/.test(file)).map((file) => statSync(join(root, file)));
  return Math.max(...times.filter((stat) => stat.isFile()).map((stat) => stat.mtimeMs));
}

function needsBuild(): string | undefined {
  const page = join(dist, 'index.html');
  if (!existsSync(page)) return 'The app is not built yet';
  return newestSourceMs() > statSync(page).mtimeMs ? 'The sources are newer than the built app' : undefined;
}

/** Runs Vite on this very Node; its output is shown only if it fails. */
async function build(): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'], {
    cwd: root,
    env: { ...process.env, HYPHAE_DIST: dist },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The build failed:\n\n${output}`);
}

/** Invented data must be known to be invented before anybody looks at it. */
const simulationLine = (simulated: readonly string[], url: string): string =>
  simulated.length === 0
    ? ''
    : `  Simulators stand for ${simulated.join(', ')}: switches at ${url}/simulators, off with HYPHAE_SIMULATE=0.\n`;

async function main(): Promise<void> {
  const config = readConfig(process.env, dist, process.argv.slice(2));
  const why = needsBuild();
  if (why !== undefined) {
    say(`${why}: building it, this takes some seconds …`);
    const startedAt = performance.now();
    await build();
    say(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  }
  const simulate = config.simulate ?? Object.keys(config.gateway?.upstreams ?? {}).length === 0;
  const server = await startServer({ ...config, simulate, logLevel: process.env.HYPHAE_LOG ?? 'warn' });
  stopOnSignal(server);
  say(`
Hyphae is running:   ${serverUrl(config, server.port)}

  Open that address in Chrome or Edge: they can talk to boards (Web Serial).
  A simulated board moves at once, and every value of it is labelled SIMULATED.
  Plug in a MycoBrain board and press "Plug in a board".
${simulationLine(server.simulated, serverUrl(config, server.port))}  To watch it elsewhere, share it; other browsers on this address then see it.

  Stop with Ctrl-C. Another port: PORT=${server.port + 1} npm start`);
  const invitation = await firstInvitation(server.access, server.port, process.stdout.isTTY);
  if (invitation !== undefined) say(invitation);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(`${explainStartError(error, process.env.PORT ?? '7420')}\n`);
  // What was opened before it failed must not keep a server alive that serves nobody.
  process.exit(1);
}
