import { type ChannelName, type Cursor, channelKind } from '../../src/contract/channel.ts';
import type { Delivery } from '../../src/contract/from-hub.ts';
import type { Publication } from '../upstreams/upstream.ts';
import type { Channels } from './channels.ts';

/** History for who has nothing of a channel yet: enough to look back, and sixteen boards at once stay below the relay's limits. */
const HISTORY = { events: 1_000, samples: 10 * 60_000, state: undefined };

/** Lets everything that goes through a channel flow into `sink`: what it has not had first ({@link HISTORY}), then live. */
export function tapChannel(options: {
  readonly channels: Channels;
  readonly channel: ChannelName;
  readonly after: Cursor | undefined;
  readonly sink: (publication: Publication) => void;
}): () => void {
  const { channels, channel, after, sink } = options;
  let soon = false;
  let closed = false;
  const wake = () => {
    if (soon || closed) return;
    soon = true;
    queueMicrotask(drain);
  };
  const kind = channelKind(channel);
  const place =
    after !== undefined && after.epoch === channels.epochOf(channel)
      ? { after }
      : { rewind: kind === undefined ? undefined : HISTORY[kind] };
  const reader = channels.read(channel, { sub: 0, wake, ...place, whole: true });
  if (reader === undefined) return () => undefined;
  const close = () => {
    closed = true;
    reader.close();
  };
  function drain(): void {
    soon = false;
    try {
      while (!closed && reader?.pending === true) {
        for (const item of reader.take().items) for (const one of publicationsOf(channel, item)) sink(one);
      }
    } catch {
      // The sink's own fault: it was told that it is closed then.
      close();
    }
  }
  wake();
  return close;
}

function publicationsOf(channel: ChannelName, item: Delivery): Publication[] {
  switch (item.t) {
    case 'events':
      return item.records.length === 0
        ? []
        : [{ t: 'events', channel, epoch: item.epoch, from: item.from, records: item.records }];
    case 'state':
      return [{ t: 'state', channel, snapshot: item.snapshot, puts: item.puts, dels: item.dels }];
    case 'samples':
      return item.buffers.map((buffer) => ({ t: 'samples', channel, buffer }));
    case 'gap':
      return [{ t: 'gap', channel, gap: item.gap }];
  }
}
