import { type JSX, Show } from 'solid-js';
import { home as words } from '../../i18n/home.ts';
import type { Dashboard } from './dashboard.ts';
import type { Trouble } from './use-dashboards.ts';

export interface NoticesProps {
  readonly trouble: Trouble | undefined;
  readonly problem: string | undefined;
  readonly onProblem: () => void;
  /** Somebody's, by a link. */
  readonly offered: Dashboard | undefined;
  readonly onTake: (dashboard: Dashboard) => void;
  readonly onDismiss: () => void;
  /** Why what the views offer could not be loaded. */
  readonly kindsFailed: unknown;
  readonly onAgain: () => void;
}

/** What a person must know or decide before they go on. */
export function Notices(props: NoticesProps): JSX.Element {
  return (
    <>
      <Show when={props.trouble}>
        {(trouble) => (
          <p class="home-trouble" role="alert" data-trouble={trouble().is}>
            ▲ {trouble().is === 'unreadable' ? words.unreadable(trouble().why) : words.notSaved(trouble().why)}
          </p>
        )}
      </Show>
      <Show when={props.problem}>
        {(text) => (
          <p class="home-trouble row" role="alert" data-problem>
            ▲ {text()}
            <button type="button" class="button quiet" onClick={() => props.onProblem()}>
              {words.dismiss}
            </button>
          </p>
        )}
      </Show>
      <Show when={props.offered}>
        {(dashboard) => (
          <p class="home-offer row" role="alert" data-offered>
            {words.offered(dashboard().name, dashboard().panels.length)}
            <button type="button" class="button primary" onClick={() => props.onTake(dashboard())}>
              {words.take}
            </button>
            <button type="button" class="button" onClick={() => props.onDismiss()}>
              {words.dismiss}
            </button>
          </p>
        )}
      </Show>
      <Show when={props.kindsFailed}>
        <p class="home-trouble row" role="alert">
          ▲ {words.kindsFailed(String(props.kindsFailed))}
          <button type="button" class="button" onClick={() => props.onAgain()}>
            {words.again}
          </button>
        </p>
      </Show>
    </>
  );
}
