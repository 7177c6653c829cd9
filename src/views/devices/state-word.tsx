import type { JSX } from 'solid-js';
import { devices as words } from '../../i18n/devices.ts';

const SHAPES = { live: '●', silent: '○', offline: '✕', unknown: '?', kept: '◌' } as const;

/** Shape and word. */
export function StateWord(props: { readonly state: keyof typeof SHAPES }): JSX.Element {
  return (
    <span class={`fleet-state ${props.state}`} data-fleet-state={props.state}>
      <span aria-hidden="true">{SHAPES[props.state]} </span>
      {words.states[props.state]}
    </span>
  );
}
