import { type Accessor, createEffect, createMemo, on, onCleanup } from 'solid-js';
import type { ChannelName } from '../contract/channel.ts';
import { createFrameVersion } from './create-frame-version.ts';
import { BoundedEventLog, type EventLog } from './event-log.ts';
import type { Frame } from './frame.ts';
import type { HubLink, SubscribeOptions } from './link.ts';

export interface ChannelEvents<R> {
  /** Grows at most once per frame when `list` has changed; read it to be run again. */
  readonly version: Accessor<number>;
  /** One log for the life of the owner; it changes in place. */
  readonly list: EventLog<R>;
}

export interface EventsOptions extends SubscribeOptions {
  /** Entries kept in the page. Default 20 000. */
  readonly keep?: number;
  readonly frame?: Frame;
}

/**
 * An events channel as a bounded log. When the hub was restarted, what the page has stays, the gap follows it, and what the new
 * hub knows comes after.
 */
export function createEvents<R>(
  link: HubLink,
  channel: Accessor<ChannelName | undefined>,
  options: EventsOptions = {},
): ChannelEvents<R> {
  const log = new BoundedEventLog<R>(options.keep ?? 20_000);
  const { version, touch } = createFrameVersion(options.frame);
  createEffect(
    // The same name again, from a record that changed around it, is no reason to subscribe again.
    on(createMemo(channel), (name) => {
      log.clear();
      touch();
      if (name === undefined) return;
      let goesOn = false;
      const stop = link.subscribeEvents<R>(
        name,
        {
          onEvents: (records, from, snapshot) => {
            if (snapshot && !goesOn) log.clear();
            goesOn = false;
            log.append(records, from);
            touch();
          },
          onGap: (gap) => {
            if (gap.why === 'hub-restarted') goesOn = true;
            log.gap(gap);
            touch();
          },
        },
        options,
      );
      onCleanup(stop);
    }),
  );
  return { version, list: log };
}
