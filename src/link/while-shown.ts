import type { Accessor } from 'solid-js';
import type { ChannelName } from '../contract/channel.ts';

/** The channel while its panel can be seen, else none: what nobody sees is not subscribed to. */
export const whileShown =
  (shown: Accessor<boolean>, channel: ChannelName): Accessor<ChannelName | undefined> =>
  () =>
    shown() ? channel : undefined;
