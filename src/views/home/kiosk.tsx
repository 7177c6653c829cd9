import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { home as words } from '../../i18n/home.ts';

const ROTATE_S = 30;

interface KioskProps {
  readonly names: readonly { readonly id: string; readonly name: string }[];
  readonly now: string;
  readonly onOpen: (id: string) => void;
  readonly onLeave: () => void;
}

/** A wall: no controls but the way out, a screen that stays on, and one dashboard after the other where there are several. */
export function Kiosk(props: KioskProps): JSX.Element {
  const [rest, setRest] = createSignal<string>();
  const [rotates, setRotates] = createSignal(false);
  onMount(() => {
    let lock: WakeLockSentinel | undefined;
    const ask = async () => {
      if (document.hidden) return;
      try {
        if (!('wakeLock' in navigator)) throw new Error(words.noWakeLock);
        lock = await navigator.wakeLock.request('screen');
        setRest(undefined);
      } catch (cause) {
        setRest(cause instanceof Error ? cause.message : String(cause));
      }
    };
    void ask();
    // The browser takes it back whenever the page is hidden.
    document.addEventListener('visibilitychange', ask);
    onCleanup(() => {
      document.removeEventListener('visibilitychange', ask);
      void lock?.release();
    });
  });
  createEffect(() => {
    if (!rotates() || props.names.length < 2) return;
    const timer = setInterval(() => {
      const at = props.names.findIndex(({ id }) => id === props.now);
      const next = props.names[(at + 1) % props.names.length];
      if (next !== undefined) props.onOpen(next.id);
    }, ROTATE_S * 1_000);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <header class="row home-kiosk small soft">
      <strong>{props.names.find(({ id }) => id === props.now)?.name}</strong>
      <span role="status">{rest() === undefined ? words.awake : words.mayRest(rest() ?? '')}</span>
      <Show when={props.names.length > 1}>
        <label class="row">
          <input type="checkbox" checked={rotates()} onChange={(event) => setRotates(event.currentTarget.checked)} />
          {words.rotate(ROTATE_S)}
        </label>
      </Show>
      <button type="button" class="button" onClick={() => props.onLeave()}>
        {words.leaveKiosk}
      </button>
    </header>
  );
}
