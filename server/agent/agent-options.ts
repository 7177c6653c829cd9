import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AgentError } from './agent-error.ts';

/** How much is told on stderr: what went wrong · what changes · every step. */
export const LOG_LEVELS = ['error', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface AgentOptions {
  /** Where the boards are: `/dev/ttyACM0`, `/dev/serial/by-id/…`, `COM3`. */
  readonly serials: readonly string[];
  /** Undefined: the board family's own (115200). */
  readonly baudRate: number | undefined;
  /** `/live` of the server, as a WebSocket URL. */
  readonly url: string;
  /** Who shares these boards, for other people. */
  readonly name: string;
  readonly token: string | undefined;
  readonly shared: boolean;
  readonly idFile: string;
  readonly log: LogLevel;
}

export const USAGE = `Shares boards on this computer's serial ports through a Hyphae server.

  npm run agent -- --serial /dev/ttyACM0 --to https://hyphae.example

  --serial PATH     a board's port; may be given several times
  --to URL          the Hyphae server
  --name NAME       who shares the boards, for other people (default: the name of this computer)
  --token TOKEN     for a server that wants one; better in the environment, as HYPHAE_TOKEN
  --id-file FILE    remembers who this agent is and its boards; keep it secret
                    (default: ${defaultIdFile('~/.local/state')})
  --baud NUMBER     default: 115200
  --no-share        open the boards, but let nobody see them
  --log LEVEL       ${LOG_LEVELS.join(', ')} (default: info)`;

const ENTRIES = {
  serial: { type: 'string', multiple: true },
  to: { type: 'string' },
  name: { type: 'string' },
  token: { type: 'string' },
  'id-file': { type: 'string' },
  baud: { type: 'string' },
  share: { type: 'boolean', default: true },
  log: { type: 'string', default: 'info' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * @returns undefined when only the usage is wanted.
 * @throws {AgentError} naming the option and what it may be.
 */
export function readAgentOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): AgentOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const serials = values.serial ?? [];
  if (serials.length === 0)
    throw new AgentError('--serial is missing: which port is the board on? (--help tells all options)');
  const twice = serials.find((path, at) => serials.indexOf(path) !== at);
  if (twice !== undefined) throw new AgentError(`--serial ${twice} is given twice.`);
  if (values.to === undefined)
    throw new AgentError('--to is missing: the URL of the Hyphae server. (--help tells all options)');
  const log = LOG_LEVELS.find((level) => level === values.log);
  if (log === undefined) throw new AgentError(`--log ${values.log}: it is one of ${LOG_LEVELS.join(', ')}.`);
  const state = env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return {
    serials,
    baudRate: values.baud === undefined ? undefined : readBaudRate(values.baud),
    url: liveUrl(values.to),
    name: readName(values.name ?? hostname()),
    token: readToken(values.token ?? env.HYPHAE_TOKEN),
    shared: values.share,
    idFile: resolve(values['id-file'] ?? defaultIdFile(state)),
    log,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ENTRIES, allowNegative: true });
  } catch (cause) {
    throw new AgentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function defaultIdFile(stateFolder: string): string {
  return join(stateFolder, 'hyphae', 'agent.json');
}

/** Where `/live` of a server is. */
function liveUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[url?.protocol ?? ''];
  if (url === undefined || scheme === undefined)
    throw new AgentError(`--to ${text}: a server's URL begins with https:// or http://, e.g. https://hyphae.example`);
  const folder = url.pathname.replace(/(\/live)?\/?$/, '');
  return `${scheme}//${url.host}${folder}/live`;
}

function readBaudRate(text: string): number {
  const baudRate = Number(text);
  if (!Number.isInteger(baudRate) || baudRate < 50 || baudRate > 4_000_000)
    throw new AgentError(`--baud ${text}: it is a whole number of bits per second, e.g. 115200.`);
  return baudRate;
}

function readName(text: string): string {
  const name = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '').trim();
  if (name === '' || name.length > 64) throw new AgentError(`--name: it has 1 to 64 characters, not ${name.length}.`);
  return name;
}

function readToken(text: string | undefined): string | undefined {
  const token = text?.trim();
  if (token === undefined || token === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(token)) throw new AgentError('The token has characters that no token has: copy it again.');
  return token;
}
