import type { Bus } from '../bus/bus.ts';
import type { Pulse } from '../bus/pulse.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Relay } from '../relay/relay.ts';
import type { QueueContext } from './client-queue.ts';
import { DeliveryStats } from './delivery-stats.ts';
import type { ReaderContext } from './log-reader.ts';
import { Presence } from './presence.ts';
import type { ReaderCounts } from './reader.ts';
import { Runs } from './runs.ts';

/** What everything that delivers on a server shares, whatever the wire. */
export interface DeliveryContext {
  readonly bus: Bus;
  readonly relay: Relay;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly presence: Presence;
  readonly reading: ReaderContext;
  readonly queueing: QueueContext;
  readonly stats: DeliveryStats;
  /** Of readers that ended; those that read still are asked. */
  readonly ended: { left: number; gaps: number; thinned: number };
  left(counts: ReaderCounts): void;
  close(): void;
}

export function makeDelivery(parts: {
  readonly bus: Bus;
  readonly relay: Relay;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly pulse: Pulse;
}): DeliveryContext {
  const { bus, relay, clock, limits, pulse } = parts;
  const stats = new DeliveryStats();
  const ended = { left: 0, gaps: 0, thinned: 0 };
  const queueing: QueueContext = {
    queueHighBytes: limits.queueHighBytes,
    queueMaxBytes: limits.queueMaxBytes,
    now: clock.now,
    stats,
    dirty: [],
  };
  const stop = pulse.onFlushed(() => {
    const due = queueing.dirty;
    queueing.dirty = [];
    const now = clock.now();
    for (const queue of due) queue.pump(now);
  });
  return {
    bus,
    relay,
    clock,
    limits,
    presence: new Presence(),
    reading: {
      runs: new Runs(),
      samplesLagBytes: limits.samplesLagBytes,
      now: clock.now,
      spansServers: bus.engine !== 'memory',
    },
    queueing,
    stats,
    ended,
    left(counts) {
      ended.left += counts.left;
      ended.gaps += counts.gaps;
      ended.thinned += counts.thinned;
    },
    close: stop,
  };
}
