import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js';
import { t } from '../../i18n/en.ts';
import { topology as words } from '../../i18n/topology.ts';
import { CanvasDrawing } from './canvas-drawing.ts';
import type { Drawing, DrawingEvents } from './drawing.ts';
import { GraphLegend } from './graph-legend.tsx';
import { GraphNotes } from './graph-notes.tsx';
import { GraphStage } from './graph-stage.ts';
import { browserPlaces, LayoutClient, startLayoutThread } from './layout-client.ts';
import { readPalette } from './look.ts';
import { SceneBook } from './scene.ts';
import type { SceneInput } from './scene-parts.ts';
import { type Direction, nearest, stepTo } from './step-to.ts';
import { watchLook } from './watch-look.ts';
import './graph-pane.css';

export interface GraphPaneProps extends SceneInput {
  readonly onSelect: (key: string | undefined) => void;
  readonly simulated: boolean;
  /** Small: no legend, no notes. */
  readonly isPlain?: boolean;
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const ZOOM = 1.3;

/** The agents as a graph: painted by WebGL or on a canvas, walked with the arrow keys, and told in words where one is. */
export function GraphPane(props: GraphPaneProps): JSX.Element {
  let stageElement: HTMLDivElement | undefined;
  let cursorElement: HTMLDivElement | undefined;
  let selectedElement: HTMLDivElement | undefined;
  const [painter, setPainter] = createSignal<'none' | 'webgl' | 'canvas' | 'lost'>('none');
  const [waiting, setWaiting] = createSignal(0);
  const [cursor, setCursor] = createSignal<string>();
  const [said, setSaid] = createSignal('');
  const [hasFocus, setFocus] = createSignal(false);
  let drawing: Drawing | undefined;
  let isFitted = false;

  const layout = new LayoutClient(startLayoutThread(), browserPlaces, (group, left) => {
    stage.placed(group, left);
    settle();
  });
  const stage = new GraphStage(layout);
  const book = new SceneBook();
  const scene = createMemo(() => book.update(props));

  /** After new places: the first time everything is brought into sight, later nothing moves by itself. */
  const settle = () => {
    setWaiting(stage.waiting);
    if (isFitted || stage.waiting > 0 || stage.seen().size === 0) return;
    isFitted = true;
    showAll();
  };
  const showAll = () => drawing?.fit(litKeys());
  const litKeys = (): ReadonlySet<string> | undefined => {
    const lit = [...scene().nodes.values()].flatMap(({ key, emphasis, hidden }) =>
      emphasis === 'lit' && !hidden ? [key] : [],
    );
    return props.path !== undefined && lit.length > 1 ? new Set(lit) : undefined;
  };
  const events: DrawingEvents = {
    onPick: (key) => {
      setCursor(key);
      props.onSelect(key);
    },
    onMoved: (key, x, y) => {
      layout.move(props.group, key, x, y);
      stage.show(scene(), props.group);
    },
    onPainted: () => moveRings(),
    onLost: () => open('lost'),
  };

  const open = (wanted: 'webgl' | 'lost' | 'canvas') => {
    if (stageElement === undefined) return;
    drawing?.kill();
    drawing = undefined;
    const palette = readPalette(stageElement);
    void paintWith(wanted, stageElement, palette.ink, palette.ground, events).then((made) => {
      if (isEnded) {
        made?.kill();
        return;
      }
      drawing = made;
      setPainter(made === undefined ? 'none' : made.kind === 'canvas' && wanted === 'lost' ? 'lost' : made.kind);
      if (made === undefined) return;
      stage.paintOn(made, palette);
      isFitted = false;
      settle();
    });
  };
  let isEnded = false;
  onMount(() => open('webgl'));
  // Colours of another look: labels keep theirs in the painter, which is made again.
  onCleanup(watchLook(() => open(painter() === 'lost' ? 'lost' : 'webgl')));
  onCleanup(() => {
    isEnded = true;
    drawing?.kill();
    layout.end();
  });
  createEffect(
    on([scene, () => props.group], ([now, group], before) => {
      if (before !== undefined && before[1] !== group) isFitted = false;
      stage.show(now, group);
      settle();
    }),
  );
  createEffect(
    on(
      () => props.selected,
      (key) => {
        if (key === undefined) return moveRings();
        setCursor(key);
        drawing?.reveal(key);
        moveRings();
      },
    ),
  );
  createEffect(
    on(
      () => props.path,
      (path) => path !== undefined && showAll(),
      { defer: true },
    ),
  );

  const moveRings = () => {
    place(cursorElement, hasFocus() ? cursor() : undefined);
    place(selectedElement, props.selected);
  };
  const place = (element: HTMLDivElement | undefined, key: string | undefined) => {
    if (element === undefined) return;
    const at = key === undefined || stage.node(key)?.hidden === true ? undefined : drawing?.onScreen(key);
    element.hidden = at === undefined;
    if (at !== undefined) element.style.transform = `translate(${at[0]}px, ${at[1]}px)`;
  };
  const goTo = (key: string | undefined) => {
    if (key === undefined) {
      setSaid(words.graph.end);
      return;
    }
    setCursor(key);
    drawing?.reveal(key);
    setSaid(words.graph.at(nodeWords(key)));
    moveRings();
  };
  const nodeWords = (key: string): string => {
    const node = stage.node(key);
    if (node === undefined) return key;
    const facts = props.facts.get(key);
    const state =
      facts === undefined
        ? words.nodes[node.kind === 'agent' ? 'stranger' : node.kind]
        : words.states[facts.agent.state];
    return `${node.label}, ${facts?.goneSince === undefined ? state : words.gone}`;
  };
  const step = (direction: Direction) => {
    const seen = stage.seen();
    const from = seen.get(cursor() ?? '');
    if (from === undefined) {
      goTo(nearest(seen, [0, 0]));
      return;
    }
    goTo(stepTo(seen, from, direction));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const actions: Readonly<Record<string, () => void>> = {
      Enter: () => cursor() !== undefined && props.onSelect(cursor()),
      Escape: () => props.onSelect(undefined),
      '+': () => drawing?.zoomBy(1 / ZOOM),
      '-': () => drawing?.zoomBy(ZOOM),
      '0': showAll,
    };
    const action = arrow === undefined ? actions[event.key] : () => step(arrow);
    if (action === undefined || (event.key === 'Escape' && props.selected === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  return (
    <div
      class="graph-pane"
      data-painter={painter()}
      data-nodes={[...scene().nodes.values()].filter(({ hidden }) => !hidden).length}
      data-edges={scene().edges.size}
      data-waiting={waiting()}
    >
      <div class="graph-frame">
        <div
          class="graph-stage"
          ref={stageElement}
          role="application"
          aria-label={words.graph.label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the arrow keys
          tabIndex={0}
          onKeyDown={onKey}
          onFocus={() => {
            setFocus(true);
            moveRings();
          }}
          onBlur={() => {
            setFocus(false);
            moveRings();
          }}
        />
        <div class="graph-ring graph-selected" ref={selectedElement} hidden />
        <div class="graph-ring graph-cursor" ref={cursorElement} hidden />
        <div class="graph-tools">
          <button
            type="button"
            class="button"
            onClick={() => drawing?.zoomBy(1 / ZOOM)}
            title={words.zoomIn}
            aria-label={words.zoomIn}
          >
            +
          </button>
          <button
            type="button"
            class="button"
            onClick={() => drawing?.zoomBy(ZOOM)}
            title={words.zoomOut}
            aria-label={words.zoomOut}
          >
            −
          </button>
          <button type="button" class="button" onClick={showAll}>
            {words.fit}
          </button>
          <Show when={!props.isPlain}>
            <button
              type="button"
              class="button"
              title={words.tidyHint}
              onClick={() => {
                isFitted = false;
                stage.tidy();
              }}
            >
              {words.tidy}
            </button>
          </Show>
        </div>
        <Show when={props.simulated}>
          <span class="tag graph-sim">{t.common.provenanceTag.simulated}</span>
        </Show>
        <Show when={waiting() > 0}>
          <p class="graph-busy small" role="status">
            {words.graph.laying(waiting())}
          </p>
        </Show>
      </div>
      <p class="visually-hidden" aria-live="polite" data-said>
        {said()}
      </p>
      <Show when={!props.isPlain}>
        <GraphNotes scene={scene()} painter={painter()} left={stage.left} />
        <GraphLegend />
      </Show>
    </div>
  );
}

/** The best this browser can: WebGL, else a canvas, else nothing. */
async function paintWith(
  wanted: 'webgl' | 'lost' | 'canvas',
  container: HTMLElement,
  ink: string,
  ground: string,
  events: DrawingEvents,
): Promise<Drawing | undefined> {
  const { hasWebGl, SigmaDrawing } = await import('./sigma-drawing.ts');
  if (wanted === 'webgl' && hasWebGl()) {
    try {
      return new SigmaDrawing(container, { ink, ground }, events);
    } catch {
      // It promised WebGL and cannot do what is needed: the canvas can, and that is told under the graph.
      container.replaceChildren();
    }
  }
  try {
    return new CanvasDrawing(container, ink, events);
  } catch {
    // Told where the graph would be; the table has the same content.
    return undefined;
  }
}
