import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { type Frame, sharedFrame } from './frame.ts';

/** A number that grows at most once per frame, however often `touch` is called: for data too fast to signal each change. */
export function createFrameVersion(frame: Frame = sharedFrame()): {
  readonly version: Accessor<number>;
  readonly touch: () => void;
} {
  const [version, setVersion] = createSignal(0);
  let asked = false;
  let gone = false;
  onCleanup(() => {
    gone = true;
  });
  const touch = () => {
    if (asked || gone) return;
    asked = true;
    frame.onFrame(() => {
      asked = false;
      if (!gone) setVersion((count) => count + 1);
    });
  };
  return { version, touch };
}
