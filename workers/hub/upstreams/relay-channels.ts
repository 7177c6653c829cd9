import type { RelayStatus } from '../../../src/contract/relay-status.ts';
import type { RelayChannels } from '../../upstreams/adapter.ts';
import type { Channels } from '../channels.ts';
import { tapChannel } from '../tap.ts';

const NOT_REACHED = 'our server is not reached yet';

/**
 * Open channels of our server, for adapters: they read the hub's channel of that name, as a tab does. Whoever reads it makes it wanted, so
 * the server is asked once for all of them, and not at all when nobody is left.
 */
export const relayChannels = (channels: Channels): RelayChannels => ({
  watch: (listener) => {
    let before: boolean | undefined;
    return tapChannel({
      channels,
      channel: 'relay',
      after: undefined,
      sink: () => {
        const status = channels.state('relay')?.get('relay') as RelayStatus | undefined;
        const reached = status?.state.is === 'live';
        if (reached === before) return;
        before = reached;
        const why =
          status?.state.is === 'retrying' || status?.state.is === 'refused' ? status.state.reason : NOT_REACHED;
        listener(reached, why);
      },
    });
  },
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
