import type { ChannelName } from '../../../src/contract/channel.ts';
import type { NodeId } from '../bus.ts';

/**
 * What our keys and topics are called. The part in braces decides the slot on a cluster, so all of one channel is on one server, and a
 * script can change it as one.
 * ```text
 *  hyphae:{events/lab.notes}:meta    hash     epoch, life, next offset, …
 *  hyphae:{events/lab.notes}:log     stream   entries, the truth of a log channel
 *  hyphae:{events/lab.notes}:state   hash     key → offset|JSON, of a state channel
 *  hyphae:{events/lab.notes}:ends    sorted   when keys with a time to live vanish
 *  hyphae:{events/lab.notes}:by:N    text     the last batch of server N and what became of it
 *  hyphae:{events/lab.notes}:key:K   text     where the publication with idempotency key K is
 *  hyphae:{events/lab.notes}         topic    wakes readers with the same entries
 * ```
 */
export interface ChannelNames {
  /** Any name of the channel has its slot. */
  readonly topic: string;
  readonly meta: string;
  readonly log: string;
  readonly state: string;
  readonly ends: string;
  readonly by: string;
  key(idempotencyKey: string): string;
}

export function channelNames(prefix: string, channel: ChannelName, node: NodeId): ChannelNames {
  const topic = `${prefix}:{${channel}}`;
  return {
    topic,
    meta: `${topic}:meta`,
    log: `${topic}:log`,
    state: `${topic}:state`,
    ends: `${topic}:ends`,
    by: `${topic}:by:${node}`,
    key: (idempotencyKey) => `${topic}:key:${idempotencyKey}`,
  };
}

/** `@` cannot be in a channel's name. */
export const peerNames = (prefix: string) => ({
  alive: `${prefix}:{@nodes}:alive`,
  left: `${prefix}:{@nodes}:left`,
  mail: (node: NodeId) => `${prefix}:{@nodes}:mail:${node}`,
});
