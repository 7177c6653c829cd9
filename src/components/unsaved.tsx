import { type JSX, Show } from 'solid-js';
import { panels as words } from '../i18n/panels.ts';

/** Beside something that should be kept, while the browser does not take it (`kept-value.ts`). */
export function Unsaved(props: { readonly when: boolean }): JSX.Element {
  return (
    <Show when={props.when}>
      <p class="small" role="alert">
        ▲ {words.unsaved}
      </p>
    </Show>
  );
}
