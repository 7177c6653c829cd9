import { type JSX, onCleanup, onMount, type ParentProps } from 'solid-js';
import './dialog.css';

export interface DialogProps extends ParentProps {
  readonly label: string;
  readonly class?: string;
  readonly onClose: () => void;
}

/** A modal layer on the platform's own `<dialog>`: focus is kept inside, Esc and a press outside close it, focus goes back. */
export function Dialog(props: DialogProps): JSX.Element {
  let element: HTMLDialogElement | undefined;
  const before = document.activeElement;
  onMount(() => element?.showModal());
  onCleanup(() => {
    if (before instanceof HTMLElement) before.focus();
  });
  return (
    <dialog
      ref={element}
      class={`dialog ${props.class ?? ''}`}
      aria-label={props.label}
      onClose={() => props.onClose()}
      onPointerDown={(event) => {
        if (event.target === element) element?.close();
      }}
    >
      <div class="dialog-body">{props.children}</div>
    </dialog>
  );
}
