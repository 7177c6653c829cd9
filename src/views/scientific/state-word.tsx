import type { JSX } from 'solid-js';
import { scientific as words } from '../../i18n/scientific.ts';

/** A shape and a tone for each state that a thing of the lab can be in. */
const LOOKS: Readonly<Record<string, readonly [shape: string, tone: 'good' | 'busy' | 'bad' | 'soft' | 'warn']>> = {
  online: ['●', 'good'],
  offline: ['○', 'bad'],
  busy: ['◐', 'busy'],
  maintenance: ['◍', 'warn'],
  queued: ['◌', 'soft'],
  running: ['▶', 'busy'],
  processing: ['▶', 'busy'],
  completed: ['✓', 'good'],
  failed: ['✕', 'bad'],
  error: ['✕', 'bad'],
  paused: ['‖', 'warn'],
  pending: ['◌', 'soft'],
  skipped: ['»', 'soft'],
  proposed: ['◌', 'soft'],
  testing: ['▶', 'busy'],
  validated: ['✓', 'good'],
  rejected: ['✕', 'soft'],
  recording: ['●', 'busy'],
  stimulating: ['▲', 'warn'],
  idle: ['○', 'soft'],
  unknown: ['?', 'warn'],
};

/** The state of a thing as shape and word; `said`: MAS's own word, for those that nobody knows. */
export function StateWord(props: { readonly state: keyof typeof words.state; readonly said: string }): JSX.Element {
  const look = () => LOOKS[props.state] ?? ['?', 'warn'];
  return (
    <span class={`lab-state ${look()[1]}`} data-lab-state={props.state}>
      <span aria-hidden="true">{look()[0]} </span>
      {props.state === 'unknown' ? words.unknownSaid(props.said) : words.state[props.state]}
    </span>
  );
}
