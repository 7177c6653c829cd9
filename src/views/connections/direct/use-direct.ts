import { createSignal, onCleanup } from 'solid-js';
import {
  type DirectConnection,
  type DirectFrame,
  type DirectOptions,
  type DirectState,
  type DirectTransport,
  openDirect,
} from './direct.ts';

/** Frames that are kept; the oldest go first. */
const MOST = 1_000;

/** One connection of this page at a time, with what it said. It ends with the view. */
export function useDirect() {
  const [state, setState] = createSignal<DirectState>();
  const [frames, setFrames] = createSignal<readonly DirectFrame[]>([]);
  const [dropped, setDropped] = createSignal(0);
  let connection: DirectConnection | undefined;
  let waiting: DirectFrame[] = [];
  let asked = 0;

  // A fast endpoint says more than a page can draw: once per frame is enough.
  const draw = (): void => {
    asked = 0;
    const all = [...frames(), ...waiting];
    waiting = [];
    setDropped((n) => n + Math.max(0, all.length - MOST));
    setFrames(all.slice(-MOST));
  };
  const push = (frame: DirectFrame): void => {
    waiting.push(frame);
    if (waiting.length > MOST) {
      waiting.shift();
      setDropped((n) => n + 1);
    }
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const close = (): void => {
    connection?.close();
    connection = undefined;
  };
  onCleanup(() => {
    close();
    cancelAnimationFrame(asked);
  });

  return {
    state,
    frames,
    dropped,
    open(transport: DirectTransport, options: DirectOptions): void {
      close();
      // What a connection says after another took its place is not heard.
      let mine = true;
      const opened = openDirect(transport, options, {
        frame: (frame) => mine && push(frame),
        state: (next) => mine && setState(next),
      });
      connection = {
        send: (text, as) => opened.send(text, as),
        close() {
          opened.close();
          mine = false;
          setState({ is: 'closed', why: 'closed here' });
        },
      };
    },
    close,
    send: (text: string, as: 'text' | 'hex'): string | undefined =>
      connection === undefined ? 'it is not open' : connection.send(text, as),
    clear(): void {
      waiting = [];
      setFrames([]);
      setDropped(0);
    },
  };
}
