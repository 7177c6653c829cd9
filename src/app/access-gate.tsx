import { createEffect, createSignal, lazy, on, onCleanup, onMount, type ParentProps, Show, Suspense } from 'solid-js';
import type { RelayStatus } from '../contract/relay-status.ts';
import { accessState, checkAccess } from '../link/access-state.ts';
import { createState } from '../link/create-state.ts';
import { useLink } from '../link/link-context.ts';

const PairView = lazy(async () => ({ default: (await import('../views/pair/pair-view.tsx')).PairView }));

/** A page that stays open for weeks is seen by the server now and then, so that it stays signed in. */
const ASK_EVERY_MS = 6 * 3_600_000;
/** The relay comes and goes; who we are is not asked more often for that. */
const ASK_AT_MOST_MS = 2_000;

/**
 * The app, or the pairing page in its place while the server knows nobody here. A server that is away asks for nothing: the app opens
 * from the browser's own store and works with what this computer has.
 */
export function AccessGate(props: ParentProps) {
  const relays = createState<RelayStatus>(useLink(), () => 'relay');
  const [wanted] = createSignal(window.location.pathname === '/pair');
  const [skipped, setSkipped] = createSignal(false);
  const asks = () => {
    const state = accessState();
    // On an open server there is nothing to pair with.
    if (skipped() || (state.is === 'in' && state.me.access === 'open')) return false;
    return wanted() || state.is === 'out';
  };
  let askedAt = performance.now();

  onMount(() => {
    void checkAccess();
    const timer = setInterval(checkAccess, ASK_EVERY_MS);
    onCleanup(() => clearInterval(timer));
  });
  createEffect(
    on(
      () => relays.records.get('relay')?.state.is,
      (is) => {
        // A socket is not told why it is refused; the server tells when it is asked.
        if ((is !== 'retrying' && is !== 'refused') || performance.now() - askedAt < ASK_AT_MOST_MS) return;
        askedAt = performance.now();
        void checkAccess();
      },
    ),
  );
  return (
    <Show when={asks()} fallback={props.children}>
      <Suspense>
        <PairView onSkip={() => setSkipped(true)} />
      </Suspense>
    </Show>
  );
}
