import { type GridItemHTMLElement, GridStack } from 'gridstack';
import { createEffect, For, type JSX, on, onCleanup, onMount } from 'solid-js';
import { COLUMNS, MAX_HEIGHT, type Place, type PlacedPanel } from './dashboard.ts';
import 'gridstack/dist/gridstack.css';

const ROW_PX = 80;
/** Narrower than this, panels stand below each other and keep the places of the wide grid. */
export const NARROW_PX = 600;

export interface GridProps {
  readonly panels: readonly PlacedPanel[];
  readonly arranging: boolean;
  /** Somebody dragged or resized; those that were pushed away are in it too. */
  readonly onPlaces: (places: ReadonlyMap<string, Place>) => void;
  readonly children: (panel: PlacedPanel) => JSX.Element;
}

/** Panels at their places. Where they are is told from outside; the grid tells where hands put them. */
export function Grid(props: GridProps): JSX.Element {
  let element!: HTMLDivElement;
  let grid!: GridStack;
  onMount(() => {
    const made = GridStack.init(
      {
        auto: false,
        column: COLUMNS,
        cellHeight: ROW_PX,
        margin: 6,
        // Nothing moves up by itself: what was removed can come back to its place.
        mode: 'float',
        animate: false,
        handle: '.home-bar',
        staticGrid: !props.arranging,
        columnOpts: { breakpoints: [{ w: NARROW_PX, c: 1 }], columnMax: COLUMNS, layout: 'list' },
      },
      element,
    );
    // It is null only for an element that is none.
    if (made === null) return;
    grid = made;
    grid.on('change', (_, nodes) => {
      if (grid.getColumn() !== COLUMNS) return;
      const places = nodes.flatMap(({ id, x, y, w, h }): [string, Place][] =>
        id === undefined ? [] : [[id, { x: x ?? 0, y: y ?? 0, w: w ?? 1, h: h ?? 1 }]],
      );
      props.onPlaces(new Map(places));
    });
    createEffect(
      on(
        () => props.arranging,
        (on) => grid.setStatic(!on),
        { defer: true },
      ),
    );
    onCleanup(() => grid.destroy(false));
  });

  return (
    <div class="grid-stack home-grid" ref={element}>
      <For each={props.panels}>
        {(panel) => {
          let item!: HTMLDivElement & GridItemHTMLElement;
          const place = (): Place => ({ x: panel.x, y: panel.y, w: panel.w, h: panel.h });
          onMount(() => {
            grid.makeWidget(item, { ...place(), id: panel.id, maxH: MAX_HEIGHT });
            createEffect(
              on(
                place,
                (to) => {
                  const at = item.gridstackNode;
                  if (at === undefined || grid.getColumn() !== COLUMNS) return;
                  if (at.x !== to.x || at.y !== to.y || at.w !== to.w || at.h !== to.h) grid.update(item, { ...to });
                },
                { defer: true },
              ),
            );
            onCleanup(() => grid.removeWidget(item, false, false));
          });
          return (
            <div class="grid-stack-item" ref={(made) => (item = made)} data-cell={panel.id}>
              <div class="grid-stack-item-content">{props.children(panel)}</div>
            </div>
          );
        }}
      </For>
    </div>
  );
}
