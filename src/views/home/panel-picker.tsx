import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { PanelKind } from '../../components/panel-kinds.ts';
import { home as words } from '../../i18n/home.ts';
import { MAX_PANELS } from './dashboard.ts';

/** What can be put on a dashboard, found by any of its words. */
export function PanelPicker(props: {
  readonly kinds: readonly PanelKind[];
  readonly isFull: boolean;
  readonly onPick: (id: string) => void;
}): JSX.Element {
  const [find, setFind] = createSignal('');
  const found = createMemo(() => {
    const wanted = find().trim().toLowerCase();
    return props.kinds.filter(({ id, title, about }) => `${id} ${title} ${about}`.toLowerCase().includes(wanted));
  });
  return (
    <div class="home-picker">
      <h2>{words.addTitle}</h2>
      <Show when={!props.isFull} fallback={<p role="alert">{words.full(MAX_PANELS)}</p>}>
        <input
          type="search"
          class="field"
          aria-label={words.search}
          placeholder={words.searchHint}
          value={find()}
          onInput={(event) => setFind(event.currentTarget.value)}
        />
        <ul>
          <For each={found()} fallback={<li class="soft">{words.nothingFound}</li>}>
            {(kind) => (
              <li>
                <button type="button" class="home-choice" data-kind={kind.id} onClick={() => props.onPick(kind.id)}>
                  <strong>{kind.title}</strong> <span class="soft small">{kind.id.split('.')[0]}</span>
                  <br />
                  <span class="soft small">{kind.about}</span>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
