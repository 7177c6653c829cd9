import { Index, type JSX, Show } from 'solid-js';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import { useLink } from '../../link/link-context.ts';
import { actOn, copyText, type RowAction } from './act-on.ts';
import { makeDiagnosis } from './diagnosis.ts';
import { isRealLoss, lossWords } from './losses.ts';
import type { Hop, InspectorRow } from './row.ts';
import { isTrouble } from './row-state.ts';
import { stateSentence } from './state-words.ts';

export interface RowDetailProps {
  readonly row: InspectorRow;
  readonly now: EpochMs;
  readonly onMessages: (of: string) => void;
}

/**
 * What is under an open row: the way of its data with the losses at each station, what to know, what to do. Its texts change in place, so
 * that somebody can select them.
 */
export function RowDetail(props: RowDetailProps): JSX.Element {
  const link = useLink();
  const act = (action: RowAction, id: string) => void actOn(link, action, id, props.row.name);
  const copy = () =>
    void copyText(
      makeDiagnosis(props.row.id, props.row.facts, {
        build: __BUILD__,
        now: Date.now(),
        browser: navigator.userAgent,
      }),
      words.copied(props.row.name),
    );
  const stopped = () => props.row.state.is === 'stopped';
  return (
    <div class="row-detail">
      <Show when={isTrouble(props.row.state)}>
        <p class="row-trouble">{stateSentence(props.row.state, props.now)}</p>
      </Show>
      <Show when={props.row.note !== ''}>
        <p class="mono soft row-note">{props.row.note}</p>
      </Show>
      <Show when={props.row.hops().length > 0}>
        <ol class="hops" aria-label={words.hop.path}>
          <Index each={props.row.hops()}>{(hop) => <HopBox hop={hop()} />}</Index>
        </ol>
      </Show>
      <Show when={props.row.remarks().length > 0}>
        <ul class="remarks">
          <Index each={props.row.remarks()}>{(remark) => <li>{remark()}</li>}</Index>
        </ul>
      </Show>
      <div class="row">
        <Show when={props.row.actOn}>
          {(id) => (
            <Show
              when={stopped()}
              fallback={
                <>
                  <button type="button" class="button" data-act="stop" onClick={() => act('stop', id())}>
                    {words.actions.stop}
                  </button>
                  <button type="button" class="button" data-act="restart" onClick={() => act('restart', id())}>
                    {words.actions.restart}
                  </button>
                </>
              }
            >
              <button type="button" class="button primary" data-act="start" onClick={() => act('start', id())}>
                {words.actions.start}
              </button>
            </Show>
          )}
        </Show>
        <Show when={props.row.messages}>
          {(of) => (
            <button type="button" class="button" data-do="messages" onClick={() => props.onMessages(of())}>
              {words.actions.messages}
            </button>
          )}
        </Show>
        <button type="button" class="button quiet" data-do="copy" onClick={copy}>
          {words.copyOne}
        </button>
      </div>
    </div>
  );
}

function HopBox(props: { readonly hop: Hop }): JSX.Element {
  const real = () => props.hop.losses.filter(isRealLoss);
  const other = () => props.hop.losses.filter((loss) => !isRealLoss(loss));
  return (
    <li class="hop" data-hop={props.hop.at}>
      <span class="hop-at">{words.hop.at[props.hop.at]}</span>
      <strong class="hop-name">{props.hop.name}</strong>
      <Show when={props.hop.unknown === undefined} fallback={<span class="soft">{props.hop.unknown}</span>}>
        <Index each={props.hop.facts}>{(fact) => <span class="hop-fact">{fact()}</span>}</Index>
        <span class="hop-losses" classList={{ some: real().length > 0 }}>
          {real().length === 0 ? words.losses.zero : real().map(lossWords).join(', ')}
        </span>
        <Show when={other().length > 0}>
          <span class="soft">{other().map(lossWords).join(', ')}</span>
        </Show>
      </Show>
    </li>
  );
}
