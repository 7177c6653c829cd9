import { createSignal } from 'solid-js';
import type { EpochMs } from '../../contract/time.ts';

/** A sentence of this tab that was understood as a command, and what became of it. */
export interface Intent {
  readonly at: EpochMs;
  readonly text: string;
  /** `here`: understood without asking anybody. */
  readonly by: 'here' | 'mas';
  readonly domain: string | undefined;
  readonly action: string | undefined;
  readonly answer: string | undefined;
  /** Where it leads; undefined: nothing can be done with it here. */
  readonly path: string | undefined;
}

const MOST = 200;
const [intents, setIntents] = createSignal<readonly Intent[]>([]);

/** Those of this tab, oldest first, at most 200. Reactive. */
export { intents };
export const addIntent = (intent: Intent): void => {
  setIntents((all) => [...all.slice(1 - MOST), intent]);
};
