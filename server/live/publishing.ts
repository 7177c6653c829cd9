import type * as v from 'valibot';
import { type ChannelName, isFeedChannel, openChannelKind } from '../../src/contract/channel.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import { fromJsonSamples } from '../../src/contract/json-samples.ts';
import type { SampleBatch } from '../../src/contract/sample-batch.ts';
import type { publicationEntries } from '../../src/contract/to-relay.ts';
import type { Bus, Published } from '../bus/bus.ts';
import { appError } from '../relay/session.ts';

export type Publication = {
  readonly [K in keyof typeof publicationEntries]?: v.InferOutput<(typeof publicationEntries)[K]>;
};

/** Why nobody may publish there, whatever their rights; undefined: it is an open channel. */
export function closedChannel(channel: ChannelName): AppError | undefined {
  if (openChannelKind(channel) === undefined)
    return appError('not-allowed', `${channel} is not an open channel: only Hyphae itself publishes there`);
  return isFeedChannel(channel)
    ? appError('not-allowed', `${channel} is a feed: it brings what others publish elsewhere`)
    : undefined;
}

/** Records and changes one publication counts for, towards the rates; a batch of samples counts once, however many rows it has. */
export const weightOf = (publication: Publication): number =>
  Math.max(1, (publication.records?.length ?? 0) + (publication.puts?.length ?? 0) + (publication.dels?.length ?? 0));

/**
 * Puts what a client says on an open channel. Returns why it does not fit the channel; whether the bus took it is told to `onDone`,
 * exactly once, unless it was refused here.
 */
export function publishOpen(
  bus: Bus,
  channel: ChannelName,
  publication: Publication,
  onDone?: (outcome: Published) => void,
): AppError | undefined {
  const kind = openChannelKind(channel);
  const closed = closedChannel(channel);
  if (closed) return closed;
  const { records, puts, dels, samples, key, ttlMs } = publication;
  switch (kind) {
    case 'events':
      if (records === undefined || puts || dels || samples)
        return appError('bad-message', `an events channel takes records, and nothing else`);
      bus.publish(channel, { t: 'events', records }, { key, onDone });
      return undefined;
    case 'samples':
      if (samples === undefined || puts || dels || records)
        return appError('bad-message', `a samples channel takes samples, and nothing else`);
      return publishSamples(bus, channel, fromJsonSamples(samples), key, onDone);
    default:
      return publishState(bus, channel, { puts: puts ?? [], dels: dels ?? [], ttlMs, key }, records ?? samples, onDone);
  }
}

/** A batch for an open samples channel, from JSON or from a binary frame. */
export function publishSamples(
  bus: Bus,
  channel: ChannelName,
  batch: SampleBatch,
  key?: string | undefined,
  onDone?: (outcome: Published) => void,
): AppError | undefined {
  const closed = closedChannel(channel);
  if (closed) return closed;
  if (openChannelKind(channel) !== 'samples') return appError('bad-message', `${channel} does not take samples`);
  if (batch.times.length === 0) return appError('bad-message', 'a batch without rows');
  bus.publish(channel, { t: 'samples', batch }, { key, onDone });
  return undefined;
}

interface Changes {
  readonly puts: readonly (readonly [string, unknown])[];
  readonly dels: readonly string[];
  readonly ttlMs: number | undefined;
  readonly key: string | undefined;
}

function publishState(
  bus: Bus,
  channel: ChannelName,
  { puts, dels, ttlMs, key }: Changes,
  misplaced: unknown,
  onDone?: (outcome: Published) => void,
): AppError | undefined {
  if (misplaced !== undefined || puts.length + dels.length === 0)
    return appError('bad-message', 'a state channel takes puts and dels, at least one of them');
  // A key's latest record is what counts: to put it twice changes nothing, so no key is needed to make it safe.
  if (key !== undefined) return appError('bad-message', 'a change of state needs no key: repeating it changes nothing');
  let left = puts.length + dels.length;
  let failure: Published | undefined;
  const done =
    onDone &&
    ((outcome: Published) => {
      if (!outcome.ok) failure ??= outcome;
      left--;
      if (left === 0) onDone(failure ?? outcome);
    });
  for (const name of dels) bus.del(channel, name, { onDone: done });
  for (const [name, record] of puts) bus.put(channel, name, record, { ttlMs, onDone: done });
  return undefined;
}
