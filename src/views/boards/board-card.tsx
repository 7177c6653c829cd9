import { A } from '@solidjs/router';
import { type JSX, Show } from 'solid-js';
import { boardName, boardState } from '../../components/board-state.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { now } from '../../components/now.ts';
import { StateChip } from '../../components/state-chip.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { t } from '../../i18n/en.ts';
import { useLink } from '../../link/link-context.ts';
import { BoardActions } from './board-actions.tsx';
import { BoardHealth } from './board-health.tsx';
import { BoardMenu } from './board-menu.tsx';
import { BoardName } from './board-name.tsx';
import { BoardSharing } from './board-sharing.tsx';
import { BoardValues } from './board-values.tsx';
import { pathWords, phaseSentence, sideWords } from './board-words.ts';
import { useBoardAct } from './use-board-act.ts';
import './board-card.css';

export interface BoardCardProps {
  readonly board: BoardStatus;
  readonly other: BoardStatus | undefined;
  readonly relay: RelayStatus | undefined;
  readonly by: string;
  readonly openCommand: string | undefined;
  readonly onOpenCommand: (command: string | undefined) => void;
}

/** Everything about one board, and everything that can be done with it. */
export function BoardCard(props: BoardCardProps): JSX.Element {
  const link = useLink();
  const { act, failure, clearFailure } = useBoardAct();
  const state = () => boardState(props.board, now());
  const identity = () => props.board.identity;
  const simulated = () => props.board.path.is === 'simulated' || props.board.provenance === 'simulated';
  const outputs = () => props.board.outputs;

  return (
    <article
      class={`card ${state().is}`}
      id={`board-${props.board.id}`}
      data-board={props.board.id}
      data-phase={props.board.phase.is}
      data-dialect={identity().dialect}
    >
      <header class="card-head">
        <div class="row">
          <BoardName board={props.board} act={act} />
          <StateChip state={state()} nowMs={now()} />
          <Show when={simulated()}>
            <span class="tag sim" title={t.boards.simulatedAbout}>
              {t.boards.simulatedBanner}
            </span>
          </Show>
          <Show when={outputs() === 'on' || outputs() === 'stopped'}>
            <span class="tag outputs" data-outputs={outputs()}>
              ▲ {t.boards.outputs[outputs()]}
            </span>
          </Show>
        </div>
        <p class="card-ids soft">
          <span>{pathWords(props.board, link.tab)}</span>
          <span>
            {identity().dialect ?? t.boards.dialectUnknown} · {identity().firmware ?? t.boards.firmwareUnknown}
          </span>
          <Show when={identity().deviceId !== boardName(props.board) && identity().deviceId}>
            {(id) => <span class="mono">{id()}</span>}
          </Show>
          <Show when={identity().mac}>{(mac) => <span class="mono">{mac()}</span>}</Show>
          <span class="mono" title={t.boards.idCopied.replace(' copied.', '')}>
            {props.board.id}
          </span>
          <Show when={sideWords(props.board, props.other) !== ''}>
            <span>{sideWords(props.board, props.other)}</span>
          </Show>
          <Show when={identity().presumed}>
            <span title={t.boards.presumed}>identity presumed</span>
          </Show>
        </p>
        <Show when={phaseSentence(props.board, now(), props.relay)}>
          {(sentence) => <p class="card-phase">{sentence()}</p>}
        </Show>
      </header>
      <Show when={props.board.phase.is === 'retrying' && props.board.phase}>
        {(retrying) => <ErrorNote error={{ code: retrying().code, message: retrying().reason }} />}
      </Show>
      <Show when={failure()}>{(error) => <ErrorNote error={error()} onClose={clearFailure} />}</Show>
      <BoardValues board={props.board} />
      <BoardHealth health={props.board.health} />
      <footer class="card-foot">
        <details class="card-actions" open={props.openCommand !== undefined}>
          <summary class="button">{t.boards.actions}</summary>
          <div class="card-body">
            <BoardActions
              board={props.board}
              act={act}
              by={props.by}
              open={props.openCommand}
              onOpen={props.onOpenCommand}
            />
          </div>
        </details>
        <BoardSharing board={props.board} act={act} />
        <nav class="row" aria-label={t.boards.more}>
          <A class="button quiet" href={`/telemetry?board=${props.board.id}`}>
            {t.boards.plot}
          </A>
          <A class="button quiet" href={`/console?board=${props.board.id}`}>
            {t.boards.openConsole}
          </A>
        </nav>
        <BoardMenu board={props.board} act={act} />
      </footer>
    </article>
  );
}
