import type { RelayChannels } from '../../upstreams/adapter.ts';
import type { Channels } from '../channels.ts';
import { tapChannel } from '../tap.ts';

/**
 * Open channels of our server, for adapters: they read the hub's channel of that name, as a tab does. Whoever reads it makes it wanted, so
 * the server is asked once for all of them, and not at all when nobody is left.
 */
export const relayChannels = (channels: Channels): RelayChannels => ({
  read: (channel, sink, after) =>
    tapChannel({
      channels,
      channel,
      after,
      sink: (publication) => {
        switch (publication.t) {
          case 'events':
            sink(publication.records, undefined, undefined, {
              epoch: publication.epoch,
              offset: publication.from + publication.records.length,
            });
            return;
          case 'state': {
            const { snapshot, puts, dels } = publication;
            sink(
              puts.map(([, record]) => record),
              undefined,
              { snapshot, puts, dels },
            );
            return;
          }
          case 'gap':
            sink([], publication.gap);
            return;
          case 'samples':
            // Rows are for curves; no upstream of ours is made of them.
            return;
        }
      },
    }),
});
