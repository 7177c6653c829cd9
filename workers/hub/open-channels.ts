import { isServerChannel } from '../upstreams/server-channel.ts';
import type { Publication } from '../upstreams/upstream.ts';
import type { BoardData } from './board-data.ts';
import type { Channels } from './channels.ts';

/** Puts what our server says on an open channel into the hub's channel of that name. Anything else is not the server's to say. */
export function publishOpen(channels: Channels, data: BoardData, publication: Publication): void {
  const { channel } = publication;
  if (!isServerChannel(channel)) return;
  switch (publication.t) {
    case 'events':
      channels.events(channel)?.publishAt({ epoch: publication.epoch, offset: publication.from }, publication.records);
      return;
    case 'state': {
      const state = channels.state(channel);
      if (publication.snapshot) state?.replace(publication.puts);
      else {
        state?.put(publication.puts);
        state?.delete(publication.dels);
      }
      return;
    }
    case 'samples':
      data.openSamplesAt(channel, publication.buffer);
      return;
    case 'gap':
      channels.samples(channel)?.gap(publication.gap);
      channels.events(channel)?.gap(publication.gap);
  }
}
