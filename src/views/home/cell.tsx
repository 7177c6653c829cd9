import { createEffect, createSignal, ErrorBoundary, type JSX, Show, Suspense } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { createOnScreen } from '../../components/on-screen.ts';
import type { PanelKind } from '../../components/panel-kinds.ts';
import { home as words } from '../../i18n/home.ts';
import { MAX_NAME, type Place, type PlacedPanel, step } from './dashboard.ts';

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface CellProps {
  readonly panel: PlacedPanel;
  /** undefined: no view offers it (any more). */
  readonly kind: PanelKind | undefined;
  readonly arranging: boolean;
  readonly onPlace: (place: Place) => void;
  readonly onName: (name: string | undefined) => void;
  readonly onRemove: () => void;
  readonly onSettings: (change: Readonly<Record<string, string | undefined>>) => void;
  /** For a reader. */
  readonly onSay: (text: string) => void;
}

/** One panel at its place: its bar while arranging, itself, or why it cannot be shown. */
export function Cell(props: CellProps): JSX.Element {
  const { ref, shown } = createOnScreen();
  // Made when it is first seen; from then on it looks itself whether it is.
  const [seen, setSeen] = createSignal(false);
  createEffect(() => shown() && setSeen(true));
  const title = () => props.panel.name ?? props.kind?.title ?? props.panel.kind;
  const [naming, setNaming] = createSignal(false);

  const onKey = (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y, w, h } = props.panel;
    const to = step({ x, y, w, h }, by[0], by[1], event.shiftKey);
    props.onPlace(to);
    props.onSay(event.shiftKey ? words.resized(title(), to.w, to.h) : words.moved(title(), to.x + 1, to.y + 1));
  };

  return (
    <section class="home-cell" ref={ref} aria-label={title()} data-home-panel={props.panel.kind}>
      <Show
        when={props.arranging}
        fallback={<Show when={props.panel.name}>{(name) => <p class="home-name">{name()}</p>}</Show>}
      >
        <div class="home-bar">
          <Show when={naming()} fallback={<span class="home-bar-title">{title()}</span>}>
            <input
              class="field"
              aria-label={words.panelName}
              maxLength={MAX_NAME}
              value={title()}
              ref={(field) => queueMicrotask(() => field.select())}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.currentTarget.blur();
              }}
              onBlur={(event) => {
                const name = event.currentTarget.value.trim();
                setNaming(false);
                props.onName(name === '' || name === props.kind?.title ? undefined : name);
              }}
            />
          </Show>
          <button
            type="button"
            class="button"
            data-do="move"
            aria-label={words.moveOf(title())}
            title={words.moveHint}
            onKeyDown={onKey}
          >
            {words.move}
          </button>
          <button
            type="button"
            class="button"
            data-do="name"
            aria-label={words.renameOf(title())}
            onClick={() => setNaming(true)}
          >
            {words.rename}
          </button>
          <button
            type="button"
            class="button"
            data-do="remove"
            aria-label={words.removeOf(title())}
            onClick={() => props.onRemove()}
          >
            {words.remove}
          </button>
        </div>
      </Show>
      <div class="home-content">
        <Show
          when={props.kind}
          fallback={<Note title={words.unknown.title(props.panel.kind)} text={words.unknown.text} is="unknown" />}
        >
          {(kind) => (
            <Show when={seen()}>
              <ErrorBoundary
                fallback={(error, again) => (
                  <Note title={words.broken.title(title())} text={words.broken.text} is="broken" why={String(error)}>
                    <button type="button" class="button" onClick={again}>
                      {words.broken.again}
                    </button>
                  </Note>
                )}
              >
                <Suspense fallback={<p class="soft home-note">{words.loading(title())}</p>}>
                  <Dynamic component={kind().component} settings={props.panel.settings} onSettings={props.onSettings} />
                </Suspense>
              </ErrorBoundary>
            </Show>
          )}
        </Show>
      </div>
    </section>
  );
}

function Note(props: {
  readonly title: string;
  readonly text: string;
  readonly is: string;
  readonly why?: string;
  readonly children?: JSX.Element;
}): JSX.Element {
  return (
    <div class="home-note" role="alert" data-note={props.is}>
      <p>
        <strong>✕ {props.title}</strong>
      </p>
      <p>{props.text}</p>
      <Show when={props.why}>{(why) => <p class="mono soft small">{why().slice(0, 300)}</p>}</Show>
      {props.children}
    </div>
  );
}
