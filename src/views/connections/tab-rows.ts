import { formatBytes } from '../../components/format-value.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { Facts } from './facts.ts';
import type { Loss } from './losses.ts';
import type { Hop, InspectorRow } from './row.ts';
import type { RowState } from './row-state.ts';

type TabStats = HubStats['tabs'][number];

/** A page acknowledges what it has drawn; eight deliveries are ahead at most. */
const AHEAD = 8;

/** Each page of this browser, as its hub sees it. */
export const tabRows = (facts: Facts): readonly InspectorRow[] =>
  (facts.hub?.tabs ?? []).map((tab) => {
    const losses = tabLosses(tab);
    // A page that does not draw now gets nothing more: that is slow, not lost.
    const state: RowState = { is: tab.unacked >= AHEAD ? 'late' : 'live', since: undefined };
    return {
      id: `tab:${tab.tab}`,
      group: 'tabs',
      parent: undefined,
      name: tabName(facts, tab),
      note: words.tab.subs(tab.subs),
      transport: words.transports.port,
      state,
      simulated: false,
      records: tab.delivered,
      bytes: tab.bytes,
      lastAt: undefined,
      latency: undefined,
      rttMs: undefined,
      losses,
      subs: tab.subs,
      hops: () => [hubHop(facts), hopOf(facts, tab)],
      actOn: undefined,
      messages: undefined,
      remarks: () => [words.tab.about],
      facts: { tab },
    };
  });

export const tabName = (facts: Facts, { tab }: TabStats): string =>
  tab === facts.tab ? words.tab.here : words.tab.other(tab.slice(0, 4));

/** The last station of everything: the page that shows it. */
export function tabHop(facts: Facts): Hop {
  const tab = facts.hub?.tabs.find((one) => one.tab === facts.tab);
  return tab === undefined
    ? { at: 'tab', name: words.tab.here, facts: [], losses: [], unknown: words.hop.hubSilent }
    : hopOf(facts, tab);
}

const hopOf = (facts: Facts, tab: TabStats): Hop => ({
  at: 'tab',
  name: tabName(facts, tab),
  facts: [
    words.tab.deliveries(tab.delivered),
    formatBytes(tab.bytes),
    words.tab.subs(tab.subs),
    words.tab.waiting(tab.unacked),
  ],
  losses: tabLosses(tab),
});

const hubHop = ({ hub }: Facts): Hop => ({
  at: 'hub',
  name: words.hop.hub,
  facts: [
    words.hop.channels(hub?.channels.length ?? 0),
    words.hop.kept(formatBytes(hub?.channels.reduce((sum, one) => sum + one.keptBytes, 0) ?? 0)),
  ],
  losses:
    (hub?.unreadableBatches ?? 0) > 0
      ? [{ what: 'dropped', reason: words.hop.unreadable, count: hub?.unreadableBatches ?? 0 }]
      : [],
});

function tabLosses(tab: TabStats): readonly Loss[] {
  const all: readonly Loss[] = [
    { what: 'dropped', reason: words.tab.slow, count: tab.dropped },
    { what: 'thinned', reason: words.tab.slow, count: tab.thinned },
    { what: 'merged', reason: '', count: tab.conflated },
  ];
  return all.filter(({ count }) => count > 0);
}
