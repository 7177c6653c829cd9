import { For, type JSX, Show } from 'solid-js';
import { HoldButton } from '../../components/hold-button.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import { SIMULATED_FAULTS } from '../../contract/hub-api.ts';
import { t } from '../../i18n/en.ts';
import type { BoardAct } from './use-board-act.ts';

/** What is done to a board rather than with it: its port, its reset line, its faults, its end. */
export function BoardMenu(props: { readonly board: BoardStatus; readonly act: BoardAct }): JSX.Element {
  const words = t.boards;
  const id = () => props.board.id;
  const simulated = () => props.board.path.is === 'simulated';
  const relayed = () => props.board.path.is === 'relay';
  const away = () => props.board.phase.is === 'released' || props.board.phase.is === 'retrying';
  return (
    <details class="board-menu">
      <summary class="button quiet">{words.more}</summary>
      <div class="board-menu-body">
        <Show when={simulated()}>
          <fieldset class="actions-group">
            <legend class="soft small">{words.faults}</legend>
            <For each={SIMULATED_FAULTS}>
              {(fault) => (
                <button
                  type="button"
                  class="button"
                  data-fault={fault}
                  onClick={() => props.act((hub) => hub.simulate({ do: 'fault', board: id(), fault }))}
                >
                  {words.fault[fault]}
                </button>
              )}
            </For>
          </fieldset>
        </Show>
        <div class="row">
          <Show when={!relayed()}>
            <Show when={props.board.phase.is === 'open'}>
              <HoldButton
                label={words.reset}
                onConfirm={() => props.act((hub) => hub.setBoard(id(), { reset: true }))}
              />
              <button
                type="button"
                class="button"
                data-do="release"
                onClick={() => props.act((hub) => hub.setBoard(id(), { released: true }))}
              >
                {words.release}
              </button>
            </Show>
            <Show when={away()}>
              <button
                type="button"
                class="button"
                data-do="open"
                onClick={() => props.act((hub) => hub.setBoard(id(), { released: false }))}
              >
                {words.reopen}
              </button>
            </Show>
          </Show>
          <Show
            when={simulated()}
            fallback={
              <HoldButton
                label={words.forget}
                title={words.forgetAbout}
                onConfirm={() => props.act((hub) => hub.setBoard(id(), { forget: true }))}
              />
            }
          >
            <button
              type="button"
              class="button"
              data-do="remove-simulated"
              onClick={() => props.act((hub) => hub.simulate({ do: 'remove', board: id() }))}
            >
              {words.removeSimulated}
            </button>
          </Show>
        </div>
      </div>
    </details>
  );
}
