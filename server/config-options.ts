/** One number: what it is when nobody says, in which unit, under which name, and what it is for. */
export interface NumberOption {
  readonly initial: number;
  readonly unit: string;
  readonly env: string;
  readonly about: string;
  /** The largest value that makes sense; default: any. */
  readonly most?: number;
}

/**
 * Every number of the server. A limit that is reached is refused by its name (`limit-reached`, a reason of `wire/wire-refusals.ts`, or
 * an HTTP status with a code), counted, and never silent.
 */
export const OPTIONS = {
  port: { initial: 7420, unit: '', env: 'PORT', about: 'TCP port; 0 takes a free one' },

  processes: {
    initial: 1,
    unit: 'processes',
    env: 'HYPHAE_PROCESSES',
    about: 'that share the port, one per core; more than one needs REDIS_URL',
    most: 64,
  },

  // a connection, before it may say anything
  handshakeMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_HANDSHAKE_MS',
    about: 'from a connection to its last header; slower ones are closed (408 `handshake-timeout`)',
  },
  requestMs: {
    initial: 30_000,
    unit: 'ms',
    env: 'HYPHAE_REQUEST_MS',
    about: 'for a whole request with its body (408 `handshake-timeout`)',
  },
  keepAliveMs: {
    initial: 30_000,
    unit: 'ms',
    env: 'HYPHAE_KEEP_ALIVE_MS',
    about: 'between two requests of a connection',
  },
  maxHeaderBytes: {
    initial: 16_384,
    unit: 'bytes',
    env: 'HYPHAE_MAX_HEADER_BYTES',
    about: 'all headers of a request (431 `headers-too-big`)',
  },
  maxHeaders: {
    initial: 64,
    unit: 'headers',
    env: 'HYPHAE_MAX_HEADERS',
    about: 'that are read; further ones are not seen',
  },
  maxRequestsPerSocket: {
    initial: 10_000,
    unit: 'requests',
    env: 'HYPHAE_MAX_REQUESTS_PER_SOCKET',
    about: 'then a connection is closed and made anew',
  },
  maxBodyBytes: {
    initial: 65_536,
    unit: 'bytes',
    env: 'HYPHAE_MAX_BODY_BYTES',
    about: 'of a request that does not publish (413 `body-too-big`)',
  },
  maxPublishBytes: {
    initial: 1_048_576,
    unit: 'bytes',
    env: 'HYPHAE_MAX_PUBLISH_BYTES',
    about: 'of a request that publishes (413 `body-too-big`)',
  },
  helloMs: { initial: 5_000, unit: 'ms', env: 'HYPHAE_HELLO_MS', about: 'from the upgrade to the first message' },
  closeMs: {
    initial: 3_000,
    unit: 'ms',
    env: 'HYPHAE_CLOSE_MS',
    about: 'for a client to answer a close; then it is cut off',
  },
  pingMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_PING_MS',
    about: 'between liveness checks; two unanswered end it',
  },

  // how much of everything
  maxConnections: { initial: 5_000, unit: 'connections', env: 'HYPHAE_MAX_CONNECTIONS', about: 'open at once' },
  maxMessageBytes: {
    initial: 1_048_576,
    unit: 'bytes',
    env: 'HYPHAE_MAX_MESSAGE_BYTES',
    about: 'one message, or one frame, after inflating (close 1009 `ws-message-too-big`)',
  },
  maxFragments: {
    initial: 256,
    unit: 'frames',
    env: 'HYPHAE_MAX_FRAGMENTS',
    about: 'that one message comes in (close 1008 `ws-too-many-fragments`)',
  },
  maxSubscriptions: { initial: 64, unit: 'channels', env: 'HYPHAE_MAX_SUBSCRIPTIONS', about: 'per connection' },
  maxChannelNameChars: {
    initial: 128,
    unit: 'characters',
    env: 'HYPHAE_MAX_CHANNEL_NAME_CHARS',
    about: 'of a channel’s name',
    most: 128,
  },
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

  // what is kept
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
    about: 'kept of all channels together; of open state channels at most half of it (`limit-reached`; memory engine)',
  },
  historyMs: { initial: 3_600_000, unit: 'ms', env: 'HYPHAE_HISTORY_MS', about: 'nothing older is kept' },
  maxChannels: { initial: 4_096, unit: 'channels', env: 'HYPHAE_MAX_CHANNELS', about: 'known at once' },
  maxStateKeys: { initial: 65_536, unit: 'keys', env: 'HYPHAE_MAX_STATE_KEYS', about: 'in one state channel' },
  busQueueBytes: {
    initial: 33_554_432,
    unit: 'bytes',
    env: 'HYPHAE_BUS_QUEUE_BYTES',
    about: 'waits for Redis while it is away; then the oldest are given up, and told',
  },
  presenceMs: {
    initial: 30_000,
    unit: 'ms',
    env: 'HYPHAE_PRESENCE_MS',
    about: 'that somebody is present without being heard of again',
  },
  windowMs: {
    initial: 5,
    unit: 'ms',
    env: 'HYPHAE_WINDOW_MS',
    about: 'that a record waits at most for others to share its write',
  },

  // boards
  deflate: {
    initial: 0,
    unit: '',
    env: 'HYPHAE_DEFLATE',
    about: '1: WebSocket messages are compressed, once for all, for clients that offer it',
    most: 1,
  },
  leaseMs: { initial: 30_000, unit: 'ms', env: 'HYPHAE_LEASE_MS', about: 'a lease lasts unless renewed' },
  leaseGraceMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_LEASE_GRACE_MS',
    about: 'a lease outlives its holder’s connection',
  },
  ownerGraceMs: {
    initial: 10_000,
    unit: 'ms',
    env: 'HYPHAE_OWNER_GRACE_MS',
    about: 'a board’s session outlives its owner’s connection',
  },
  takeOverGuardMs: {
    initial: 3_000,
    unit: 'ms',
    env: 'HYPHAE_TAKE_OVER_GUARD_MS',
    about: 'after a lease was taken over it is not taken over again',
  },
  peerAnswerMs: {
    initial: 2_000,
    unit: 'ms',
    env: 'HYPHAE_PEER_ANSWER_MS',
    about: 'another server may take to answer; it is asked twice',
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

  // who may come in, and how often (where access is open: only what one board may)
  connectionsPerAddress: {
    initial: 1_000,
    unit: 'connections',
    env: 'HYPHAE_CONNECTIONS_PER_ADDRESS',
    about: 'open at once from one IPv4 address or IPv6 /64 (429 `connections-per-address`)',
  },
  connectsPerSecond: {
    initial: 50,
    unit: 'connects/s',
    env: 'HYPHAE_CONNECTS_PER_SECOND',
    about: 'from one address (429 `connects-per-address`)',
  },
  connectsBurst: { initial: 500, unit: 'connects', env: 'HYPHAE_CONNECTS_BURST', about: 'at once after a pause' },
  requestsPerSecond: {
    initial: 100,
    unit: 'requests/s',
    env: 'HYPHAE_REQUESTS_PER_SECOND',
    about: 'from one address to `/api` (429 `requests-per-address`)',
  },
  requestsBurst: { initial: 500, unit: 'requests', env: 'HYPHAE_REQUESTS_BURST', about: 'at once after a pause' },
  principalRecordsPerSecond: {
    initial: 20_000,
    unit: 'records/s',
    env: 'HYPHAE_PRINCIPAL_RECORDS_PER_SECOND',
    about: 'published by one device or token over all its connections (429 `publish-per-principal`)',
  },
  boardRecordsPerSecond: {
    initial: 20_000,
    unit: 'records/s',
    env: 'HYPHAE_BOARD_RECORDS_PER_SECOND',
    about: 'published for one board (429 `publish-per-board`)',
  },
  failuresBeforeLock: {
    initial: 5,
    unit: 'failures',
    env: 'HYPHAE_FAILURES_BEFORE_LOCK',
    about: 'of one address before it must wait, each time twice as long (429 `too-many-tries`)',
  },
  lockMs: { initial: 2_000, unit: 'ms', env: 'HYPHAE_LOCK_MS', about: 'the first such wait' },
  maxLockMs: { initial: 3_600_000, unit: 'ms', env: 'HYPHAE_MAX_LOCK_MS', about: 'the longest such wait' },
  pairTriesPerMinute: {
    initial: 60,
    unit: 'tries/min',
    env: 'HYPHAE_PAIR_TRIES_PER_MINUTE',
    about: 'of pairing codes, by everybody together (429 `too-many-tries`)',
  },
  trackedAddresses: {
    initial: 10_000,
    unit: 'addresses',
    env: 'HYPHAE_TRACKED_ADDRESSES',
    about: 'whose rates are remembered; the one unused for longest goes',
  },
  codeMs: { initial: 600_000, unit: 'ms', env: 'HYPHAE_CODE_MS', about: 'a pairing code can be used' },
  maxCodes: { initial: 64, unit: 'codes', env: 'HYPHAE_MAX_CODES', about: 'that wait to be used' },
  maxSessions: { initial: 1_000, unit: 'devices', env: 'HYPHAE_MAX_SESSIONS', about: 'paired at once' },
  maxTokens: { initial: 1_000, unit: 'tokens', env: 'HYPHAE_MAX_TOKENS', about: 'at once' },
  sessionDays: {
    initial: 30,
    unit: 'days',
    env: 'HYPHAE_SESSION_DAYS',
    about: 'without a visit after which a device must be paired again',
    most: 400,
  },
  sessionRotateMs: {
    initial: 86_400_000,
    unit: 'ms',
    env: 'HYPHAE_SESSION_ROTATE_MS',
    about: 'after which a device is given a new cookie',
  },
  sessionOverlapMs: {
    initial: 60_000,
    unit: 'ms',
    env: 'HYPHAE_SESSION_OVERLAP_MS',
    about: 'that the old cookie still works once the new one was seen',
  },
  cachedAnswers: {
    initial: 4_096,
    unit: 'answers',
    env: 'HYPHAE_CACHED_ANSWERS',
    about: 'to “may it?” that are remembered per device or token',
  },

  drainMs: {
    initial: 2_000,
    unit: 'ms',
    env: 'HYPHAE_DRAIN_MS',
    about: 'clients are spread over when the server stops',
  },
} as const satisfies Record<string, NumberOption>;

/** Every option that is not a number. */
export const SETTINGS = [
  {
    env: 'HYPHAE_HOST',
    initial: 'localhost',
    about: 'address to listen on. Anything but this computer needs a secret, and TLS or a proxy',
  },
  {
    env: 'HYPHAE_URL',
    initial: '',
    about: 'how others reach the server, for links and QR codes: `https://hyphae.example`',
  },
  {
    env: 'HYPHAE_ACCESS',
    initial: '',
    about: '`required` asks for pairing on this computer, too; everywhere else it is asked for anyway',
  },
  { env: 'HYPHAE_SECRET', initial: '', about: 'at least 32 bytes of chance; signs sessions. The same on all servers' },
  { env: 'HYPHAE_SECRET_FILE', initial: '', about: 'file with the secret instead' },
  {
    env: 'HYPHAE_SECRET_PREVIOUS',
    initial: '',
    about: 'the secret before this one: its sessions go on until they are renewed',
  },
  { env: 'HYPHAE_TLS_CERT', initial: '', about: 'PEM file with the certificate and its chain; read again on SIGHUP' },
  { env: 'HYPHAE_TLS_KEY', initial: '', about: 'PEM file with its key' },
  { env: 'HYPHAE_BEHIND_PROXY', initial: '', about: '`1`, or `--behind-proxy`: a proxy in front does TLS' },
  {
    env: 'HYPHAE_TRUSTED_PROXIES',
    initial: '127.0.0.0/8, ::1',
    about: 'addresses and networks whose X-Forwarded-For, -Proto and -Host are believed',
  },
  {
    env: 'HYPHAE_TOKENS_FILE',
    initial: '',
    about: 'file that keeps paired devices, tokens (hashed) and revocations over a restart; not needed with Redis',
  },
  {
    env: 'REDIS_URL',
    initial: '',
    about: '`redis://` or `rediss://`: several servers share it. Without it, one server',
  },
  { env: 'HYPHAE_REDIS_PREFIX', initial: 'hyphae', about: 'before every key in Redis' },
  { env: 'HYPHAE_REDIS_CLUSTER', initial: '', about: '`1`: REDIS_URL is a node of a cluster' },
  { env: 'HYPHAE_REDIS_CA', initial: '', about: 'PEM file of who signed the certificate of a `rediss://` server' },
  { env: 'REDIS_FEEDS_URL', initial: '', about: 'foreign Redis servers whose usual channels are read' },
  { env: 'HYPHAE_FEEDS', initial: '', about: 'JSON file that says which foreign Redis channels are read' },
  {
    env: 'HYPHAE_CONFIG',
    initial: 'hyphae.config.json',
    about:
      'JSON file that says where the upstreams are; without the variable, the one in the working folder if it is there',
  },
  {
    env: 'HYPHAE_SIMULATE',
    initial: '',
    about:
      '`1`: simulators stand for upstreams that nobody configured; `0`: never. Left out: `npm start` runs them when none is configured',
  },
  {
    env: 'HYPHAE_TILES',
    initial: '',
    about:
      'a `.pmtiles` archive of your own (vector or raster) that the map draws below everything; without it, coasts and borders',
  },
  { env: 'HYPHAE_DIST', initial: 'dist', about: 'the built app' },
  { env: 'HYPHAE_LOG', initial: 'info', about: '`fatal` `error` `warn` `info` `debug` `trace` `silent`' },
] as const;

/** Every option as a Markdown table, for the documentation. */
export function configTable(): string {
  const rows = [
    ...SETTINGS.map(({ env, initial, about }) => [`\`${env}\``, initial === '' ? '–' : `\`${initial}\``, '', about]),
    ...Object.values<NumberOption>(OPTIONS).map(({ env, initial, unit, about }) => [
      `\`${env}\``,
      initial.toLocaleString('en-US').replaceAll(',', env === 'PORT' ? '' : ','),
      unit,
      about,
    ]),
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(['variable', 'default', 'unit', 'what']), line(['---', '--:', '---', '---']), ...rows.map(line)].join(
    '\n',
  );
}

/** `docs/options.md`. */
export const optionsPage =
  (): string => `<!-- Written by \`npm run protocol\` from server/config-options.ts. Change that, not this. -->

# Options

Every option of the server is an environment variable. A limit that is reached is refused by its name, counted in \`/metrics\`, and never silent. What they mean for whoever runs the server is in [Operating](operating.md).

${configTable()}
`;
