import type { ScientificAddress } from './state.ts';

/** What every part of the view is given. */
export interface PaneProps {
  readonly address: ScientificAddress;
  readonly change: (part: Partial<ScientificAddress>) => void;
}
