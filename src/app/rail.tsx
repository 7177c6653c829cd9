import { A } from '@solidjs/router';
import { For, type JSX, Show } from 'solid-js';
import { t } from '../i18n/en.ts';
import { VIEWS } from './routes.ts';

/** Left rail; a bar at the bottom on narrow screens. A dot means: something there needs you. */
export function Rail(props: { readonly needsYou: readonly string[] }): JSX.Element {
  return (
    <nav class="rail" aria-label={t.app.rail.label}>
      <For each={VIEWS}>
        {(view) => (
          <A class="rail-link" href={view.path} end={view.path === '/'} title={view.name} activeClass="active">
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d={view.icon} />
            </svg>
            <span class="rail-word">{view.name}</span>
            <Show when={props.needsYou.includes(view.path)}>
              <span class="rail-dot">
                <span class="visually-hidden">needs you</span>
              </span>
            </Show>
          </A>
        )}
      </For>
    </nav>
  );
}
