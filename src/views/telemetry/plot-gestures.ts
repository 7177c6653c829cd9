/** What fingers and wheels ask of a plot. Parts and anchors are fractions of its width. */
export interface GestureTarget {
  readonly pan: (part: number) => void;
  readonly zoom: (factor: number, anchor: number) => void;
}

/** Two fingers pinch and move, Shift-drag moves, Ctrl-wheel zooms, sideways wheel moves. Returns how to stop. */
export function watchGestures(element: HTMLElement, target: GestureTarget): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const fingers = new Map<number, number>();
  const place = (x: number) => {
    const box = element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (x - box.left) / Math.max(1, box.width)));
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return a === undefined || b === undefined
      ? undefined
      : { middle: (a + b) / 2, width: Math.max(20, Math.abs(a - b)) };
  };
  const down = (event: PointerEvent) => {
    const shifting = event.pointerType === 'mouse' && event.shiftKey;
    if (event.pointerType !== 'touch' && !shifting) return;
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 2 || shifting) event.stopPropagation();
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const width = Math.max(1, element.clientWidth);
    const old = spread();
    fingers.set(event.pointerId, event.clientX);
    const now = spread();
    if (old !== undefined && now !== undefined) {
      target.pan((old.middle - now.middle) / width);
      target.zoom(old.width / now.width, place(now.middle));
    } else if (event.pointerType === 'mouse') {
      target.pan((before - event.clientX) / width);
    }
  };
  const up = (event: PointerEvent) => fingers.delete(event.pointerId);
  const wheel = (event: WheelEvent) => {
    if (event.ctrlKey) {
      event.preventDefault();
      target.zoom(event.deltaY > 0 ? 1.25 : 0.8, place(event.clientX));
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      target.pan(event.deltaX / Math.max(1, element.clientWidth));
    }
  };
  // In the capture phase: a second finger or Shift must not start the plot's own selection.
  element.addEventListener('pointerdown', down, { signal, capture: true });
  element.addEventListener(
    'mousedown',
    (event) => {
      if (event.shiftKey) event.stopPropagation();
    },
    { signal, capture: true },
  );
  window.addEventListener('pointermove', move, { signal });
  window.addEventListener('pointerup', up, { signal });
  window.addEventListener('pointercancel', up, { signal });
  element.addEventListener('wheel', wheel, { signal, passive: false });
  return () => abort.abort();
}
