import { type Accessor, createMemo } from 'solid-js';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import type { LineStatus } from '../../contract/upstream/status.ts';
import { createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { type MessageSources, messageSources } from './message-sources.ts';

/** What can be listened to. The list is made anew only when something comes or goes, so that an open menu stays still. */
export function createSources(): {
  readonly sources: Accessor<MessageSources>;
  readonly lines: Accessor<readonly LineStatus[]>;
  /** A connection with something to see; undefined until one is known. */
  readonly firstLive: Accessor<string | undefined>;
} {
  const link = useLink();
  const { upstreams, lines } = createUpstreams(link);
  const boards = createState<BoardStatus>(link, () => 'boards', { everyMs: 2_000 });
  const hub = createState<HubStats>(link, () => 'hub', { everyMs: 2_000 });
  const sources = createMemo(
    () => messageSources(upstreams(), lines(), boards.records.values(), hub.records.get('hub')),
    undefined,
    { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  const firstLive = createMemo<string | undefined>((before) => {
    const line = lines().find(({ state }) => state.is === 'live');
    return before ?? (line && `line:${line.id}`);
  });
  return { sources, lines, firstLive };
}
