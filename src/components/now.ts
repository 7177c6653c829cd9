import { type Accessor, createSignal } from 'solid-js';
import type { EpochMs } from '../contract/time.ts';

const [tick, setTick] = createSignal<EpochMs>(Date.now());
let started = false;

/** On the full second of the wall clock, so that every age on the screen changes at the same moment. */
function beat(): void {
  setTick(Date.now());
  setTimeout(beat, 1000 - (Date.now() % 1000));
}

/**
 * The one clock of the page, in whole seconds. Every age is computed from it, so ages never disagree and never jitter.
 * A hidden page is throttled by the browser; it catches up at the moment it is shown.
 */
export const now: Accessor<EpochMs> = () => {
  if (!started && typeof document !== 'undefined') {
    started = true;
    beat();
    document.addEventListener('visibilitychange', () => setTick(Date.now()));
  }
  return tick();
};
