import { createSignal, createUniqueId, type JSX, Show } from 'solid-js';
import { t } from '../../i18n/en.ts';

const MAX_REASON = 200;

/** Takes a board's command from somebody who holds it: never without a reason, which that person reads. */
export function TakeOver(props: {
  readonly holder: string;
  readonly onTakeOver: (reason: string) => void;
}): JSX.Element {
  const words = t.boards.lease;
  const id = createUniqueId();
  const [asking, setAsking] = createSignal(false);
  let opener: HTMLButtonElement | undefined;
  const cancel = () => {
    setAsking(false);
    // The field that had the focus is gone.
    opener?.focus();
  };
  return (
    <Show
      when={asking()}
      fallback={
        <button
          type="button"
          class="button"
          data-do="lease-take-over"
          ref={(element) => (opener = element)}
          onClick={() => setAsking(true)}
        >
          {words.takeOver}
        </button>
      }
    >
      <form
        class="take-over"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
          if (reason === '') return;
          setAsking(false);
          props.onTakeOver(reason);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') cancel();
        }}
      >
        <label for={id}>{words.takeOverReason(props.holder)}</label>
        <div class="row">
          <input
            id={id}
            class="field"
            name="reason"
            required
            maxLength={MAX_REASON}
            autocomplete="off"
            ref={(element) => queueMicrotask(() => element.focus())}
          />
          <button type="submit" class="button">
            {words.takeOverDo}
          </button>
          <button type="button" class="button quiet" onClick={cancel}>
            {t.common.cancel}
          </button>
        </div>
      </form>
    </Show>
  );
}
