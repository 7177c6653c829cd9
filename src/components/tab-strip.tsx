import { For, type JSX } from 'solid-js';
import './tab-strip.css';

export interface TabStripProps {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  /** The element that the tabs fill has this id; a tab's own is `<pane>-tab-<id>`. */
  readonly pane: string;
}

export const tabId = (pane: string, id: string): string => `${pane}-tab-${id}`;

/** Parts of a view, walked with the arrow keys. What it fills has `role="tabpanel"` and is labelled by `tabId`. */
export function TabStrip(props: TabStripProps): JSX.Element {
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = props.tabs.findIndex(({ id }) => id === props.chosen);
    const next = props.tabs[(at + by + props.tabs.length) % props.tabs.length];
    if (next === undefined) return;
    props.onChoose(next.id);
    document.getElementById(tabId(props.pane, next.id))?.focus();
  };
  return (
    <div class="tab-strip" role="tablist" aria-label={props.label} onKeyDown={step}>
      <For each={props.tabs}>
        {({ id, name }) => (
          <button
            type="button"
            role="tab"
            id={tabId(props.pane, id)}
            class="tab-strip-tab"
            aria-selected={props.chosen === id}
            aria-controls={props.pane}
            tabIndex={props.chosen === id ? 0 : -1}
            onClick={() => props.onChoose(id)}
          >
            {name}
          </button>
        )}
      </For>
    </div>
  );
}
