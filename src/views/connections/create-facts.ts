import { type Accessor, createMemo } from 'solid-js';
import { now } from '../../components/now.ts';
import { pageShown } from '../../components/page-shown.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { createServerFacts } from './create-server-facts.ts';
import type { Facts } from './facts.ts';

/** Nobody reads a table faster; boards change ten times a second. */
const EVERY_MS = 500;

/** Everything at this moment. Looking at `hub` tells the hub that somebody inspects: it wakes every upstream. */
export function createFacts(): { readonly facts: Accessor<Facts>; readonly ready: Accessor<boolean> } {
  const link = useLink();
  const { upstreams, lines, ready } = createUpstreams(link);
  const boards = createState<BoardStatus>(link, () => 'boards', { everyMs: EVERY_MS });
  const relay = createState<RelayStatus>(link, () => 'relay', { everyMs: EVERY_MS });
  const hub = createState<HubStats>(link, () => 'hub');
  const server = createServerFacts();
  const facts = createMemo<Facts>((before) => {
    // A hidden page draws nothing, and the whole truth at once when it is shown.
    if (!pageShown() && before !== undefined) return before;
    return {
      now: now(),
      tab: link.tab,
      upstreams: upstreams(),
      lines: lines(),
      boards: boards.records.values(),
      relay: relay.records.get('relay'),
      hub: hub.records.get('hub'),
      server: server(),
    };
  });
  return { facts, ready };
}
