import { createMemo, For, type JSX, Show } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import { scientific as words } from '../../i18n/scientific.ts';

const MOST = 40;

/** The first forty of a list, and how many more there are. Items stay the same elements while their records change. */
export function ShortList(props: {
  readonly class: string;
  readonly ids: readonly string[];
  readonly children: (id: string) => JSX.Element;
}): JSX.Element {
  const shown = createMemo(() => props.ids.slice(0, MOST));
  return (
    <ul class={props.class}>
      <For each={shown()}>{(id) => props.children(id)}</For>
      <Show when={props.ids.length > MOST}>
        <li class="soft small">{words.overview.more(formatCount(props.ids.length - MOST))}</li>
      </Show>
    </ul>
  );
}
