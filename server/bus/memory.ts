import { randomUUID } from 'node:crypto';
import { type ChannelName, type Cursor, channelKind, openChannelKind } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Clock } from '../clock.ts';
import type { Bus, BusPublication, Published, PublishOptions, PutOptions } from './bus.ts';
import { ChannelHandles } from './channel-handles.ts';
import { ChannelLog } from './channel-log.ts';
import { ChannelState } from './channel-state.ts';
import { textsOf } from './encode.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import type { Pulse } from './pulse.ts';

export interface BusOptions {
  /** Kept per events channel and per samples channel, bytes. */
  readonly eventsLogBytes: number;
  readonly samplesLogBytes: number;
  /** Kept of all channels together, bytes; by open state channels at most half of it. */
  readonly historyBytes: number;
  /** Nothing older is kept in logs, ms; an empty open channel that nobody used for so long is forgotten. */
  readonly historyMs: number;
  readonly maxChannels: number;
  /** Keys of one state channel. */
  readonly maxStateKeys: number;
}

const SWEEP_MS = 2_000;

/** The control lane: what becomes of a command is not held up by the window of other channels. */
export const isUrgent = (channel: ChannelName): boolean => channel.endsWith('/commands');

/** The engine that needs nothing: everything in this process, gone when it ends (a new epoch tells readers so). */
export function makeMemoryBus(options: BusOptions, clock: Clock, pulse: Pulse): Bus {
  const node = randomUUID();
  const logs = new Map<ChannelName, ChannelLog>();
  const states = new Map<ChannelName, ChannelState>();
  const sources = new Map<ChannelName, Cursor>();
  const expiries = new Map<string, () => void>();
  const keys = new IdempotencyKeys(clock);
  const handles = new ChannelHandles(clock.now);
  let refused = 0;
  let cancelSweep = clock.schedule(SWEEP_MS, sweep);

  function logOf(channel: ChannelName): ChannelLog {
    const known = logs.get(channel);
    if (known) return known;
    const kind = channelKind(channel);
    if (kind !== 'events' && kind !== 'samples') throw new RangeError(`${channel} is not a log channel`);
    const maxBytes = kind === 'events' ? options.eventsLogBytes : options.samplesLogBytes;
    const made = new ChannelLog(
      channel,
      kind,
      { epoch: randomUUID(), offset: 0 },
      { maxBytes, pulse, urgent: isUrgent(channel) },
    );
    logs.set(channel, made);
    return made;
  }

  function stateOf(channel: ChannelName): ChannelState {
    const known = states.get(channel);
    if (known) return known;
    if (channelKind(channel) !== 'state') throw new RangeError(`${channel} is not a state channel`);
    const made = new ChannelState(channel, { epoch: randomUUID(), offset: 0 }, pulse, clock.now);
    states.set(channel, made);
    return made;
  }

  const sumOf = (channels: Map<ChannelName, ChannelLog | ChannelState>): number =>
    [...channels.values()].reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  /** Of all state channels, followed from change to change. */
  let stateBytes = 0;
  const mostStateBytes = options.historyBytes / 2;

  function refuse(onDone: ((outcome: Published) => void) | undefined, code: ErrorCode, message: string): void {
    refused++;
    onDone?.({ ok: false, error: { code, message }, retryAfterMs: undefined });
  }

  /** Whether one more channel may be made, in place of one that is idle if need be; Hyphae's own are never refused. */
  const hasRoom = (channel: ChannelName): boolean =>
    logs.has(channel) ||
    states.has(channel) ||
    openChannelKind(channel) === undefined ||
    logs.size + states.size < options.maxChannels ||
    forgetIdle(Number.POSITIVE_INFINITY, 1);
  const tooMany = `maxChannels: ${options.maxChannels} channels are in use`;

  function publish(channel: ChannelName, publication: BusPublication, how: PublishOptions = {}): void {
    const { key, source, onDone } = how;
    if (!hasRoom(channel)) {
      refuse(onDone, 'limit-reached', tooMany);
      return;
    }
    const log = logOf(channel);
    const earlier = key === undefined ? undefined : keys.get(channel, key);
    if (earlier !== undefined) {
      onDone?.({ ok: true, cursor: earlier, duplicate: true });
      return;
    }
    const cursor = log.tail;
    log.append(pieceOf(publication, cursor, clock.now()));
    if (source !== undefined) sources.set(channel, source);
    if (key !== undefined) keys.set(channel, key, cursor);
    onDone?.({ ok: true, cursor, duplicate: false });
  }

  function change(channel: ChannelName, key: string, text: string | undefined, how: PutOptions): void {
    const { ttlMs, onDone, ifOffset } = how;
    if (!hasRoom(channel)) {
      refuse(onDone, 'limit-reached', tooMany);
      return;
    }
    const state = stateOf(channel);
    if (ifOffset !== undefined && state.offsetOf(key) !== ifOffset) {
      refuse(onDone, 'conflict', `${key} has changed meanwhile`);
      return;
    }
    if (text !== undefined && !state.has(key) && state.size >= options.maxStateKeys) {
      refuse(onDone, 'limit-reached', `maxStateKeys: ${options.maxStateKeys} keys are in ${channel}`);
      return;
    }
    const more = text === undefined ? 0 : state.growthBy(key, text);
    if (more > 0 && stateBytes + more > mostStateBytes && openChannelKind(channel) !== undefined) {
      refuse(onDone, 'limit-reached', `historyBytes: state channels keep ${mostStateBytes} bytes, which is half of it`);
      return;
    }
    const expiry = `${channel} ${key}`;
    expiries.get(expiry)?.();
    expiries.delete(expiry);
    if (text !== undefined || state.has(key)) {
      stateBytes -= state.keptBytes;
      state.apply(key, text, state.nextOffset);
      stateBytes += state.keptBytes;
    }
    if (text !== undefined && ttlMs !== undefined)
      expiries.set(
        expiry,
        clock.schedule(ttlMs, () => change(channel, key, undefined, {})),
      );
    onDone?.({ ok: true, cursor: { epoch: state.epoch, offset: state.nextOffset }, duplicate: false });
  }

  /** A channel that somebody holds open is not forgotten, even if it is empty; nor is that of a board. */
  function isIdle(channel: ChannelName): boolean {
    if (handles.isOpen(channel) || channel.startsWith('device/')) return false;
    const log = logs.get(channel);
    return log ? log.keptBytes === 0 && log.tail.offset === log.nextOffset : states.get(channel)?.size === 0;
  }

  function forget(channel: ChannelName): void {
    stateBytes -= states.get(channel)?.keptBytes ?? 0;
    logs.delete(channel);
    states.delete(channel);
    sources.delete(channel);
    handles.forget(channel);
  }

  /** Forgets channels that have nothing and that the last reader left before this moment, `most` of them; returns whether there was one. */
  function forgetIdle(before: EpochMs, most: number): boolean {
    let forgotten = 0;
    for (const [channel, at] of handles.left()) {
      if (forgotten === most || at >= before) break;
      if (!isIdle(channel)) continue;
      forget(channel);
      forgotten++;
    }
    return forgotten > 0;
  }

  function drop(channel: ChannelName): void {
    const log = logs.get(channel);
    log?.clear();
    if (handles.isOpen(channel)) sources.delete(channel);
    else forget(channel);
  }

  /** What is too old goes; so does the older half of everything while there is too much in all. */
  function sweep(): void {
    cancelSweep = clock.schedule(SWEEP_MS, sweep);
    for (let before = sumOf(logs); before > options.historyBytes - stateBytes; ) {
      for (const log of logs.values()) log.shrinkTo(log.keptBytes / 2);
      const after = sumOf(logs);
      // What is left is the newest of each, which stays.
      if (after === before) break;
      before = after;
    }
    const since = clock.now() - options.historyMs;
    for (const [channel, log] of logs) {
      log.dropOlderThan(since);
      if (!handles.wasLeft(channel) && isIdle(channel)) forget(channel);
    }
    for (const channel of states.keys()) if (!handles.wasLeft(channel) && isIdle(channel)) forget(channel);
    forgetIdle(since, Number.POSITIVE_INFINITY);
  }

  return {
    engine: 'memory',
    node,
    async openLog(channel) {
      if (!hasRoom(channel)) throw new RangeError(tooMany);
      const log = logOf(channel);
      // What was published, and answered, is there for whoever looks for a place in it now.
      log.seal();
      return handles.open(log);
    },
    async openState(channel) {
      if (!hasRoom(channel)) throw new RangeError(tooMany);
      return handles.open(stateOf(channel));
    },
    exists: async (channel) => logs.has(channel) || states.has(channel),
    publish,
    put: (channel, key, record, how = {}) => change(channel, key, JSON.stringify(record), how),
    del: (channel, key, how = {}) => change(channel, key, undefined, how),
    drop,
    sourceOf: async (channel) => sources.get(channel),
    peers: {
      alive: () => new Set([node]),
      mail: () => undefined,
      onMail: () => () => undefined,
      onLost: () => () => undefined,
    },
    health: () => ({ degraded: undefined, lagMs: undefined }),
    onHealth: () => () => undefined,
    stats: () => ({
      channels: logs.size + states.size,
      keptBytes: sumOf(logs) + stateBytes,
      queuedBytes: 0,
      refused,
      rereads: 0,
      reconnects: 0,
    }),
    async close() {
      cancelSweep();
      for (const cancel of expiries.values()) cancel();
      logs.clear();
      states.clear();
    },
  };
}

/** A publication as the log takes it. */
export function pieceOf(publication: BusPublication, cursor: Cursor, at: number) {
  const place = { ...cursor, at };
  switch (publication.t) {
    case 'events': {
      const { records } = publication;
      return { is: 'events', ...place, count: records.length, texts: textsOf(records) } as const;
    }
    case 'samples':
      return { is: 'samples', ...place, count: publication.batch.times.length, batch: publication.batch } as const;
    case 'gap':
      return { is: 'gap', ...place, count: 0, gap: publication.gap } as const;
  }
}
