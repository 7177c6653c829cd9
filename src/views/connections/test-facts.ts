import { type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../contract/board-status.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import type { LineState, LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';
import type { Facts } from './facts.ts';

/** Facts for tests of this folder. */
export const NOW = 1_000_000_000;

export const upstream = (id: string, change: Partial<UpstreamStatus> = {}): UpstreamStatus => ({
  t: 'upstream',
  id,
  name: id.toUpperCase(),
  via: 'gateway',
  simulated: true,
  stopped: false,
  custom: false,
  counts: {},
  channels: [{ channel: `state/up/${id}/things`, subs: 1, records: 10 }],
  ...change,
});

export const LIVE: LineState = { is: 'live', since: NOW - 180_000 };

export const line = (id: string, state: LineState = LIVE, change: Partial<LineStatus> = {}): LineStatus => ({
  t: 'line',
  id,
  upstream: id.slice(0, id.indexOf('/')),
  transport: 'websocket',
  url: `/up/${id}`,
  state,
  attempts: 2,
  connects: 1,
  bytesIn: 1000,
  bytesOut: 10,
  frames: 12,
  records: 10,
  recordsPerS: 1,
  bytesPerS: 100,
  lastFrameAt: NOW - 500,
  lastRecordAt: NOW - 500,
  staleMs: 30_000,
  lastDrop: undefined,
  counts: {},
  lastCounted: undefined,
  latencyMs: undefined,
  rttMs: undefined,
  ...change,
});

export const board = (id: string, change: Partial<BoardStatus> = {}): BoardStatus => ({
  id,
  name: id,
  path: { is: 'simulated' },
  phase: { is: 'open', since: NOW - 60_000 },
  provenance: 'simulated',
  usb: undefined,
  identity: EMPTY_IDENTITY,
  health: { ...EMPTY_HEALTH, cadenceMs: 1000, lastDataAt: NOW - 200, items: 100 },
  commands: [],
  hasOutputs: false,
  outputs: 'off',
  share: { is: 'private' },
  pair: undefined,
  ...change,
});

export const relay: RelayStatus = {
  state: { is: 'live', since: NOW - 60_000, rttMs: 2 },
  url: '/live',
  client: { id: 'me', name: 'Bench' },
  bytesIn: 1,
  bytesOut: 1,
  recordsIn: 1,
  recordsOut: 1,
  drops: {},
  clockOffsetMs: 0,
};

const tab = (name: string) => ({
  tab: name,
  subs: 3,
  unacked: 0,
  delivered: 5,
  conflated: 0,
  thinned: 0,
  dropped: 0,
  bytes: 100,
});

export const facts = (change: Partial<Facts> = {}): Facts => ({
  now: NOW,
  tab: 'this',
  upstreams: [upstream('crep'), upstream('mas')],
  lines: [line('crep/aircraft'), line('mas/agents'), line('mas/health')],
  boards: [board('b1')],
  relay,
  hub: { since: NOW - 60_000, unreadableBatches: 0, storeFailures: 0, tabs: [tab('this'), tab('other')], channels: [] },
  server: { is: 'asking' },
  ...change,
});
