import { createUniqueId, type JSX, type ParentProps, Show } from 'solid-js';
import './panel.css';

export interface PanelProps extends ParentProps {
  readonly title: string;
  /** Buttons at the right of the title. */
  readonly tools?: JSX.Element;
  /** Usually a `SourceStrip`: source, state, age, losses. */
  readonly strip?: JSX.Element;
  /** Of `createOnScreen`. */
  readonly ref?: (element: HTMLElement) => void;
  /** For tests and links: `data-panel`. */
  readonly name?: string;
}

/** A part of a dashboard with a title, where its data comes from, and its content. */
export function Panel(props: PanelProps): JSX.Element {
  const id = createUniqueId();
  return (
    <section class="panel" aria-labelledby={id} ref={(element) => props.ref?.(element)} data-panel={props.name}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        <Show when={props.tools}>
          <div class="row panel-tools">{props.tools}</div>
        </Show>
        <Show when={props.strip}>
          <div class="panel-strip">{props.strip}</div>
        </Show>
      </header>
      <div class="panel-content">{props.children}</div>
    </section>
  );
}
