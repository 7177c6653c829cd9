import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { ChannelName } from '../contract/channel.ts';
import { createKeyedRecords, type KeyedRecords } from './keyed-records.ts';
import type { HubLink, SubscribeOptions } from './link.ts';

export interface ChannelState<R> {
  readonly records: KeyedRecords<R>;
  /** The first snapshot has come. */
  readonly ready: Accessor<boolean>;
  /** Changes that were merged into later ones on their way to this page. */
  readonly conflated: Accessor<number>;
}

/** A state channel as reactive records. `undefined` as channel: nothing, and not ready. Lives as long as its owner. */
export function createState<R>(
  link: HubLink,
  channel: Accessor<ChannelName | undefined>,
  options: SubscribeOptions = {},
): ChannelState<R> {
  const { records, apply } = createKeyedRecords<R>();
  const [ready, setReady] = createSignal(false);
  const [conflated, setConflated] = createSignal(0);
  createEffect(
    // The same name again, from a record that changed around it, is no reason to subscribe again.
    on(createMemo(channel), (name) => {
      setReady(false);
      setConflated(0);
      apply({ snapshot: true, puts: [], dels: [] });
      if (name === undefined) return;
      const stop = link.subscribeState<R>(
        name,
        {
          onState: (change) => {
            apply(change);
            if (change.conflated > 0) setConflated((count) => count + change.conflated);
            if (change.snapshot) setReady(true);
          },
        },
        options,
      );
      onCleanup(stop);
    }),
  );
  return { records, ready, conflated };
}
