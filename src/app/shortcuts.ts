/** What a key press asks for, anywhere outside of a field. */
export type ShortcutAction =
  | { readonly do: 'palette' }
  | { readonly do: 'help' }
  | { readonly do: 'go'; readonly path: string }
  | { readonly do: 'wait' };

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  /** The press is in a field where letters are text. */
  readonly typing: boolean;
  /** The key before, if it was pressed within a second. */
  readonly before: string | undefined;
}

/** Two-key sequences start with g; Ctrl-K (or ⌘K) works everywhere, also in a field. */
export function shortcutFor(
  press: KeyPress,
  views: readonly { readonly path: string; readonly key: string }[],
): ShortcutAction | undefined {
  if (press.ctrl && press.key.toLowerCase() === 'k') return { do: 'palette' };
  if (press.typing || press.ctrl || press.alt) return undefined;
  if (press.key === '?') return { do: 'help' };
  if (press.key === 'g') return { do: 'wait' };
  const view = press.before === 'g' ? views.find((v) => v.key === press.key) : undefined;
  return view && { do: 'go', path: view.path };
}

/** True when the element takes letters as text. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])'));
