import { useSearchParams } from '@solidjs/router';
import { createMemo, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { TabStrip, tabId } from '../../components/tab-strip.tsx';
import { connections as words } from '../../i18n/connections.ts';
import { PANES } from './panes.ts';
import { type ConnectionsAddress, readConnectionsAddress, writeConnectionsAddress } from './state.ts';
import './connections-view.css';

/** Everything that data goes through: seen at a glance, looked into, tried out, added to. */
export function ConnectionsView(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readConnectionsAddress(search));
  const change = (part: Partial<ConnectionsAddress>) =>
    setSearch(writeConnectionsAddress({ ...address(), ...part }), { replace: part.tab === undefined, scroll: false });
  const pane = createMemo(() => PANES.find(({ id }) => id === address().tab) ?? PANES[0]);

  return (
    <div class="connections-view">
      <h1 class="visually-hidden">{words.title}</h1>
      <div class="connections-head">
        <TabStrip
          label={words.tabs.label}
          tabs={PANES}
          chosen={pane().id}
          onChoose={(tab) => change({ tab })}
          pane="connections-pane"
        />
      </div>
      <div
        id="connections-pane"
        class="connections-pane"
        role="tabpanel"
        aria-labelledby={tabId('connections-pane', pane().id)}
      >
        <Dynamic component={pane().component} address={address()} change={change} />
      </div>
    </div>
  );
}
