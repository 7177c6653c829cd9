import { createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { boardName } from '../components/board-state.ts';
import { Dialog } from '../components/dialog.tsx';
import { type CommandUpdate, EMERGENCY_STOP } from '../contract/board-command.ts';
import type { BoardStatus } from '../contract/board-status.ts';
import { boardChannel } from '../contract/channel.ts';
import { t } from '../i18n/en.ts';
import { randomId } from '../lib/random-id.ts';
import { createEvents } from '../link/create-events.ts';
import { useLink } from '../link/link-context.ts';
import { boardsToStop, stopWords } from './emergency-stop.ts';

const DEADLINE_MS = 5000;

interface Stop {
  readonly board: BoardStatus;
  readonly id: string;
  /** The hub or the relay would not even take it. */
  readonly refused: () => string | undefined;
}

/** One press, no question: stops every board with outputs, then says of each whether it confirmed. */
export function EmergencyStop(props: { readonly boards: readonly BoardStatus[]; readonly by: string }): JSX.Element {
  const link = useLink();
  const [stops, setStops] = createSignal<readonly Stop[]>([]);
  const targets = () => boardsToStop(props.boards);

  const stopOne = (board: BoardStatus): Stop => {
    const id = randomId();
    const [refused, setRefused] = createSignal<string>();
    const request = {
      id,
      board: board.id,
      name: EMERGENCY_STOP,
      params: {},
      by: props.by,
      deadline: Date.now() + DEADLINE_MS,
    };
    link
      .ask((hub) => hub.command(request))
      .then(
        (outcome) => setRefused(outcome.ok ? undefined : outcome.error.message),
        (cause: unknown) => setRefused(String(cause)),
      );
    return { board, id, refused };
  };
  const stopAll = () => setStops(targets().map(stopOne));

  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !event.shiftKey || targets().length === 0) return;
      event.preventDefault();
      stopAll();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });

  return (
    <>
      <Show when={targets().length > 0}>
        <button
          type="button"
          class="stop-button"
          data-do="stop"
          aria-label={t.app.stop.label(targets().length)}
          title={t.app.stop.label(targets().length)}
          onClick={stopAll}
        >
          {t.app.stop.button}
        </button>
      </Show>
      <Show when={stops().length > 0}>
        <Dialog label={t.app.stop.title} onClose={() => setStops([])}>
          <h2>{t.app.stop.title}</h2>
          <ul class="stop-results" aria-live="assertive">
            <For each={stops()}>{(stop) => <StopResult stop={stop} />}</For>
          </ul>
          <form method="dialog">
            <button type="submit" class="button">
              {t.common.close}
            </button>
          </form>
        </Dialog>
      </Show>
    </>
  );
}

function StopResult(props: { readonly stop: Stop }): JSX.Element {
  const link = useLink();
  const updates = createEvents<CommandUpdate>(link, () => boardChannel(props.stop.board.id, 'commands'), {
    rewind: 20,
    keep: 100,
  });
  const words = () => {
    updates.version();
    const refused = props.stop.refused();
    if (refused !== undefined) return { text: t.app.stop.failed(refused), level: 'alarm' };
    let latest: CommandUpdate | undefined;
    for (let i = updates.list.length - 1; i >= 0 && latest === undefined; i -= 1) {
      const entry = updates.list.at(i);
      if (entry?.is === 'record' && entry.record.id === props.stop.id) latest = entry.record;
    }
    return stopWords(latest);
  };
  return (
    <li class={`stop-result ${words().level}`} data-stop={words().level}>
      <strong>{boardName(props.stop.board)}</strong> <span>{words().text}</span>
    </li>
  );
}
