import { createUniqueId, type JSX, Match, Show, Switch } from 'solid-js';
import { type ActState, isUnderWay } from '../contract/act.ts';
import { panels as words } from '../i18n/panels.ts';
import { ageWords } from './age-words.ts';
import { formatCount } from './format-value.ts';
import { HoldButton } from './hold-button.tsx';
import { now } from './now.ts';
import './act-button.css';

export interface ActButtonProps {
  readonly label: string;
  /** Of `createUpstreamAct`. */
  readonly act: { readonly state: () => ActState; start(args: unknown): void; reset(): void };
  /** Asked for at the moment of pressing. */
  readonly args: () => unknown;
  /** Why it cannot be done now, for people; undefined: it can. */
  readonly whyNot?: string | undefined;
  /** Cannot be undone: held for a second, or pressed twice. */
  readonly danger?: boolean;
  readonly primary?: boolean;
}

const tookWords = (ms: number): string => (ms < 10_000 ? `${formatCount(ms)} ms` : ageWords(ms));

/** A button that asks an upstream for something and shows in place how that goes: sent → accepted 43 ms → done. */
export function ActButton(props: ActButtonProps): JSX.Element {
  const id = createUniqueId();
  const state = () => props.act.state();
  const isOff = () => props.whyNot !== undefined || isUnderWay(state());
  const start = () => props.act.start(props.args());
  return (
    <span class="act" data-act={state().is}>
      <Show
        when={props.danger}
        fallback={
          <button
            type="button"
            class="button"
            classList={{ primary: props.primary === true }}
            disabled={isOff()}
            title={props.whyNot}
            aria-describedby={id}
            onClick={start}
          >
            {props.label}
          </button>
        }
      >
        <HoldButton
          label={props.label}
          disabled={isOff()}
          {...(props.whyNot !== undefined && { title: props.whyNot })}
          onConfirm={start}
        />
      </Show>
      <ActWords id={id} state={state()} onDismiss={() => props.act.reset()} />
    </span>
  );
}

/** How an act goes, in words. */
export function ActWords(props: {
  readonly id?: string;
  readonly state: ActState;
  readonly onDismiss?: () => void;
}): JSX.Element {
  return (
    <span class="act-words small" id={props.id}>
      <span role="status">
        <Switch>
          <Match when={props.state.is === 'queued'}>◔ {words.act.queued}</Match>
          <Match when={props.state.is === 'sent'}>◔ {words.act.sent}</Match>
          <Match when={props.state.is === 'accepted' && props.state}>
            {(accepted) => <>◑ {words.act.accepted(tookWords(accepted().tookMs))}</>}
          </Match>
          <Match when={props.state.is === 'done' && props.state}>
            {(done) => <span class="act-done">✓ {words.act.done(tookWords(done().tookMs))}</span>}
          </Match>
          <Match when={props.state.is === 'unconfirmed'}>
            <span class="act-unsure">? {words.act.unconfirmed}</span>
          </Match>
          <Match when={props.state.is === 'failed' && props.state}>
            {(failed) => (
              <span class="act-failed">
                ✕ {words.act.answeredNo(failed().error.message)}{' '}
                <Show when={props.onDismiss}>
                  {(dismiss) => (
                    <button type="button" class="act-dismiss" onClick={() => dismiss()()}>
                      {words.act.again}
                    </button>
                  )}
                </Show>
              </span>
            )}
          </Match>
        </Switch>
      </span>
      {/* Beside it: a reader would hear every second of it. */}
      <Show when={props.state.is === 'sent' && props.state}>
        {(sent) => <> {ageWords(Math.max(0, now() - sent().since))}</>}
      </Show>
    </span>
  );
}
