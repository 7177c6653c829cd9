import { createSignal, type JSX, Show } from 'solid-js';
import { t } from '../../i18n/en.ts';

const MAX_REASON = 200;

/** Takes a board's command from somebody who holds it: never without a reason, which that person reads. */
export function TakeOver(props: {
  readonly holder: string;
  readonly onTakeOver: (reason: string) => void;
}): JSX.Element {
  const words = t.boards.lease;
  const [asking, setAsking] = createSignal(false);
  return (
    <Show
      when={asking()}
      fallback={
        <button type="button" class="button" data-do="lease-take-over" onClick={() => setAsking(true)}>
          {words.takeOver}
        </button>
      }
    >
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
          if (reason === '') return;
          setAsking(false);
          props.onTakeOver(reason);
        }}
      >
        <input
          class="field"
          name="reason"
          required
          maxLength={MAX_REASON}
          aria-label={words.takeOverReason(props.holder)}
          placeholder={words.takeOverReason(props.holder)}
          ref={(element) => queueMicrotask(() => element.focus())}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setAsking(false);
          }}
        />
        <button type="submit" class="button">
          {words.takeOverDo}
        </button>
        <button type="button" class="button quiet" onClick={() => setAsking(false)}>
          {t.common.cancel}
        </button>
      </form>
    </Show>
  );
}
