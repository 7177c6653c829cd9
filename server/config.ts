/**
 * Every option of the server: one line each with its default, unit, environment name and meaning. A limit that is reached is
 * refused by name (`limit-reached`, or a close code of `contract/from-relay.ts`), never silently.
 */
const OPTIONS = {
  port: { initial: 7420, unit: '', env: 'PORT', about: 'TCP port; 0 takes a free one' },
  helloMs: { initial: 5_000, unit: 'ms', env: 'HYPHAE_HELLO_MS', about: 'from the upgrade to the first message' },
  pingMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_PING_MS',
    about: 'between liveness checks; two unanswered end it',
  },
  maxConnections: { initial: 5_000, unit: 'connections', env: 'HYPHAE_MAX_CONNECTIONS', about: 'open at once' },
  maxMessageBytes: { initial: 1_048_576, unit: 'bytes', env: 'HYPHAE_MAX_MESSAGE_BYTES', about: 'one message' },
  maxSubscriptions: { initial: 64, unit: 'channels', env: 'HYPHAE_MAX_SUBSCRIPTIONS', about: 'per connection' },
  maxBoardsPerClient: {
    initial: 16,
    unit: 'boards',
    env: 'HYPHAE_MAX_BOARDS_PER_CLIENT',
    about: 'shared by one client',
  },
  maxBoards: { initial: 128, unit: 'boards', env: 'HYPHAE_MAX_BOARDS', about: 'shared at once' },
  recordsPerSecond: {
    initial: 5_000,
    unit: 'records/s',
    env: 'HYPHAE_RECORDS_PER_SECOND',
    about: 'taken from one connection',
  },
  recordsBurst: { initial: 20_000, unit: 'records', env: 'HYPHAE_RECORDS_BURST', about: 'taken at once after a pause' },
  bytesPerSecond: {
    initial: 4_194_304,
    unit: 'bytes/s',
    env: 'HYPHAE_BYTES_PER_SECOND',
    about: 'taken from one connection',
  },
  bytesBurst: { initial: 33_554_432, unit: 'bytes', env: 'HYPHAE_BYTES_BURST', about: 'taken at once after a pause' },
  queueHighBytes: {
    initial: 262_144,
    unit: 'bytes',
    env: 'HYPHAE_QUEUE_HIGH_BYTES',
    about: 'waiting in a socket before its channels wait',
  },
  queueMaxBytes: {
    initial: 4_194_304,
    unit: 'bytes',
    env: 'HYPHAE_QUEUE_MAX_BYTES',
    about: 'waiting in a socket before it is closed',
  },
  samplesLagBytes: {
    initial: 524_288,
    unit: 'bytes',
    env: 'HYPHAE_SAMPLES_LAG_BYTES',
    about: 'of samples a slow client may be behind',
  },
  eventsLogBytes: {
    initial: 1_048_576,
    unit: 'bytes',
    env: 'HYPHAE_EVENTS_LOG_BYTES',
    about: 'kept per events channel',
  },
  samplesLogBytes: {
    initial: 2_097_152,
    unit: 'bytes',
    env: 'HYPHAE_SAMPLES_LOG_BYTES',
    about: 'kept per samples channel',
  },
  historyBytes: {
    initial: 268_435_456,
    unit: 'bytes',
    env: 'HYPHAE_HISTORY_BYTES',
    about: 'kept of all channels together',
  },
  historyMs: { initial: 3_600_000, unit: 'ms', env: 'HYPHAE_HISTORY_MS', about: 'nothing older is kept' },
  maxChannels: { initial: 4_096, unit: 'channels', env: 'HYPHAE_MAX_CHANNELS', about: 'known at once' },
  maxStateKeys: { initial: 65_536, unit: 'keys', env: 'HYPHAE_MAX_STATE_KEYS', about: 'in one state channel' },
  windowMs: {
    initial: 5,
    unit: 'ms',
    env: 'HYPHAE_WINDOW_MS',
    about: 'that a record waits at most for others to share its write',
  },
  leaseMs: { initial: 30_000, unit: 'ms', env: 'HYPHAE_LEASE_MS', about: 'a lease lasts unless renewed' },
  leaseGraceMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_LEASE_GRACE_MS',
    about: 'a lease outlives its holder’s connection',
  },
  boardKeptMs: {
    initial: 600_000,
    unit: 'ms',
    env: 'HYPHAE_BOARD_KEPT_MS',
    about: 'a board without its owner is kept',
  },
  commandMs: {
    initial: 60_000,
    unit: 'ms',
    env: 'HYPHAE_COMMAND_MS',
    about: 'from a command’s deadline to its last word',
  },
  maxPendingCommands: { initial: 32, unit: 'commands', env: 'HYPHAE_MAX_PENDING_COMMANDS', about: 'per board' },
  drainMs: {
    initial: 2_000,
    unit: 'ms',
    env: 'HYPHAE_DRAIN_MS',
    about: 'clients are spread over when the server stops',
  },
} as const;

export type Limits = { readonly [K in keyof typeof OPTIONS]: number };

export interface Config extends Limits {
  /** `localhost` binds both loopback addresses. */
  readonly host: string;
  /** The built app. Absent: the server is a relay only. */
  readonly dist: string | undefined;
  readonly logLevel: string;
}

export const DEFAULT_LIMITS = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, option]) => [name, option.initial]),
) as unknown as Limits;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the configuration. Throws {@link ConfigError} with the name of the option that is wrong, and what would be right. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, dist: string | undefined): Config {
  const limits: Record<string, number> = {};
  for (const [name, option] of Object.entries(OPTIONS)) limits[name] = readNumber(option.env, env[option.env], option);
  const host = env.HYPHAE_HOST ?? 'localhost';
  if (!isLoopback(host) && env.HYPHAE_ALLOW_LAN !== '1') {
    throw new ConfigError(
      `HYPHAE_HOST=${host} would let everybody on that network see and command the boards: access control is not built yet. ` +
        'Leave HYPHAE_HOST out to serve this computer only, or set HYPHAE_ALLOW_LAN=1 if everybody on the network may do so.',
    );
  }
  return { ...(limits as unknown as Limits), host, dist, logLevel: env.HYPHAE_LOG ?? 'info' };
}

const MAX_TIMER_MS = 2 ** 31 - 1;

function readNumber(
  name: string,
  text: string | undefined,
  option: { initial: number; unit: string; env: string },
): number {
  if (text === undefined || text === '') return option.initial;
  const value = Number(text);
  const [least, most] = name === 'PORT' ? [0, 65_535] : [1, option.unit === 'ms' ? MAX_TIMER_MS : 2 ** 40];
  if (!Number.isInteger(value) || value < least || value > most)
    throw new ConfigError(
      `${name}=${text} must be a whole number from ${least} to ${most}${option.unit && ` (${option.unit})`}`,
    );
  return value;
}

/** Whether only this computer can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
