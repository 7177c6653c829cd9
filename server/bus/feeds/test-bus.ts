import type { ChannelName } from '../../../src/contract/channel.ts';
import type { BusPublication, Published, PublishOptions, PutOptions } from '../bus.ts';

const DONE: Published = { ok: true, cursor: { epoch: 'e', offset: 0 }, duplicate: false };

/** A bus that writes down what it is told, for tests of what is published. It refuses while `refuses` is set. */
export function recordingBus() {
  const taken: { readonly channel: ChannelName; readonly publication: BusPublication }[] = [];
  const state = new Map<ChannelName, Map<string, unknown>>();
  const keysOf = (channel: ChannelName): Map<string, unknown> => {
    const keys = state.get(channel) ?? new Map<string, unknown>();
    state.set(channel, keys);
    return keys;
  };
  const recorder = {
    state,
    refuses: undefined as Published | undefined,
    publish(channel: ChannelName, publication: BusPublication, { onDone }: PublishOptions = {}): void {
      if (recorder.refuses === undefined) taken.push({ channel, publication });
      onDone?.(recorder.refuses ?? DONE);
    },
    put(channel: ChannelName, key: string, record: unknown, { onDone }: PutOptions = {}): void {
      keysOf(channel).set(key, record);
      onDone?.(DONE);
    },
    del(channel: ChannelName, key: string, { onDone }: PutOptions = {}): void {
      keysOf(channel).delete(key);
      onDone?.(DONE);
    },
  };
  return { bus: recorder, taken };
}
