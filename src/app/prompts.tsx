import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { readKept, writeKept } from '../components/kept.ts';
import { t } from '../i18n/en.ts';
import { watchForUpdate } from './update-prompt.ts';

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

/** Asks before it reloads for a new build, and offers to install. At most one line each, above the view. */
export function Prompts(): JSX.Element {
  const [update, setUpdate] = createSignal<() => void>();
  const [install, setInstall] = createSignal<InstallEvent>();
  onMount(() => {
    onCleanup(watchForUpdate((reload) => setUpdate(() => reload)));
    const onOffer = (event: Event) => {
      event.preventDefault();
      if (readKept('hyphae.install') !== 'later') setInstall(event as InstallEvent);
    };
    const onDone = () => setInstall(undefined);
    window.addEventListener('beforeinstallprompt', onOffer);
    window.addEventListener('appinstalled', onDone);
    onCleanup(() => {
      window.removeEventListener('beforeinstallprompt', onOffer);
      window.removeEventListener('appinstalled', onDone);
    });
  });
  return (
    <>
      <Show when={update()}>
        {(reload) => (
          <div class="prompt" role="status" data-prompt="update">
            <span>
              {t.app.update.ready} <span class="soft">{t.app.update.keeps}</span>
            </span>
            <button type="button" class="button primary" onClick={() => reload()()}>
              {t.app.update.reload}
            </button>
            <button type="button" class="button quiet" onClick={() => setUpdate(undefined)}>
              {t.app.update.later}
            </button>
          </div>
        )}
      </Show>
      <Show when={install()}>
        {(offer) => (
          <div class="prompt" data-prompt="install">
            <span>{t.app.install.offer}</span>
            <button
              type="button"
              class="button"
              onClick={() => {
                // Either answer is the person's; the browser remembers it.
                offer()
                  .prompt()
                  .finally(() => setInstall(undefined));
              }}
            >
              {t.app.install.do}
            </button>
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                writeKept('hyphae.install', 'later');
                setInstall(undefined);
              }}
            >
              {t.app.install.later}
            </button>
          </div>
        )}
      </Show>
    </>
  );
}
