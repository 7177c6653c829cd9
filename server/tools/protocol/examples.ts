import type { FromRelayName } from '../../../src/contract/from-relay.ts';
import type { ToRelayName } from '../../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../../src/contract/version.ts';

const AT = 1_700_000_000_000;
const cursor = { epoch: 'e1', offset: 42 };
const ada = { client: 'Zk3n0Q9bT1uVwXyZ', name: 'Ada’s laptop' };
const command = {
  id: 'c-7f3a',
  board: 'b1',
  name: 'led',
  params: { on: true },
  by: ada.name,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const error = { code: 'not-allowed', message: 'only its owner publishes on device/b1/console' };

/** A whole one: what an owner says of its board. */
export const STATUS_EXAMPLE = {
  id: 'b1',
  name: 'Tent 3',
  path: { is: 'tab', tab: 'tab-1' },
  phase: { is: 'open', since: AT },
  provenance: 'measured',
  identity: { dialect: 'mdp1-json', firmware: '2.1', sensors: ['bme688'], capabilities: [], presumed: false },
  health: {
    resets: 0,
    brownouts: 0,
    bytesIn: 10_240,
    bytesOut: 64,
    items: 120,
    errors: {},
    lost: 0,
    gaps: 0,
    dropped: 0,
    reopened: 0,
    lastByteAt: AT,
    lastDataAt: AT,
    cadenceMs: 1_000,
  },
  commands: ['led', 'estop'],
  hasOutputs: true,
  outputs: 'off',
  share: { is: 'private' },
};

/** One message of each kind; the tests read each by its schema. */
export const TO_RELAY_EXAMPLES: Readonly<Record<ToRelayName, object>> = {
  hello: {
    t: 'hello',
    contract: CONTRACT_VERSION,
    build: 'my-client 1.0',
    client: { id: 'k3Xw9-a-long-random-secret', name: 'Rack 2 logger' },
  },
  name: { t: 'name', name: 'Rack 3 logger' },
  subscribe: { t: 'subscribe', id: 1, channel: 'events/lab.notes', since: cursor },
  publish: { t: 'publish', rid: 7, channel: 'events/lab.notes', key: 'note-2f1c', records: [{ text: 'hi' }] },
  unsubscribe: { t: 'unsubscribe', channel: 'events/lab.notes' },
  offer: { t: 'offer', rid: 8, board: 'b1', status: STATUS_EXAMPLE, life: 'life-1' },
  withdraw: { t: 'withdraw', board: 'b1' },
  records: {
    t: 'records',
    channel: 'device/b1/console',
    epoch: 'mine-1',
    from: 120,
    records: [{ dir: 'note', at: AT, text: 'opened', level: 'info' }],
  },
  lease: { t: 'lease', rid: 9, board: 'b1', action: 'take' },
  command: { t: 'command', rid: 10, request: { ...command, deadline: AT + 5_000 }, fence: 1_700_000_000_001 },
  'cancel-command': { t: 'cancel-command', rid: 11, board: 'b1', id: command.id, fence: 1_700_000_000_001 },
  'command-update': {
    t: 'command-update',
    cursor: { epoch: 'mine-1', offset: 3 },
    update: { ...command, at: AT, state: { is: 'done', acknowledged: true, rttMs: 12, answer: 'ok' } },
  },
  gap: {
    t: 'gap',
    channel: 'device/b1/telemetry',
    gap: { why: 'unplugged', fromMs: AT, toMs: AT + 4_000 },
  },
  write: { t: 'write', rid: 12, board: 'b1', hex: '6c6564206f6e0a', by: ada.name, fence: 1_700_000_000_001 },
  ping: { t: 'ping', at: AT },
};

export const FROM_RELAY_EXAMPLES: Readonly<Record<FromRelayName, object>> = {
  welcome: {
    t: 'welcome',
    server: 's-5d2e',
    epoch: 's-5d2e',
    contract: CONTRACT_VERSION,
    build: 'server',
    client: ada.client,
    limits: { messageBytes: 1_048_576, recordsPerSecond: 5_000, subscriptions: 64 },
    now: AT,
  },
  answer: { t: 'answer', rid: 7, ok: true, cursor, duplicate: false },
  refused: { t: 'refused', error, count: 3 },
  subscribed: {
    t: 'subscribed',
    id: 1,
    channel: 'events/lab.notes',
    kind: 'events',
    cursor: { epoch: 'e1', offset: 90 },
    recovered: false,
    gap: { why: 'history-trimmed', count: 48, fromMs: AT, toMs: AT },
    from: cursor,
  },
  state: {
    t: 'state',
    channel: 'state/freezers',
    cursor,
    snapshot: true,
    puts: [['f1', { temperatureC: -78.4 }]],
    dels: [],
  },
  events: { t: 'events', channel: 'events/lab.notes', epoch: 'e1', from: 42, records: [{ text: 'hi' }] },
  gap: {
    t: 'gap',
    channel: 'events/lab.notes',
    gap: { why: 'slow-consumer', count: 1_200, fromMs: AT, toMs: AT + 900 },
    cursor: { epoch: 'e1', offset: 1_242 },
    from: cursor,
  },
  thinned: {
    t: 'thinned',
    channel: 'samples/fci/rack-2',
    n: 9_000,
    since: AT,
    cursor: { epoch: 'e1', offset: 9_040 },
  },
  health: { t: 'health', degraded: { since: AT, reason: 'Redis does not answer' } },
  'run-command': {
    t: 'run-command',
    request: { ...command, deadline: AT + 5_000 },
    from: ada,
    fence: 1_700_000_000_001,
  },
  'run-cancel': { t: 'run-cancel', board: 'b1', id: command.id, fence: 1_700_000_000_001 },
  'run-write': {
    t: 'run-write',
    board: 'b1',
    hex: '6c6564206f6e0a',
    by: ada.name,
    from: ada,
    fence: 1_700_000_000_001,
  },
  pong: { t: 'pong', at: AT, serverMs: AT + 3 },
  reconnect: { t: 'reconnect', afterMs: 640, reason: 'the server is stopping' },
};
