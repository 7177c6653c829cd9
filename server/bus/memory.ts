import { randomUUID } from 'node:crypto';
import { type ChannelName, channelKind } from '../../src/contract/channel.ts';
import type { Clock } from '../clock.ts';
import type { Bus, BusPublication } from './bus.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryState } from './memory-state.ts';

export interface MemoryBusOptions {
  /** Kept per events channel and per samples channel, bytes. */
  readonly eventsLogBytes: number;
  readonly samplesLogBytes: number;
}

/** The engine that needs nothing: everything in this process, gone when it ends (a new epoch tells readers so). */
export function makeMemoryBus(options: MemoryBusOptions, clock: Clock): Bus {
  const logs = new Map<ChannelName, MemoryLog>();
  /** Dropped while somebody reads them: empty, and forgotten with their last reader. */
  const dropped = new Set<ChannelName>();
  const states = new Map<ChannelName, MemoryState>();

  function forgetDropped(channel: ChannelName): void {
    if (dropped.delete(channel)) logs.delete(channel);
  }

  function openLog(channel: ChannelName): MemoryLog {
    dropped.delete(channel);
    const known = logs.get(channel);
    if (known) return known;
    const kind = channelKind(channel);
    if (kind !== 'events' && kind !== 'samples') throw new RangeError(`${channel} is not a log channel`);
    const log = new MemoryLog(
      channel,
      kind,
      randomUUID(),
      kind === 'events' ? options.eventsLogBytes : options.samplesLogBytes,
      () => forgetDropped(channel),
    );
    logs.set(channel, log);
    return log;
  }

  function state(channel: ChannelName): MemoryState {
    const known = states.get(channel);
    if (known) return known;
    const made = new MemoryState(channel, randomUUID(), clock.now);
    states.set(channel, made);
    return made;
  }

  return {
    engine: 'memory',
    log: (channel) => logs.get(channel),
    openLog,
    state,
    publish: (channel, publication: BusPublication) => openLog(channel).append(publication, clock.now()),
    put: (channel, key, record) => state(channel).put(key, record),
    del: (channel, key) => state(channel).del(key),
    drop(channel) {
      logs.get(channel)?.clear();
      dropped.add(channel);
      if (logs.get(channel)?.readers === 0) forgetDropped(channel);
    },
    stats: () => ({
      channels: logs.size + states.size,
      keptBytes: [...logs.values()].reduce((sum, log) => sum + log.keptBytes, 0),
    }),
    close() {
      for (const channel of [...logs.values(), ...states.values()]) channel.close();
      logs.clear();
      states.clear();
    },
  };
}
