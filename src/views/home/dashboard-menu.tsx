import type { JSX } from 'solid-js';
import { home as words } from '../../i18n/home.ts';
import { MAX_NAME } from './dashboard.ts';

export interface DashboardMenuProps {
  readonly name: string;
  /** The last one cannot be removed. */
  readonly isOnly: boolean;
  readonly onName: (name: string) => void;
  readonly onNew: () => void;
  readonly onShare: () => void;
  readonly onSave: () => void;
  readonly onOpen: (file: File) => void;
  readonly onKiosk: () => void;
  readonly onRemove: () => void;
}

/** What is done with a whole dashboard, and seldom. */
export function DashboardMenu(props: DashboardMenuProps): JSX.Element {
  let file: HTMLInputElement | undefined;
  return (
    <details class="home-more">
      <summary class="button">{words.more}</summary>
      <div class="home-menu">
        <label class="small">
          {words.name}
          <input
            class="field"
            maxLength={MAX_NAME}
            value={props.name}
            onChange={(event) => {
              const name = event.currentTarget.value.trim();
              if (name !== '') props.onName(name);
            }}
          />
        </label>
        <button type="button" class="button" onClick={() => props.onNew()}>
          {words.newOne}
        </button>
        <button type="button" class="button" onClick={() => props.onShare()}>
          {words.share}
        </button>
        <button type="button" class="button" onClick={() => props.onSave()}>
          {words.save}
        </button>
        <button type="button" class="button" onClick={() => file?.click()}>
          {words.open}
        </button>
        <input
          ref={file}
          type="file"
          accept="application/json,.json"
          class="visually-hidden"
          tabIndex={-1}
          aria-label={words.open}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen !== undefined) props.onOpen(chosen);
            event.currentTarget.value = '';
          }}
        />
        <button type="button" class="button" onClick={() => props.onKiosk()}>
          {words.kiosk}
        </button>
        <button type="button" class="button danger" disabled={props.isOnly} onClick={() => props.onRemove()}>
          {words.removeDashboard}
        </button>
      </div>
    </details>
  );
}
