import { randomBytes } from 'node:crypto';
import { type ChannelName, openChannelKind } from '../../../src/contract/channel.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, BusHealth, NodeId, Published } from '../bus.ts';
import type { Pulse } from '../pulse.ts';
import { wasUsed } from './channel-hub.ts';
import { Hubs } from './hubs.ts';
import { LagMeter } from './lag-meter.ts';
import { RedisLink } from './link.ts';
import { LogHub, readSource } from './log-hub.ts';
import { channelNames } from './names.ts';
import { QueueBudget } from './queue-budget.ts';
import { RedisPeers } from './redis-peers.ts';
import type { RedisBusOptions, Shared } from './shared.ts';
import { StateBytes } from './state-bytes.ts';

export type { RedisBusOptions } from './shared.ts';

const DEFAULT_PREFIX = 'hyphae';
const DEFAULT_QUEUE_BYTES = 33_554_432;
/** Own housekeeping: expired keys, old entries, and one channel a time is looked at even if nothing seems to be missing. */
const SWEEP_MS = 1_000;
/** A start does not wait longer for Redis, and a stop does not wait longer to hand over what waits. */
const PATIENCE_MS = 2_000;
const POLL_MS = 20;

/**
 * The engine for several servers: channels are in Redis, and every server has a copy of those that are read there. It starts, runs and
 * stops without Redis too, and says so (`health`).
 * @throws TypeError for a URL that is none.
 */
export async function makeRedisBus(options: RedisBusOptions, clock: Clock, pulse: Pulse): Promise<Bus> {
  const node: NodeId = randomBytes(6).toString('hex');
  const prefix = options.redisPrefix ?? DEFAULT_PREFIX;
  const counts = { refused: 0, rereads: 0, reconnects: 0 };
  const budget = new QueueBudget(options.busQueueBytes ?? DEFAULT_QUEUE_BYTES);
  const lag = new LagMeter(clock);
  const healthHooks = new Set<() => void>();
  let changeWaiters: (() => void)[] = [];
  let dirty = new Set<{ kick(): void }>();
  let lastNumber = 0;
  let localEpochs = 0;
  let ups = 0;
  let watched = 0;
  let isClosed = false;
  let told: string | undefined;

  const link: RedisLink = new RedisLink({ url: options.redisUrl, ca: options.redisCa }, clock, {
    onMessage(topic, message) {
      const hub = hubs.ofTopic(topic);
      if (hub !== undefined) hub.onWake(message);
      else peers.onMessage(topic, message);
    },
    onUp(isConcerned) {
      if (ups++ > 0) counts.reconnects++;
      for (const hub of hubs.all()) if (isConcerned(hub.names.topic)) hub.onUp();
      peers.onUp();
      changed();
    },
    onAway(isConcerned) {
      for (const hub of hubs.all()) if (isConcerned(hub.names.topic)) hub.onAway();
      changed();
    },
  });
  const peers: RedisPeers = new RedisPeers(node, prefix, link, clock, (ms) => lag.note(ms));

  const shared: Shared = {
    node,
    prefix,
    options,
    clock,
    pulse,
    link,
    budget,
    lag,
    counts,
    nextNumber: () => ++lastNumber,
    localEpoch: () => `local-${node}-${++localEpochs}`,
    soon(one) {
      if (dirty.size === 0) setImmediate(kickAll);
      dirty.add(one);
    },
    onLeft: () => hubs.onLeft(),
    stateBytes: new StateBytes(clock, options.historyBytes / 2, () => {
      let sum = 0;
      for (const { keptBytes, comingBytes } of hubs.states) sum += keptBytes + comingBytes;
      return sum;
    }),
    onStuck: changed,
    changed: () => new Promise((resolve) => changeWaiters.push(resolve)),
  };
  const hubs = new Hubs(shared);
  const { stateBytes } = shared;

  function kickAll(): void {
    const kicked = dirty;
    dirty = new Set();
    for (const one of kicked) one.kick();
  }

  function degraded(): BusHealth['degraded'] {
    const away = link.away ?? hubs.all().find((hub) => hub.away !== undefined)?.away;
    return away && { since: away.since, reason: `Redis: ${away.reason}` };
  }

  function changed(): void {
    const waiters = changeWaiters;
    changeWaiters = [];
    for (const wake of waiters) wake();
    const reason = degraded()?.reason;
    if (reason === told) return;
    told = reason;
    for (const hook of healthHooks) hook();
  }

  /** Whether a publication on this channel can be taken; says so if not. */
  function takes(channel: ChannelName, onDone: ((outcome: Published) => void) | undefined): boolean {
    if (!isClosed && hubs.hasRoomFor(channel)) return true;
    counts.refused++;
    const message = isClosed ? 'the server stops' : hubs.full;
    onDone?.({ ok: false, error: { code: 'limit-reached', message }, retryAfterMs: undefined });
    return false;
  }

  function keptByStates(): number {
    let sum = 0;
    for (const { keptBytes } of hubs.states) sum += keptBytes;
    return sum;
  }

  function keptByLogs(): number {
    let sum = 0;
    for (const { log } of hubs.logs) sum += log?.keptBytes ?? 0;
    return sum;
  }

  function sweep(): void {
    cancelSweep = clock.schedule(SWEEP_MS, sweep);
    const now = clock.now();
    stateBytes.measure();
    const mostByLogs = options.historyBytes - keptByStates();
    for (let tries = 0; tries < 16 && keptByLogs() > mostByLogs; tries++)
      for (const { log } of hubs.logs) log?.shrinkTo(log.keptBytes / 2);
    for (const { log } of hubs.logs) log?.dropOlderThan(now - options.historyMs);
    for (const hub of hubs.states) void hub.sweep();
    const open = hubs.all().filter((hub) => hub.isOpen);
    // A message that got lost without a broken connection would otherwise show with the next one only.
    if (open.length > 0) void open[watched++ % open.length]?.refresh();
    hubs.sweep(now);
  }
  let cancelSweep = clock.schedule(SWEEP_MS, sweep);

  /** Waits for something, but not for long. */
  async function patiently(isDone: () => boolean): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS && !isDone(); waited += POLL_MS)
      await new Promise<void>((resolve) => clock.schedule(POLL_MS, resolve));
  }

  await patiently(() => link.isUp);

  return {
    engine: 'redis',
    node,
    async openLog(channel) {
      if (!hubs.hasRoomFor(channel)) throw new RangeError(hubs.full);
      return await hubs.logOf(channel).openLog();
    },
    async openState(channel) {
      if (!hubs.hasRoomFor(channel)) throw new RangeError(hubs.full);
      const isNew = openChannelKind(channel) !== undefined && !hubs.known(channel)?.isOpen;
      // What it brings is not known before: one more is opened while there is room at all.
      if (isNew && !stateBytes.takes(1)) throw new RangeError(stateBytes.full);
      return await hubs.stateOf(channel).openState();
    },
    // Asked about any name at all: nothing is made for it.
    async exists(channel) {
      const hub = hubs.known(channel);
      try {
        return await (hub?.exists() ?? wasUsed(link, channelNames(prefix, channel, node)));
      } catch {
        return hub?.isOpen ?? false;
      }
    },
    publish(channel, publication, how = {}) {
      if (takes(channel, how.onDone)) hubs.logOf(channel).publish(publication, how);
    },
    put(channel, key, record, how = {}) {
      if (takes(channel, how.onDone)) hubs.stateOf(channel).change('p', key, JSON.stringify(record), how);
    },
    del(channel, key, how = {}) {
      if (takes(channel, how.onDone)) hubs.stateOf(channel).change('d', key, '', how);
    },
    drop(channel) {
      if (!isClosed) hubs.of(channel).drop();
    },
    async sourceOf(channel) {
      try {
        const hub = hubs.known(channel);
        return await (hub instanceof LogHub ? hub.sourceOf() : readSource(link, channelNames(prefix, channel, node)));
      } catch {
        return undefined;
      }
    },
    peers,
    health: () => ({ degraded: degraded(), lagMs: lag.ms }),
    onHealth(hook) {
      healthHooks.add(hook);
      return () => healthHooks.delete(hook);
    },
    stats: () => ({
      channels: hubs.size,
      keptBytes: keptByLogs() + keptByStates(),
      queuedBytes: budget.bytes,
      ...counts,
    }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelSweep();
      kickAll();
      await patiently(() => degraded() !== undefined || !hubs.all().some((hub) => hub.hasWaiting));
      const left = peers.leave();
      await Promise.race([left, new Promise<void>((resolve) => clock.schedule(PATIENCE_MS / 4, resolve))]);
      for (const hub of hubs.all()) hub.close();
      link.close();
    },
  };
}
