import { useSearchParams } from '@solidjs/router';
import { createMemo, For, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
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

  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = PANES[(PANES.indexOf(pane()) + by + PANES.length) % PANES.length];
    if (next === undefined) return;
    change({ tab: next.id });
    document.getElementById(`connections-tab-${next.id}`)?.focus();
  };

  return (
    <div class="connections-view">
      <h1 class="visually-hidden">{words.title}</h1>
      <div class="connections-tabs" role="tablist" aria-label={words.tabs.label} onKeyDown={step}>
        <For each={PANES}>
          {(one) => (
            <button
              type="button"
              role="tab"
              id={`connections-tab-${one.id}`}
              class="connections-tab"
              aria-selected={pane() === one}
              aria-controls="connections-pane"
              tabIndex={pane() === one ? 0 : -1}
              onClick={() => change({ tab: one.id })}
            >
              {one.name}
            </button>
          )}
        </For>
      </div>
      <div
        id="connections-pane"
        class="connections-pane"
        role="tabpanel"
        aria-labelledby={`connections-tab-${pane().id}`}
      >
        <Dynamic component={pane().component} address={address()} change={change} />
      </div>
    </div>
  );
}
