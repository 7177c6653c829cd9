import { type ChannelName, channelKind } from '../../contract/channel.ts';
import { type TapRecord, tapChannelOf } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { HubLink } from '../../link/link.ts';
import {
  gapMessage,
  type Message,
  putMessage,
  recordMessage,
  removedMessage,
  rowsMessage,
  tapMessage,
} from './message.ts';

/** History that an events channel is asked for. */
const REWIND = 200;
/** Of a snapshot: more would only push out the rest. */
const MOST_OF_SNAPSHOT = 2_000;

/**
 * Listens to a connection (`line:<id>`) or a channel, as messages. `undefined`: there is no such channel. Returns how to stop.
 */
export function listen(
  link: HubLink,
  source: string,
  sink: (messages: readonly Message[]) => void,
): (() => void) | undefined {
  if (source.startsWith('line:')) {
    return link.subscribeEvents<TapRecord>(tapChannelOf(source.slice('line:'.length)), {
      onEvents: (records) => sink(records.map(tapMessage)),
      onGap: (gap) => sink([gapMessage(gap, Date.now())]),
    });
  }
  switch (channelKind(source)) {
    case 'events':
      return link.subscribeEvents<unknown>(
        source,
        {
          onEvents: (records) => {
            const at = Date.now();
            sink(records.map((record) => recordMessage(record, timeOf(record) ?? at)));
          },
          onGap: (gap) => sink([gapMessage(gap, Date.now())]),
        },
        { rewind: REWIND },
      );
    case 'state':
      return listenToState(link, source, sink);
    case 'samples':
      return link.subscribeSamples(
        source,
        {
          onSamples: (batches) => sink(batches.map((batch) => rowsMessage(batch, Date.now()))),
          onGap: (gap) => sink([gapMessage(gap, Date.now())]),
        },
        { rewind: 1_000 },
      );
    case undefined:
      return undefined;
  }
}

function listenToState(link: HubLink, channel: ChannelName, sink: (messages: readonly Message[]) => void): () => void {
  return link.subscribeState<unknown>(channel, {
    onState: ({ snapshot, puts, dels, conflated }) => {
      const at = Date.now();
      const how = snapshot ? words.messages.snapshot : conflated > 0 ? words.messages.merged(conflated) : '';
      sink([
        ...puts.slice(-MOST_OF_SNAPSHOT).map(([key, record]) => putMessage(key, record, at, how)),
        ...dels.map((key) => removedMessage(key, at)),
      ]);
    },
  });
}

/** Of records that are shown long after they came (history). */
function timeOf(record: unknown): number | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const { rx, at } = record as { readonly rx?: unknown; readonly at?: unknown };
  return typeof rx === 'number' ? rx : typeof at === 'number' ? at : undefined;
}
