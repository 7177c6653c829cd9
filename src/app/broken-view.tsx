import type { JSX } from 'solid-js';
import { t } from '../i18n/en.ts';

/** What stands in a view's place when it threw: the rest of the page goes on. */
export function BrokenView(props: {
  readonly name: string;
  readonly error: unknown;
  readonly again: () => void;
}): JSX.Element {
  return (
    <section class="broken" role="alert">
      <h1>{t.app.broken.what(props.name)}</h1>
      <p>{t.app.broken.data}</p>
      <p>{t.app.broken.now}</p>
      <p class="mono soft">{props.error instanceof Error ? props.error.message : String(props.error)}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={() => props.again()}>
          {t.app.broken.again}
        </button>
        <button type="button" class="button" onClick={() => window.location.reload()}>
          {t.app.broken.reload}
        </button>
      </div>
    </section>
  );
}
