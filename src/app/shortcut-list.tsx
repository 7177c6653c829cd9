import { For, type JSX } from 'solid-js';
import { Dialog } from '../components/dialog.tsx';
import { t } from '../i18n/en.ts';

/** The list behind "?". */
export function ShortcutList(props: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog label={t.app.shortcuts.title} onClose={props.onClose}>
      <h2>{t.app.shortcuts.title}</h2>
      <dl class="shortcuts">
        <For each={t.app.shortcuts.list}>
          {([keys, what]) => (
            <div class="row spread">
              <dt>{what}</dt>
              <dd>
                <kbd>{keys}</kbd>
              </dd>
            </div>
          )}
        </For>
      </dl>
      <form method="dialog">
        <button type="submit" class="button">
          {t.common.close}
        </button>
      </form>
    </Dialog>
  );
}
