import { randomBytes } from 'node:crypto';
import { type ChannelName, channelKind } from '../../../src/contract/channel.ts';
import type { Clock } from '../../clock.ts';
import type { Bus, BusHealth, NodeId, Published } from '../bus.ts';
import type { Pulse } from '../pulse.ts';
import { LagMeter } from './lag-meter.ts';
import { RedisLink } from './link.ts';
import { LogHub } from './log-hub.ts';
import { QueueBudget } from './queue-budget.ts';
import { RedisPeers } from './redis-peers.ts';
import type { RedisBusOptions, Shared } from './shared.ts';
import { StateHub } from './state-hub.ts';

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
  const logs = new Map<ChannelName, LogHub>();
  const states = new Map<ChannelName, StateHub>();
  const topics = new Map<string, LogHub | StateHub>();
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

  const hubs = (): (LogHub | StateHub)[] => [...logs.values(), ...states.values()];
  const link: RedisLink = new RedisLink({ url: options.redisUrl, ca: options.redisCa }, clock, {
    onMessage(topic, message) {
      const hub = topics.get(topic);
      if (hub !== undefined) hub.onWake(message);
      else peers.onMessage(topic, message);
    },
    onUp(isConcerned) {
      if (ups++ > 0) counts.reconnects++;
      for (const hub of hubs()) if (isConcerned(hub.names.topic)) hub.onUp();
      peers.onUp();
      changed();
    },
    onAway(isConcerned) {
      for (const hub of hubs()) if (isConcerned(hub.names.topic)) hub.onAway();
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
    onStuck: changed,
    changed: () => new Promise((resolve) => changeWaiters.push(resolve)),
  };

  function kickAll(): void {
    const kicked = dirty;
    dirty = new Set();
    for (const one of kicked) one.kick();
  }

  function degraded(): BusHealth['degraded'] {
    const away = link.away ?? hubs().find((hub) => hub.away !== undefined)?.away;
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

  function logOf(channel: ChannelName): LogHub {
    const known = logs.get(channel);
    if (known !== undefined) return known;
    const made = new LogHub(channel, shared);
    logs.set(channel, made);
    topics.set(made.names.topic, made);
    return made;
  }

  function stateOf(channel: ChannelName): StateHub {
    const known = states.get(channel);
    if (known !== undefined) return known;
    const made = new StateHub(channel, shared);
    states.set(channel, made);
    topics.set(made.names.topic, made);
    return made;
  }

  const hubOf = (channel: ChannelName) => (channelKind(channel) === 'state' ? stateOf(channel) : logOf(channel));

  /** Whether one more channel may be used here; says so if not. */
  function hasRoom(channel: ChannelName, onDone: ((outcome: Published) => void) | undefined): boolean {
    if (!isClosed && (topics.size < options.maxChannels || logs.has(channel) || states.has(channel))) return true;
    counts.refused++;
    const message = isClosed ? 'the server stops' : `maxChannels: ${options.maxChannels} channels are in use`;
    onDone?.({ ok: false, error: { code: 'limit-reached', message }, retryAfterMs: undefined });
    return false;
  }

  const keptBytes = (): number => [...logs.values()].reduce((sum, { log }) => sum + (log?.keptBytes ?? 0), 0);

  function sweep(): void {
    cancelSweep = clock.schedule(SWEEP_MS, sweep);
    const now = clock.now();
    for (let tries = 0; tries < 16 && keptBytes() > options.historyBytes; tries++)
      for (const { log } of logs.values()) log?.shrinkTo(log.keptBytes / 2);
    for (const { log } of logs.values()) log?.dropOlderThan(now - options.historyMs);
    for (const hub of states.values()) void hub.sweep();
    const open = hubs().filter((hub) => hub.isOpen);
    // A message that got lost without a broken connection would otherwise show with the next one only.
    if (open.length > 0) void open[watched++ % open.length]?.refresh();
    for (const hub of hubs()) {
      if (hub.isOpen || hub.hasWaiting || now - hub.usedAt < options.historyMs) continue;
      hub.close();
      logs.delete(hub.name);
      states.delete(hub.name);
      topics.delete(hub.names.topic);
    }
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
    openLog: async (channel) => await logOf(channel).openLog(),
    openState: async (channel) => await stateOf(channel).openState(),
    async exists(channel) {
      try {
        return await hubOf(channel).exists();
      } catch {
        return topics.get(hubOf(channel).names.topic)?.isOpen ?? false;
      }
    },
    publish(channel, publication, how = {}) {
      if (hasRoom(channel, how.onDone)) logOf(channel).publish(publication, how);
    },
    put(channel, key, record, how = {}) {
      if (hasRoom(channel, how.onDone)) stateOf(channel).change('p', key, JSON.stringify(record), how);
    },
    del(channel, key, how = {}) {
      if (hasRoom(channel, how.onDone)) stateOf(channel).change('d', key, '', how);
    },
    drop(channel) {
      if (!isClosed) hubOf(channel).drop();
    },
    async sourceOf(channel) {
      try {
        return await logOf(channel).sourceOf();
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
    stats: () => ({ channels: topics.size, keptBytes: keptBytes(), queuedBytes: budget.bytes, ...counts }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelSweep();
      kickAll();
      await patiently(() => degraded() !== undefined || !hubs().some((hub) => hub.hasWaiting));
      const left = peers.leave();
      await Promise.race([left, new Promise<void>((resolve) => clock.schedule(PATIENCE_MS / 4, resolve))]);
      for (const hub of hubs()) hub.close();
      link.close();
    },
  };
}
