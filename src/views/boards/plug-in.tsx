import { createSignal, type JSX, Show } from 'solid-js';
import { ErrorNote } from '../../components/error-note.tsx';
import type { AppError } from '../../contract/error-codes.ts';
import { t } from '../../i18n/en.ts';
import { useLink } from '../../link/link-context.ts';

/** Loaded with the page's first idle moment: on the click itself the browser must still see the click. */
const picker = () => import('../../link/port-picker.ts');

/** The one primary action of the page: choose a port. */
export function PlugIn(props: { readonly large: boolean }): JSX.Element {
  const link = useLink();
  const [failure, setFailure] = createSignal<AppError>();
  const [choosing, setChoosing] = createSignal(false);
  const [hint, setHint] = createSignal(false);

  const pick = async (showAll: boolean) => {
    setFailure(undefined);
    setHint(false);
    setChoosing(true);
    const outcome = await (await picker()).pickBoard({ showAll });
    setChoosing(false);
    if (!outcome.ok) {
      // Closing the picker is silent; but an empty picker looks the same from here, so the way to all ports is offered.
      if (outcome.error.code === 'picker-cancelled') setHint(!showAll);
      else setFailure(outcome.error);
      return;
    }
    const asked = await link.ask(async (hub) => {
      await hub.rescanPorts();
      return { ok: true, value: undefined };
    });
    if (!asked.ok) setFailure(asked.error);
  };
  const start = (showAll: boolean) => {
    pick(showAll).catch((cause: unknown) => {
      setChoosing(false);
      setFailure({ code: 'port-open-failed', message: String(cause) });
    });
  };
  return (
    <div class="plug-in">
      <div class="row">
        <button
          type="button"
          class="button primary"
          classList={{ large: props.large }}
          data-do="plug-in"
          onPointerEnter={() => {
            picker().catch((cause: unknown) => setFailure({ code: 'port-open-failed', message: String(cause) }));
          }}
          onClick={() => start(false)}
        >
          {t.boards.plugIn}
        </button>
        <button type="button" class="button quiet" data-do="show-all-ports" onClick={() => start(true)}>
          {t.boards.showAll}
        </button>
      </div>
      <Show when={choosing()}>
        <p class="soft" role="status">
          {t.boards.opening}
        </p>
      </Show>
      <Show when={hint()}>
        <p class="soft" role="status">
          {t.boards.emptyPicker}
        </p>
      </Show>
      <Show when={failure()}>{(error) => <ErrorNote error={error()} onClose={() => setFailure(undefined)} />}</Show>
    </div>
  );
}
