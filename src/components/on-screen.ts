import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js';
import { pageShown } from './page-shown.ts';

/** Scrolling past and back, or a glance at another tab, costs no new subscription. */
const GRACE_MS = 5_000;
/** Just outside of the screen counts: its data is there when it is scrolled in. */
const MARGIN = '200px';

/** `ref` of a panel's element, and whether anybody can see it: in the viewport (or was, 5 s ago) and the page shown. */
export function createOnScreen(): { readonly ref: (element: Element) => void; readonly shown: Accessor<boolean> } {
  const [seen, setSeen] = createSignal(false);
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const watcher = new IntersectionObserver(
    (entries) => {
      const isIn = entries.at(-1)?.isIntersecting ?? false;
      clearTimeout(leaving);
      if (isIn) setSeen(true);
      else leaving = setTimeout(() => setSeen(false), GRACE_MS);
    },
    { rootMargin: MARGIN },
  );
  onCleanup(() => {
    clearTimeout(leaving);
    watcher.disconnect();
  });
  return { ref: (element) => watcher.observe(element), shown: createMemo(() => seen() && pageShown()) };
}
