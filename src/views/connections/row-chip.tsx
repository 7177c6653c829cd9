import type { JSX } from 'solid-js';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import '../../components/state-chip.css';
import { connections as words } from '../../i18n/connections.ts';
import type { RowState } from './row-state.ts';
import { ROW_SHAPES } from './state-words.ts';

/** Shape and word of any state in the table. */
export function RowChip(props: { readonly state: RowState }): JSX.Element {
  const title = () => {
    const { since } = props.state;
    return since === undefined ? undefined : `since ${clockTime(since)} · ${utcTime(since)}`;
  };
  return (
    <span class={`chip row-chip ${props.state.is}`} title={title()}>
      <span aria-hidden="true">{ROW_SHAPES[props.state.is]}</span>
      <span>{words.state.is[props.state.is]}</span>
    </span>
  );
}
