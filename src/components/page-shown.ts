import { type Accessor, createSignal } from 'solid-js';

const [shown, setShown] = createSignal(typeof document === 'undefined' || !document.hidden);
let started = false;

/**
 * Whether anybody can see this page. Drawings read it before their data, so that a hidden page draws nothing and draws the whole
 * truth at once when it is shown again.
 */
export const pageShown: Accessor<boolean> = () => {
  if (!started && typeof document !== 'undefined') {
    started = true;
    document.addEventListener('visibilitychange', () => setShown(!document.hidden));
  }
  return shown();
};
