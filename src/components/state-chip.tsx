import type { JSX } from 'solid-js';
import type { EpochMs } from '../contract/time.ts';
import { t } from '../i18n/en.ts';
import { ageWords } from './age-words.ts';
import { type BoardState, STATE_SHAPES } from './board-state.ts';
import { clockTime } from './clock-words.ts';
import './state-chip.css';

/** Shape, word and since: ● live 4 min. */
export function StateChip(props: { readonly state: BoardState; readonly nowMs: EpochMs }): JSX.Element {
  const since = () => props.state.sinceMs;
  return (
    <span
      class={`chip ${props.state.is}`}
      data-state={props.state.is}
      title={since() === undefined ? undefined : `since ${clockTime(since() ?? 0)}`}
    >
      <span aria-hidden="true">{STATE_SHAPES[props.state.is]}</span>
      <span>{t.common.state[props.state.is]}</span>
      <span class="chip-age">{since() === undefined ? '' : ageWords(props.nowMs - (since() ?? 0))}</span>
    </span>
  );
}
