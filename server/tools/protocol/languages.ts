import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the examples in docs/examples are run by. */

const isWindows = process.platform === 'win32';
const MOST_MS = 60_000;

/** Every program of these names, in the order in which a shell would find them. */
function programs(names: readonly string[], folders: readonly string[]): string[] {
  const ending = isWindows ? '.exe' : '';
  const paths = [...(process.env.PATH ?? '').split(delimiter), ...folders];
  return paths.flatMap((folder) => names.map((name) => join(folder, name + ending))).filter((path) => existsSync(path));
}

const works = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: MOST_MS, env: DOTNET_ENV }).status === 0;

/** No word to anybody, no first-run page. */
export const DOTNET_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_GENERATE_ASPNET_CERTIFICATE: 'false',
  DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE: '1',
};

/** A Python that has `websockets`; a computer may have several, and only one of them with it. */
export const findPython = (): string | undefined =>
  [...new Set(programs(['python3', 'python'], ['/usr/bin']))].find((path) => works(path, ['-c', 'import websockets']));

/** A Python that has what MAS is made of. */
export const findFastapi = (): string | undefined =>
  [...new Set(programs(['python3', 'python'], ['/usr/bin']))].find((path) =>
    works(path, ['-c', 'import fastapi, uvicorn, websockets']),
  );

/** The .NET SDK; a runtime alone cannot build. */
export const findDotnet = (): string | undefined =>
  programs(['dotnet'], ['/usr/share/dotnet', '/usr/lib/dotnet', '/usr/local/share/dotnet']).find((path) =>
    works(path, ['--version']),
  );

export const findRedis = (): string | undefined =>
  programs(['redis-server'], ['/usr/bin', '/usr/local/bin']).find((path) => works(path, ['--version']));
