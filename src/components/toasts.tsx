import { createSignal, For, type JSX } from 'solid-js';
import './toasts.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | undefined;
}

const SHOWN_MS = 8000;
/** More would cover the page; the oldest goes first. */
const MOST = 3;

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let nextId = 0;

const dismiss = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id));

/** Says something happened, for eight seconds, with at most one thing to do about it (undo). */
export function showToast(text: string, action?: Toast['action']): void {
  nextId += 1;
  const id = nextId;
  setToasts((all) => [...all.slice(1 - MOST), { id, text, action }]);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Where they appear; once, in the shell. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status">
      <For each={toasts()}>
        {(toast) => (
          <div class="toast">
            <span>{toast.text}</span>
            <For each={toast.action === undefined ? [] : [toast.action]}>
              {(action) => (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    action.run();
                    dismiss(toast.id);
                  }}
                >
                  {action.label}
                </button>
              )}
            </For>
          </div>
        )}
      </For>
    </div>
  );
}
