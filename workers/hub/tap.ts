import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { Delivery } from '../../src/contract/from-hub.ts';
import type { Publication } from '../upstreams/upstream.ts';
import type { Channels } from './channels.ts';

/** Lets everything that goes through a channel flow into `sink`: what is kept after `after` first, then live. */
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
  const reader = channels.read(channel, { sub: 0, wake, after, whole: true });
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
