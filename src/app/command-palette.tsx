import { useNavigate } from '@solidjs/router';
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { Dialog } from '../components/dialog.tsx';
import { showToast } from '../components/toasts.tsx';
import type { BoardStatus } from '../contract/board-status.ts';
import { t } from '../i18n/en.ts';
import { errorLines, operatingSystem } from '../i18n/errors.ts';
import { randomId } from '../lib/random-id.ts';
import { useLink } from '../link/link-context.ts';
import { type PaletteEntry, paletteEntries, searchEntries } from './palette-entries.ts';
import { VIEWS } from './routes.ts';
import './command-palette.css';

const SHOWN = 40;
const DEADLINE_MS = 10_000;

export interface CommandPaletteProps {
  readonly boards: readonly BoardStatus[];
  readonly by: string;
  readonly onClose: () => void;
}

/** Ctrl-K: go anywhere, do anything a board declares. */
export function CommandPalette(props: CommandPaletteProps): JSX.Element {
  const link = useLink();
  const navigate = useNavigate();
  const [typed, setTyped] = createSignal('');
  const [at, setAt] = createSignal(0);
  // Boards change ten times a second; the list must not move under the finger.
  const all = paletteEntries(VIEWS, props.boards);
  const found = createMemo(() => searchEntries(all, typed()).slice(0, SHOWN));

  const command = (name: string, board: string) => {
    const request = {
      id: randomId(),
      board,
      name,
      params: {},
      by: props.by,
      deadline: Date.now() + DEADLINE_MS,
    };
    link
      .ask((hub) => hub.command(request))
      .then(
        (outcome) => {
          if (outcome.ok) navigate(`/?board=${board}`);
          else
            showToast(errorLines(outcome.error.code, operatingSystem(navigator.userAgent), outcome.error.message).what);
        },
        (cause: unknown) => showToast(String(cause)),
      );
  };
  const run = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    props.onClose();
    if ('go' in entry.run) navigate(entry.run.go);
    else command(entry.run.command, entry.run.board);
  };
  const onKey = (event: KeyboardEvent) => {
    const last = found().length - 1;
    if (event.key === 'ArrowDown') setAt((n) => Math.min(last, n + 1));
    else if (event.key === 'ArrowUp') setAt((n) => Math.max(0, n - 1));
    else if (event.key === 'Enter') run(found()[at()]);
    else return;
    event.preventDefault();
    document.getElementById(`palette-${at()}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog label={t.app.palette.open} class="palette" onClose={props.onClose}>
      <input
        class="field"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`palette-${at()}`}
        aria-label={t.app.palette.open}
        placeholder={t.app.palette.placeholder}
        autofocus
        value={typed()}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <Show when={found().length > 0} fallback={<p class="soft">{t.app.palette.empty}</p>}>
        <div id="palette-list" class="palette-list" role="listbox" aria-label={t.app.palette.open}>
          <For each={found()}>
            {(entry, index) => (
              <div
                id={`palette-${index()}`}
                role="option"
                tabIndex={-1}
                class="palette-entry"
                aria-selected={index() === at()}
                onPointerMove={() => setAt(index())}
                onPointerUp={() => run(entry)}
              >
                <span>{entry.label}</span>
                <span class="soft small">{entry.detail}</span>
              </div>
            )}
          </For>
        </div>
      </Show>
      <p class="soft small">{t.app.palette.hint}</p>
    </Dialog>
  );
}
