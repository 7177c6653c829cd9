import { findCommand } from '../boards/catalog.ts';
import { boardName } from '../components/board-state.ts';
import type { BoardStatus } from '../contract/board-status.ts';
import { t } from '../i18n/en.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly run: { readonly go: string } | { readonly command: string; readonly board: string };
}

/** Everything the palette offers: views, then each board's declared commands. What needs a form or a second act opens its form. */
export function paletteEntries(
  views: readonly { readonly path: string; readonly name: string }[],
  boards: readonly BoardStatus[],
): readonly PaletteEntry[] {
  const go = views.map((view) => ({
    id: `go ${view.path}`,
    label: t.app.palette.goTo(view.name),
    detail: '',
    run: { go: view.path },
  }));
  const actions = boards.flatMap((board) =>
    board.commands.flatMap((name): PaletteEntry[] => {
      const command = findCommand(name);
      if (command === undefined) return [];
      const form = command.params.length > 0 || command.danger !== undefined;
      return [
        {
          id: `${board.id} ${name}`,
          label: `${boardName(board)}: ${command.title}`,
          detail: command.danger === undefined ? (form ? t.app.palette.needsForm : '') : t.app.palette.danger,
          run: form
            ? { go: `/?board=${board.id}&command=${encodeURIComponent(name)}` }
            : { command: name, board: board.id },
        },
      ];
    }),
  );
  return [...go, ...actions];
}

/** Entries whose label has every word typed, in any order; those that start with it first. */
export function searchEntries(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = entries.filter((entry) => words.every((word) => entry.label.toLowerCase().includes(word)));
  const first = words[0];
  if (first === undefined) return fits;
  const starts = (entry: PaletteEntry) => Number(!entry.label.toLowerCase().startsWith(first));
  return [...fits].sort((a, b) => starts(a) - starts(b));
}
