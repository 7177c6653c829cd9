import { createSignal, type JSX, Show, untrack } from 'solid-js';
import { boardName } from '../../components/board-state.ts';
import { showToast } from '../../components/toasts.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import { t } from '../../i18n/en.ts';
import type { BoardAct } from './use-board-act.ts';

const MAX_NAME = 60;

/** The board's name; pressing it turns it into a field. A rename can be undone. */
export function BoardName(props: { readonly board: BoardStatus; readonly act: BoardAct }): JSX.Element {
  const [editing, setEditing] = createSignal(false);
  const rename = (name: string) => {
    const before = props.board.name ?? '';
    setEditing(false);
    if (name === before) return;
    props.act(
      (hub) => hub.setBoard(props.board.id, { name }),
      () =>
        showToast(t.boards.renamed(name), {
          label: t.common.undo,
          run: () => props.act((hub) => hub.setBoard(props.board.id, { name: before })),
        }),
    );
  };
  return (
    <Show
      when={editing()}
      fallback={
        <h2 class="board-name">
          <button type="button" title={t.boards.rename} onClick={() => setEditing(true)}>
            {boardName(props.board)}
          </button>
        </h2>
      }
    >
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          rename(String(new FormData(event.currentTarget).get('name') ?? '').trim());
        }}
      >
        <input
          class="field"
          name="name"
          maxLength={MAX_NAME}
          aria-label={t.boards.renameLabel}
          ref={(element) => {
            // Once: a status that comes while somebody types must not take the letters away.
            element.value = untrack(() => boardName(props.board));
            queueMicrotask(() => {
              element.focus();
              element.select();
            });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setEditing(false);
          }}
        />
        <button type="submit" class="button">
          {t.boards.save}
        </button>
        <button type="button" class="button quiet" onClick={() => setEditing(false)}>
          {t.common.cancel}
        </button>
      </form>
    </Show>
  );
}
