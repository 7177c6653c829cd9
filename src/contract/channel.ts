import type { BoardId } from './ids.ts';
import type { EpochMs } from './time.ts';

/**
 * A channel is a named stream. Its kind decides what happens when somebody cannot keep up (design: flow):
 *  - events   ordered, each one matters. Bounded queue, then a gap, counted; never silence.
 *  - state    the latest per key matters. Conflated per key.
 *  - samples  a curve matters. Thinned to min, max and last per bucket, counted.
 */
export type ChannelKind = 'events' | 'state' | 'samples';

/**
 * `boards`, `relay`, `hub`, `upstreams`, `audit`, `device/<board id>/<part>`, or an open channel: `<kind>/<path>` with one to six words of path, for
 * example `events/lab.notes`, `state/freezers`, `samples/fci/rack-2`. At most 128 characters of `A-Z a-z 0-9 . _ / -`.
 */
export type ChannelName = string;

/** The parts a board's channels are made of, and their kinds. */
export const BOARD_PARTS = {
  /** state · key: series (`a.temperature_c`) · record: {@link import('./board-value.ts').BoardValue} */
  values: 'state',
  /** samples · {@link import('./sample-batch.ts').SampleBatch} */
  telemetry: 'samples',
  /** events · {@link import('./console-record.ts').ConsoleRecord} */
  console: 'events',
  /** events · {@link import('./board-command.ts').CommandUpdate} */
  commands: 'events',
} as const satisfies Record<string, ChannelKind>;

export type BoardPart = keyof typeof BOARD_PARTS;

/** The channels that do not belong to one board. */
export const LAB_CHANNELS = {
  /** state · key: board id · record: {@link import('./board-status.ts').BoardStatus} */
  boards: 'state',
  /** state · key: `relay` · record: {@link import('./relay-status.ts').RelayStatus} */
  relay: 'state',
  /** state · key: `hub` · record: {@link import('./hub-api.ts').HubStats}, once a second while somebody looks */
  hub: 'state',
  /** state · key: upstream id or line id · record: {@link import('./upstream/status.ts').UpstreamsRecord} */
  upstreams: 'state',
} as const satisfies Record<string, ChannelKind>;

/** Channels of the relay itself. */
export const RELAY_CHANNELS = {
  /** events · {@link import('./audit-record.ts').AuditRecord} */
  audit: 'events',
  /** state · between servers only: commands that have no last word yet, and ids of those that had one lately */
  pending: 'state',
  /** state · between servers only: who reads which channel, said by each server with a lease */
  presence: 'state',
  /** state · between servers only, like the next two: who may come in (`server/access`) */
  'access-codes': 'state',
  'access-sessions': 'state',
  'access-tokens': 'state',
  /** state · key: name of a foreign Redis · between servers only: which of them reads it */
  'feed-leaders': 'state',
} as const satisfies Record<string, ChannelKind>;

/** Channels between servers: nobody outside reads or publishes on them, whatever their rights. */
export const isInternalChannel = (name: ChannelName): boolean =>
  name === 'pending' || name === 'presence' || name === 'feed-leaders' || name.startsWith('access-');

export const boardChannel = (board: BoardId, part: BoardPart): ChannelName => `device/${board}/${part}`;

const BOARD_CHANNEL = /^device\/([A-Za-z0-9._-]{1,64})\/([a-z]{1,16})$/;

/** Splits a board's channel name; undefined for any other name, well-formed or not. */
export function parseBoardChannel(
  name: ChannelName,
): { readonly board: BoardId; readonly part: BoardPart } | undefined {
  const match = BOARD_CHANNEL.exec(name);
  const part = match?.[2];
  return match?.[1] !== undefined && part !== undefined && Object.hasOwn(BOARD_PARTS, part)
    ? { board: match[1], part: part as BoardPart }
    : undefined;
}

const OPEN_CHANNEL = /^(events|state|samples)(?:\/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){1,6}$/;

/** The kind of a channel that is nobody's own; anyone with the right may publish on it. */
export function openChannelKind(name: ChannelName): ChannelKind | undefined {
  const kind = channelKind(name);
  return kind !== undefined && name.startsWith(`${kind}/`) ? kind : undefined;
}

/** Channels that bring what others publish elsewhere: read here, never published on by clients. */
export const isFeedChannel = (name: ChannelName): boolean => name.startsWith('feed/', name.indexOf('/') + 1);

/** Feeds that only operators and owners may read: the word after `feed/` begins with `restricted.`. */
export const isRestrictedFeed = (name: ChannelName): boolean =>
  /^(events|state|samples)\/feed\/restricted\./.test(name);

/** Kinds that were asked for lately: the same few names come with every message. */
const KNOWN_KINDS = new Map<ChannelName, ChannelKind | undefined>();
const MAX_KNOWN = 4_096;

/** The kind of a channel by its name; undefined when no such channel can exist. */
export function channelKind(name: ChannelName): ChannelKind | undefined {
  if (KNOWN_KINDS.has(name)) return KNOWN_KINDS.get(name);
  const kind = findKind(name);
  if (name.length <= 128) {
    if (KNOWN_KINDS.size >= MAX_KNOWN) KNOWN_KINDS.clear();
    KNOWN_KINDS.set(name, kind);
  }
  return kind;
}

function findKind(name: ChannelName): ChannelKind | undefined {
  if (Object.hasOwn(LAB_CHANNELS, name)) return LAB_CHANNELS[name as keyof typeof LAB_CHANNELS];
  if (Object.hasOwn(RELAY_CHANNELS, name)) return RELAY_CHANNELS[name as keyof typeof RELAY_CHANNELS];
  const open = name.length <= 128 ? OPEN_CHANNEL.exec(name)?.[1] : undefined;
  if (open !== undefined) return open as ChannelKind;
  const board = parseBoardChannel(name);
  return board && BOARD_PARTS[board.part];
}

/**
 * A place in a channel. `epoch` names one life of the channel's source: offsets of different epochs do not compare.
 * `offset` counts records (events), rows (samples) or changes (state) and is that of the *next* one.
 */
export interface Cursor {
  readonly epoch: string;
  readonly offset: number;
}

/**
 * Why records are missing.
 *  - slow-consumer    this tab or client could not keep up, the oldest were dropped
 *  - history-trimmed  asked for more than is kept
 *  - epoch-changed    the source began a new life; what it had is gone
 *  - owner-changed    the page that held the board closed or crashed; another took over
 *  - unplugged        the board was away
 *  - hub-restarted    the hub died with the tab that carried it
 *  - link-lost        the connection to the relay was down
 *  - silence          the source was connected and sent nothing
 */
export type GapReason =
  | 'slow-consumer'
  | 'history-trimmed'
  | 'epoch-changed'
  | 'owner-changed'
  | 'unplugged'
  | 'hub-restarted'
  | 'link-lost'
  | 'silence';

/** A known loss. `count` is undefined where nobody can know how many. Times bound it for drawing. */
export interface Gap {
  readonly why: GapReason;
  readonly count: number | undefined;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}
