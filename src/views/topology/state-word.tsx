import type { JSX } from 'solid-js';
import type { AgentState } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { SHAPE_SIGNS, STATE_SHAPES } from './look.ts';

const HOLLOW: Readonly<Record<string, string>> = { '●': '○', '■': '□', '◆': '◇', '▲': '△' };

/** A state as shape, word and colour; hollow when its heartbeats do not come, an outline when it is gone. */
export function StateWord(props: {
  readonly state: AgentState;
  readonly life?: 'live' | 'stale' | 'offline' | 'unheard';
  readonly isGone?: boolean;
}): JSX.Element {
  const sign = () => {
    const full = SHAPE_SIGNS[STATE_SHAPES[props.state] ?? 'square'];
    return props.isGone ? '◌' : props.life === undefined || props.life === 'live' ? full : (HOLLOW[full] ?? full);
  };
  return (
    <span class={`state-word state-${props.isGone ? 'gone' : props.state}`}>
      <span aria-hidden="true">{sign()}</span> {props.isGone ? words.gone : words.states[props.state]}
    </span>
  );
}
