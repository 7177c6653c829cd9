import { readFileSync } from 'node:fs';
import { makeProxyList } from './access/client-address.ts';
import { ConfigError } from './config-error.ts';
import { type NumberOption, OPTIONS } from './config-options.ts';
import type { GatewayFile } from './gateway/config-schema.ts';
import { readGatewayFile } from './gateway/read-config.ts';
import { checkTilesFile } from './tiles.ts';

export { ConfigError };

export type Limits = { readonly [K in keyof typeof OPTIONS]: number };

/** PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Config extends Limits {
  /** `localhost` binds both loopback addresses. */
  readonly host: string;
  /** The built app. Absent: the server is a relay only. */
  readonly dist: string | undefined;
  readonly logLevel: string;
  /** Default: `open`. Everybody who reaches an open server is its owner, so it listens on this computer only. */
  readonly access?: 'open' | 'required' | undefined;
  /** Needed where access is required; at least {@link SECRET_BYTES} bytes. */
  readonly secret?: string | undefined;
  readonly previousSecret?: string | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly behindProxy?: boolean | undefined;
  /** Addresses and networks (`192.0.2.0/24`). Default: this computer. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How others reach the server, without a slash at its end. */
  readonly publicUrl?: string | undefined;
  readonly tokensFile?: string | undefined;
  readonly redisUrl?: string | undefined;
  /** PEM of who signed its certificate, if the system does not know them. */
  readonly redisCa?: string | undefined;
  readonly redisPrefix?: string | undefined;
  readonly feedsFile?: string | undefined;
  /** A `.pmtiles` file for the map. */
  readonly tilesFile?: string | undefined;
  /** `hyphae.config.json`: where the upstreams are. */
  readonly gateway?: GatewayFile | undefined;
  /** Simulators stand for upstreams that nobody configured. Default: no; `npm start` says yes when none is configured. */
  readonly simulate?: boolean | undefined;
}

export const SECRET_BYTES = 32;

export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, option]) => [name, option.initial]),
) as unknown as Limits;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration. Throws {@link ConfigError} with the name of the option that is wrong, and what would be right.
 * @param args the command line after the script: `--behind-proxy`.
 */
export function readConfig(env: Env, dist: string | undefined, args: readonly string[] = []): Config {
  const limits: Record<string, number> = {};
  for (const [name, option] of Object.entries(OPTIONS)) limits[name] = readNumber(env[option.env], option);
  const config: Config = {
    ...(limits as unknown as Limits),
    host: text(env, 'HYPHAE_HOST') ?? 'localhost',
    dist,
    logLevel: text(env, 'HYPHAE_LOG') ?? 'info',
    behindProxy: flag(env, 'HYPHAE_BEHIND_PROXY') || args.includes('--behind-proxy'),
    trustedProxies: readProxies(env),
    secret: readSecret(env),
    previousSecret: text(env, 'HYPHAE_SECRET_PREVIOUS'),
    tls: readTls(env),
    publicUrl: readUrl(env),
    tokensFile: text(env, 'HYPHAE_TOKENS_FILE'),
    redisUrl: text(env, 'REDIS_URL'),
    redisCa: readOptional(env, 'HYPHAE_REDIS_CA'),
    redisPrefix: text(env, 'HYPHAE_REDIS_PREFIX') ?? 'hyphae',
    feedsFile: text(env, 'HYPHAE_FEEDS'),
    tilesFile: readTiles(env),
    gateway: readGatewayFile(env),
    simulate: text(env, 'HYPHAE_SIMULATE') === undefined ? undefined : flag(env, 'HYPHAE_SIMULATE'),
  };
  if (config.processes > 1 && config.redisUrl === undefined)
    throw new ConfigError(
      `HYPHAE_PROCESSES=${config.processes} needs a Redis, through which they share channels: set REDIS_URL, or leave HYPHAE_PROCESSES out.`,
    );
  const access = text(env, 'HYPHAE_ACCESS');
  if (access !== undefined && access !== 'required')
    throw new ConfigError(`HYPHAE_ACCESS=${access} must be \`required\`, or be left out.`);
  // A proxy lets others in, wherever the server itself listens.
  const isOpen = isLoopback(config.host) && !config.behindProxy && access === undefined;
  if (!isOpen) checkLocks(config);
  return { ...config, access: isOpen ? 'open' : 'required' };
}

/** Nothing listens where others come in without a secret, and without TLS on the way. */
function checkLocks({ host, behindProxy, secret, tls }: Config): void {
  const why = isLoopback(host)
    ? behindProxy
      ? 'A proxy lets others in'
      : 'HYPHAE_ACCESS=required asks for pairing'
    : `HYPHAE_HOST=${host} lets others in`;
  if (secret === undefined)
    throw new ConfigError(
      `${why}: that needs a secret of at least ${SECRET_BYTES} bytes, which signs their sessions.\n` +
        'Make one:   openssl rand -base64 48 > hyphae.secret && chmod 600 hyphae.secret\n' +
        'Start with: HYPHAE_SECRET_FILE=hyphae.secret   (the same on every server)' +
        (isLoopback(host) ? '' : '\nOr leave HYPHAE_HOST out to serve this computer only.'),
    );
  if (!isLoopback(host) && tls === undefined && !behindProxy)
    throw new ConfigError(
      `${why}, and without TLS everybody on that network could read along and take a session over.\n` +
        'With a certificate: HYPHAE_TLS_CERT=cert.pem HYPHAE_TLS_KEY=key.pem\n' +
        'With a proxy in front that does TLS: --behind-proxy (or HYPHAE_BEHIND_PROXY=1)\n' +
        'Or leave HYPHAE_HOST out to serve this computer only.',
    );
}

function readSecret(env: Env): string | undefined {
  const file = text(env, 'HYPHAE_SECRET_FILE');
  const secret = file === undefined ? text(env, 'HYPHAE_SECRET') : readText('HYPHAE_SECRET_FILE', file).trim();
  if (file !== undefined && text(env, 'HYPHAE_SECRET') !== undefined)
    throw new ConfigError('HYPHAE_SECRET and HYPHAE_SECRET_FILE are both given: leave one of them out.');
  for (const [name, value] of [
    [file === undefined ? 'HYPHAE_SECRET' : 'HYPHAE_SECRET_FILE', secret],
    ['HYPHAE_SECRET_PREVIOUS', text(env, 'HYPHAE_SECRET_PREVIOUS')],
  ] as const) {
    // The value itself is never repeated: messages end in logs.
    if (value !== undefined && Buffer.byteLength(value) < SECRET_BYTES)
      throw new ConfigError(
        `${name} has ${Buffer.byteLength(value)} bytes and needs ${SECRET_BYTES} or more: openssl rand -base64 48 makes a good one.`,
      );
  }
  return secret;
}

function readTls(env: Env): TlsFiles | undefined {
  const certFile = text(env, 'HYPHAE_TLS_CERT');
  const keyFile = text(env, 'HYPHAE_TLS_KEY');
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('HYPHAE_TLS_CERT and HYPHAE_TLS_KEY belong together: name both files, or none.');
  readText('HYPHAE_TLS_CERT', certFile);
  readText('HYPHAE_TLS_KEY', keyFile);
  return { certFile, keyFile };
}

function readProxies(env: Env): readonly string[] | undefined {
  const proxies = text(env, 'HYPHAE_TRUSTED_PROXIES')
    ?.split(',')
    .map((one) => one.trim());
  try {
    makeProxyList(proxies);
    return proxies;
  } catch (cause) {
    throw new ConfigError(cause instanceof Error ? cause.message : String(cause));
  }
}

function readUrl(env: Env): string | undefined {
  const url = text(env, 'HYPHAE_URL');
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new ConfigError(`HYPHAE_URL=${url} must be an address such as https://hyphae.example`);
  return url.replace(/\/+$/, '');
}

const readOptional = (env: Env, name: string): string | undefined => {
  const file = text(env, name);
  return file === undefined ? undefined : readText(name, file);
};

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${name}=${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const text = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

function readTiles(env: Env): string | undefined {
  const file = text(env, 'HYPHAE_TILES');
  if (file !== undefined) checkTilesFile(file);
  return file;
}

function flag(env: Env, name: string): boolean {
  const value = text(env, name);
  if (value !== undefined && value !== '1' && value !== '0') throw new ConfigError(`${name}=${value} must be 1 or 0`);
  return value === '1';
}

const MAX_TIMER_MS = 2 ** 31 - 1;

function readNumber(text: string | undefined, { env, unit, initial, most }: NumberOption): number {
  if (text === undefined || text === '') return initial;
  const value = Number(text);
  const [least, limit] =
    env === 'PORT' ? [0, 65_535] : [Math.min(1, initial), most ?? (unit === 'ms' ? MAX_TIMER_MS : 2 ** 40)];
  if (!Number.isInteger(value) || value < least || value > limit)
    throw new ConfigError(`${env}=${text} must be a whole number from ${least} to ${limit}${unit && ` (${unit})`}`);
  return value;
}

/** Whether only this computer can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
