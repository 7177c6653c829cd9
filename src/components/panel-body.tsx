import { createMemo, type JSX, Match, type ParentProps, Show, Switch } from 'solid-js';
import { isSourceTrouble, type SourceState } from '../contract/upstream/source-state.ts';
import { panels as words } from '../i18n/panels.ts';
import { ageWords } from './age-words.ts';
import { EmptyState } from './empty-state.tsx';
import { now } from './now.ts';
import { SOURCE_SHAPES } from './source-shapes.ts';
import './panel.css';

export interface PanelBodyProps extends ParentProps {
  readonly source: SourceState;
  /** The first snapshot of the channel has come. */
  readonly ready: boolean;
  /** How much there is to show. */
  readonly count: number;
  /** In the words of a sentence: `instruments`. */
  readonly what: string;
  /** What would be here, why it is not, and the one thing to do; shown when the source is well and has nothing. */
  readonly empty: { readonly title: string; readonly text: string; readonly action?: JSX.Element };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The states round a panel's content. Without data: what is waited for and since when, or why nothing will come. With data and
 * trouble: the data stays, under a line that says from when it is.
 */
export function PanelBody(props: PanelBodyProps): JSX.Element {
  const has = createMemo(() => props.count > 0);
  return (
    <Show when={has()} fallback={<Without {...props} />}>
      <Show when={isSourceTrouble(props.source)}>
        <p class="panel-banner" role="status" data-trouble={props.source.is}>
          <span aria-hidden="true">{SOURCE_SHAPES[props.source.is]} </span>
          {banner(props.source)} <a href="/connections">{words.connections}</a>
        </p>
      </Show>
      {props.children}
    </Show>
  );
}

function Without(props: PanelBodyProps): JSX.Element {
  const state = () => props.source;
  const what = () => capital(props.what);
  const waiting = () => {
    const source = state();
    const since = 'since' in source ? source.since : undefined;
    const age = since === undefined ? 0 : now() - since;
    return age < 1_000 ? words.waiting(props.what) : words.waitingSince(props.what, ageWords(age));
  };
  const detail = () => {
    const { is } = state();
    return is === 'live' ? words.body.answering : is in words.body ? words.body[is as 'quiet'] : '';
  };
  return (
    <Switch
      fallback={
        <p class="panel-waiting soft" role="status" data-waiting={state().is}>
          {waiting()}. {detail()}
        </p>
      }
    >
      <Match when={trouble(state(), what())}>
        {(lines) => (
          <div role="status" data-trouble={state().is}>
            <EmptyState title={lines().title} text={lines().text}>
              <a class="button" href="/connections">
                {words.connections}
              </a>
            </EmptyState>
          </div>
        )}
      </Match>
      <Match when={props.ready && (state().is === 'live' || state().is === 'quiet')}>
        <EmptyState title={props.empty.title} text={props.empty.text}>
          {props.empty.action}
        </EmptyState>
      </Match>
    </Switch>
  );
}

const nextTry = (nextAt: number): string => {
  const inMs = nextAt - now();
  return inMs < 1_000 ? words.retrying.nextNow : words.retrying.nextIn(ageWords(inMs));
};

function trouble(state: SourceState, what: string): { readonly title: string; readonly text: string } | undefined {
  switch (state.is) {
    case 'none':
      return { title: words.none.title(what.toLowerCase()), text: words.none.text(state.why) };
    case 'stopped':
      return { title: words.stopped.title(what), text: words.stopped.text };
    case 'refused':
      return { title: words.refused.title(what), text: words.refused.text(state.why) };
    case 'retrying':
      return {
        title: words.retrying.title(what),
        text: words.retrying.text(capital(state.why), nextTry(state.nextAt), state.attempt),
      };
    case 'stale':
      return {
        title: words.stale.title(what),
        text: state.lastAt === undefined ? words.stale.never : words.stale.text(ageWords(now() - state.lastAt)),
      };
    default:
      return undefined;
  }
}

function banner(state: SourceState): string {
  switch (state.is) {
    case 'stale':
      return words.banner.stale(ageWords(now() - (state.lastAt ?? state.since)));
    case 'retrying':
      return words.banner.retrying(state.why, nextTry(state.nextAt));
    case 'refused':
      return words.banner.refused(state.why);
    case 'stopped':
      return words.banner.stopped;
    default:
      return words.banner.none;
  }
}
