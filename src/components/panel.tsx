import { children, createUniqueId, type JSX, type ParentProps, Show } from 'solid-js';
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
  // Made once: whether there are any is asked apart from showing them.
  const tools = children(() => props.tools);
  const strip = children(() => props.strip);
  return (
    <section class="panel" aria-labelledby={id} ref={(element) => props.ref?.(element)} data-panel={props.name}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        <Show when={tools()}>
          <div class="row panel-tools">{tools()}</div>
        </Show>
        <Show when={strip()}>
          <div class="panel-strip">{strip()}</div>
        </Show>
      </header>
      <div class="panel-content">{props.children}</div>
    </section>
  );
}
