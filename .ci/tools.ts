import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findDotnet, findFastapi, findPython } from '../server/tools/protocol/languages.ts';

/**
 * What the tests need that npm does not bring. Each is looked for first, installed where that is one command away (Debian as root),
 * and otherwise named loudly with what to do.
 */
interface Tool {
  readonly name: string;
  readonly why: string;
  readonly commands: readonly string[];
  readonly paths: readonly string[];
  /** Debian packages; absent: Debian has none. */
  readonly apt?: string;
  /** Where else to get it. */
  readonly elsewhere?: string;
  /** Looks closer than for a program of that name. */
  readonly probe?: () => string | undefined;
  /** A last resort that works without an administrator. */
  readonly fallback?: () => string | undefined;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'Chromium',
    why: 'the stories in e2e/ run in a real browser',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    paths: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ],
    apt: 'chromium',
    fallback: downloadChromium,
  },
  {
    name: 'a C compiler',
    why: 'the shim that shows a pseudo terminal to Chromium as a USB port is compiled on the spot',
    commands: ['cc', 'gcc', 'clang'],
    paths: [],
    apt: 'gcc',
  },
  {
    name: 'Redis',
    why: 'the bus tests of the relay talk to a real one',
    commands: ['redis-server', 'valkey-server'],
    paths: [],
    apt: 'redis-server',
  },
  {
    name: 'Python with websockets',
    why: 'the example client in docs/examples/python is tested against a real server',
    commands: [],
    paths: [],
    apt: 'python3 python3-websockets',
    probe: findPython,
  },
  {
    name: 'Python with FastAPI',
    why: 'the adapters of MAS are tested against sockets and lists of a real FastAPI program on uvicorn',
    commands: [],
    paths: [],
    apt: 'python3 python3-fastapi python3-uvicorn python3-websockets',
    probe: findFastapi,
  },
  {
    name: 'the .NET SDK',
    why: 'the example client in docs/examples/csharp and the real SignalR hub in e2e/peers/natureos are compiled with it',
    commands: [],
    paths: [],
    elsewhere: 'https://dotnet.microsoft.com/download',
    probe: findDotnet,
  },
];

export interface FoundTools {
  readonly chromium: string | undefined;
  readonly missing: readonly string[];
}

/** Finds or installs everything. Never throws: what is missing is printed and returned. */
export function provideTools(): FoundTools {
  const wanted = TOOLS.filter((tool) => find(tool) === undefined);
  const packages = wanted.flatMap(({ apt }) => apt?.split(' ') ?? []);
  if (packages.length > 0 && isDebianRoot()) aptInstall(packages);
  const missing: string[] = [];
  for (const tool of wanted) {
    if (find(tool) !== undefined || tool.fallback?.() !== undefined) continue;
    missing.push(tool.name);
    console.error(`\n!! ${tool.name} is missing: ${tool.why}.`);
    console.error(
      tool.apt === undefined
        ? `   Its tests are skipped. Install it (${tool.elsewhere}) and run this again.`
        : `   Debian or Ubuntu: sudo apt-get install ${tool.apt}. Elsewhere: install it with your package manager and run this again.`,
    );
  }
  const [browser] = TOOLS;
  return { chromium: process.env.CHROMIUM ?? (browser && (find(browser) ?? browser.fallback?.())), missing };
}

function find(tool: Tool): string | undefined {
  if (tool.probe) return tool.probe();
  const folders = (process.env.PATH ?? '').split(delimiter);
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  const inPath = tool.commands.flatMap((command) =>
    folders.flatMap((folder) => endings.map((end) => join(folder, command + end))),
  );
  return [...inPath, ...tool.paths].find((path) => existsSync(path));
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

function aptInstall(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(', ')} (Debian packages) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) {
      console.error(`apt-get ${args[0]} failed:\n${stderr.trim()}`);
      return;
    }
  }
}

/** Playwright keeps its own browsers; this asks it for one and says where it is. */
function downloadChromium(): string | undefined {
  const cli = join('node_modules', 'playwright-core', 'cli.js');
  const executable = () => {
    const print = 'import("playwright-core").then((p) => console.log(p.chromium.executablePath()))';
    const path = spawnSync(process.execPath, ['-e', print], { encoding: 'utf8' }).stdout.trim();
    return path !== '' && existsSync(path) ? path : undefined;
  };
  const found = executable();
  if (found !== undefined) return found;
  console.log('No Chrome or Chromium found; asking Playwright to download one …');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' });
  return executable();
}

/** True where Chromium's real Web Serial can be given a pseudo terminal. */
export function canShimSerial(missing: readonly string[]): boolean {
  if (process.platform !== 'linux' || missing.includes('a C compiler')) return false;
  return existsSync('/proc/tty/drivers') && /\sserial$/m.test(readFileSync('/proc/tty/drivers', 'utf8'));
}
