import { useSearchParams } from '@solidjs/router';
import { createEffect, createMemo, For, type JSX, Show } from 'solid-js';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { t } from '../../i18n/en.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import { BoardCard } from './board-card.tsx';
import { PlugIn } from './plug-in.tsx';
import { readBoardsAddress } from './state.ts';
import { useBoardAct } from './use-board-act.ts';
import './boards-view.css';

/** Home: every board, local, simulated or shared, as a card. */
export function BoardsView(): JSX.Element {
  const link = useLink();
  const boards = createState<BoardStatus>(link, () => 'boards');
  const relay = createState<RelayStatus>(link, () => 'relay');
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readBoardsAddress(search));
  const { act, failure, clearFailure } = useBoardAct();
  const onlySimulated = () => boards.records.values().every((board) => board.path.is === 'simulated');
  const by = () => relay.records.get('relay')?.client.name ?? t.boards.path.here;

  // Once for each board asked for, when it is there: not again with each of its words, under the hands of who scrolls.
  const askedFor = createMemo(() => {
    const { board } = address();
    return board !== undefined && boards.records.has(board) ? board : undefined;
  });
  createEffect(() => {
    const board = askedFor();
    if (board !== undefined) document.getElementById(`board-${board}`)?.scrollIntoView({ block: 'start' });
  });

  return (
    <div class="boards-view">
      <header class="boards-head">
        <div>
          <h1>{t.boards.title}</h1>
          <Show when={onlySimulated()}>
            <p class="soft">{t.boards.plugInAbout}</p>
          </Show>
        </div>
        <PlugIn large={onlySimulated()} />
      </header>
      <Show when={failure()}>{(error) => <ErrorNote error={error()} onClose={clearFailure} />}</Show>
      <Show when={boards.ready() && boards.records.size === 0}>
        <EmptyState title={t.boards.none.title} text={t.boards.none.text}>
          <button
            type="button"
            class="button"
            data-do="add-simulated"
            onClick={() => act((hub) => hub.simulate({ do: 'add' }))}
          >
            {t.boards.addSimulated}
          </button>
        </EmptyState>
      </Show>
      <div class="cards">
        <For each={boards.records.keys()}>
          {(id) => (
            <Show when={boards.records.get(id)}>
              {(board) => (
                <BoardCard
                  board={board()}
                  other={board().pair && boards.records.get(board().pair?.board ?? '')}
                  relay={relay.records.get('relay')}
                  by={by()}
                  openCommand={address().board === id ? address().command : undefined}
                  onOpenCommand={(command) =>
                    setSearch(
                      { board: command === undefined ? undefined : id, command },
                      { replace: true, scroll: false },
                    )
                  }
                />
              )}
            </Show>
          )}
        </For>
      </div>
    </div>
  );
}
