import { For, type JSX, Show } from 'solid-js';
import { AGENT_STATES, type AgentState } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { EDGE_KINDS, type EdgeKind, GROUPINGS, SHOWN_AS, type TopologyAddress } from './state.ts';
import { StateWord } from './state-word.tsx';

export interface ToolbarProps {
  readonly address: TopologyAddress;
  readonly change: (part: Partial<TopologyAddress>) => void;
  readonly categories: readonly string[];
  readonly found: number | undefined;
  readonly all: number;
  /** Enter in the search. */
  readonly onOpenFirst: () => void;
}

const flipped = <T,>(set: ReadonlySet<T> | undefined, one: T): ReadonlySet<T> => {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
};

/** Search, grouping, filters, and graph or table. All of it is in the address. */
export function Toolbar(props: ToolbarProps): JSX.Element {
  const filters = () =>
    (props.address.states?.size ?? 0) + props.address.hidden.size + (props.address.category === undefined ? 0 : 1);
  const flipState = (state: AgentState) => {
    const states = flipped(props.address.states, state);
    props.change({ states: states.size === 0 ? undefined : states });
  };
  return (
    <search class="topology-bar">
      <label class="topology-find">
        <span class="visually-hidden">{words.search}</span>
        <input
          class="field"
          type="search"
          maxLength={256}
          placeholder={words.search}
          title={words.searchHint}
          value={props.address.find}
          onInput={(event) => props.change({ find: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') props.onOpenFirst();
          }}
        />
      </label>
      <Show when={props.found !== undefined}>
        <span class="soft small" role="status" data-found={props.found}>
          {words.found(props.found ?? 0, props.all)}
        </span>
      </Show>
      <label class="row">
        <span class="soft small">{words.group}</span>
        <select
          class="field"
          value={props.address.group}
          onChange={(event) =>
            props.change({ group: GROUPINGS.find((name) => name === event.currentTarget.value) ?? 'category' })
          }
        >
          <For each={GROUPINGS}>{(name) => <option value={name}>{words.groups[name]}</option>}</For>
        </select>
      </label>
      <details class="topology-filter">
        <summary class="button">{filters() === 0 ? words.filter : words.filterOn(filters())}</summary>
        <div class="topology-filters">
          <fieldset>
            <legend class="small soft">{words.stateFilter}</legend>
            <For each={AGENT_STATES}>
              {(state) => (
                <label class="row">
                  <input
                    type="checkbox"
                    checked={props.address.states?.has(state) ?? false}
                    onChange={() => flipState(state)}
                  />
                  <StateWord state={state} />
                </label>
              )}
            </For>
          </fieldset>
          <fieldset>
            <legend class="small soft">{words.edgeFilter}</legend>
            <For each={EDGE_KINDS}>
              {(kind: EdgeKind) => (
                <label class="row">
                  <input
                    type="checkbox"
                    checked={!props.address.hidden.has(kind)}
                    onChange={() => props.change({ hidden: flipped(props.address.hidden, kind) })}
                  />
                  {words.edgeKinds[kind]}
                </label>
              )}
            </For>
            <label class="topology-category">
              <span class="small soft">{words.category}</span>
              <select
                class="field"
                value={props.address.category ?? ''}
                onChange={(event) => props.change({ category: event.currentTarget.value || undefined })}
              >
                <option value="">{words.anyCategory}</option>
                <For each={props.categories}>{(name) => <option value={name}>{name}</option>}</For>
              </select>
            </label>
            <button
              type="button"
              class="button"
              disabled={filters() === 0}
              onClick={() => props.change({ states: undefined, hidden: new Set(), category: undefined })}
            >
              {words.reset}
            </button>
          </fieldset>
        </div>
      </details>
      <fieldset class="row topology-views" aria-label={words.shownAs}>
        <For each={SHOWN_AS}>
          {(view) => (
            <button
              type="button"
              class="button"
              aria-pressed={props.address.view === view}
              onClick={() => props.change({ view })}
            >
              {view === 'graph' ? words.asGraph : words.asTable}
            </button>
          )}
        </For>
      </fieldset>
    </search>
  );
}
