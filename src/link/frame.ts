/** A frame that is later than this does not come soon: the window is covered, or the browser draws another one first. */
const LATE_MS = 50;

/** When the page draws. Handed in, so that tests need no page. */
export interface Frame {
  /** Calls back before the next drawing; soon, when the page is hidden and does not draw. */
  onFrame(callback: () => void): void;
  /** Calls back after the next drawing; soon, when the page is hidden or its frames are long in coming though it is not busy. */
  afterFrame(callback: () => void): void;
}

/**
 * The page's own frames. A hidden page gets no animation frames and its timers are throttled to one a second or a minute, but
 * messages are not: they stand in. A frame asked for just before the page was hidden is let go when it hides.
 */
export function pageFrame(): Frame {
  const channel = new MessageChannel();
  const soon: (() => void)[] = [];
  channel.port1.onmessage = () => soon.shift()?.();
  const post = (callback: () => void) => {
    soon.push(callback);
    channel.port2.postMessage(undefined);
  };

  let waiting = new Set<() => void>();
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return;
    const due = waiting;
    waiting = new Set();
    for (const callback of due) post(callback);
  });
  const onFrame = (callback: () => void) => {
    if (document.hidden) {
      post(callback);
      return;
    }
    waiting.add(callback);
    requestAnimationFrame(() => {
      if (waiting.delete(callback)) callback();
    });
  };

  // A page can be visible and yet get one frame a second (measured: tabs of a headless browser that are not in front). What waits
  // for the drawing then goes without it, until frames come in time again.
  let late = false;
  const undrawn: (() => void)[] = [];
  let asked = false;
  const letGo = () => {
    for (const callback of undrawn.splice(0)) post(callback);
  };
  const askFrame = () => {
    if (asked) return;
    asked = true;
    const askedAt = performance.now();
    const timer = setTimeout(() => {
      late = true;
      letGo();
    }, LATE_MS);
    onFrame(() => {
      clearTimeout(timer);
      asked = false;
      late = performance.now() - askedAt > LATE_MS;
      letGo();
    });
  };
  const afterFrame = (callback: () => void) => {
    if (late) post(callback);
    else undrawn.push(callback);
    askFrame();
  };
  return { onFrame, afterFrame };
}

let shared: Frame | undefined;

/** Everybody on the page uses the same one; made at first use. */
export const sharedFrame = (): Frame => {
  shared ??= typeof document === 'undefined' ? timerFrame() : pageFrame();
  return shared;
};

/** Without a page (tests, rendering on a server): the next turn of the event loop. */
export const timerFrame = (): Frame => ({
  onFrame: (callback) => void setTimeout(callback, 0),
  afterFrame: (callback) => void setTimeout(callback, 0),
});
