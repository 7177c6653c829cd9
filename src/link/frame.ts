/** When the page draws. Handed in, so that tests need no page. */
export interface Frame {
  /** Calls back before the next drawing; soon, when the page is hidden and does not draw. */
  onFrame(callback: () => void): void;
  /** Calls back after the next drawing; soon, when the page is hidden. */
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
  return { onFrame, afterFrame: (callback) => onFrame(() => post(callback)) };
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
