import { type ChannelName, openChannelKind } from '../../src/contract/channel.ts';
import { parseUpstreamChannel } from '../../src/contract/upstream/upstream.ts';

/**
 * An open channel of our server: somebody publishes there (`events/lab.notes`), or the server brings a feed in (`events/feed/…`). What
 * upstreams of this browser fill, and what is tapped from its connections, is made here and nowhere else.
 */
export const isServerChannel = (name: ChannelName): boolean =>
  openChannelKind(name) !== undefined && !name.startsWith('events/tap/') && parseUpstreamChannel(name) === undefined;
