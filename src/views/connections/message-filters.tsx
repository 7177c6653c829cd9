import { For, type JSX } from 'solid-js';
import { connections as words } from '../../i18n/connections.ts';
import type { PaneProps } from './pane.ts';
import { DIRECTIONS, type Direction, type MessageOutcome, OUTCOMES } from './state.ts';

/** What of the tail is shown: words, ways, and what became of it. */
export function MessageFilters(props: PaneProps): JSX.Element {
  const toggle = (name: Direction | MessageOutcome) => {
    const hidden = new Set(props.address.hidden);
    if (!hidden.delete(name)) hidden.add(name);
    props.change({ hidden });
  };
  const button = (name: Direction | MessageOutcome, label: string) => (
    <button
      type="button"
      class="button"
      data-filter={name}
      aria-pressed={!props.address.hidden.has(name)}
      onClick={() => toggle(name)}
    >
      {label}
    </button>
  );
  return (
    <>
      <input
        class="field"
        type="search"
        aria-label={words.messages.show}
        placeholder={words.messages.show}
        value={props.address.show}
        onInput={(event) => props.change({ show: event.currentTarget.value })}
      />
      <fieldset class="row message-kinds" aria-label={words.messages.filters}>
        <For each={DIRECTIONS}>{(name) => button(name, words.messages.directions[name])}</For>
        <For each={OUTCOMES}>{(name) => button(name, words.messages.outcomes[name])}</For>
      </fieldset>
    </>
  );
}
