import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { map as words } from '../../i18n/map.ts';
import { createMapEngine } from './engine/create-engine.ts';
import type { MapPaneProps } from './layers.tsx';
import { mapLook } from './map-look.ts';

const STEP_PX = 120;

/** The map itself. Keys: arrows move it, + and − zoom, 0 shows the whole world. */
export function MapStage(props: MapPaneProps): JSX.Element {
  let box: HTMLDivElement | undefined;
  const { map } = props;
  const [hovered, setHovered] = createSignal<string>();
  onMount(async () => {
    if (box === undefined) return;
    let isOver = false;
    onCleanup(() => {
      isOver = true;
      map.engine()?.destroy();
    });
    const engine = await createMapEngine(box, {
      camera: props.address.camera,
      look: mapLook(),
      onCamera: map.onCamera,
      onHover: setHovered,
      onTiles: map.setTiles,
      onPress: (key, at) => {
        const pair = map.measured();
        if (pair !== undefined) {
          map.setMeasured(pair.length >= 2 ? [at] : [...pair, at]);
          return;
        }
        props.change({ sel: key });
      },
    });
    if (isOver) engine.destroy();
    else map.attach(engine);
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const engine = map.engine();
    const zoomBy = (by: number) => engine?.setCamera({ zoom: (engine.camera().zoom ?? 0) + by }, true);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => engine?.panBy(-STEP_PX, 0),
      ArrowRight: () => engine?.panBy(STEP_PX, 0),
      ArrowUp: () => engine?.panBy(0, -STEP_PX),
      ArrowDown: () => engine?.panBy(0, STEP_PX),
      '+': () => zoomBy(1),
      '=': () => zoomBy(1),
      '-': () => zoomBy(-1),
      '0': () => engine?.setCamera({ lon: 10, lat: 30, zoom: 1 }, true),
      Escape: () => props.change({ sel: undefined, follow: false, isolate: false }),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div
      class="map-stage"
      role="application"
      aria-label={words.name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move it
      tabIndex={0}
      onKeyDown={onKey}
      data-engine={map.engine()?.is}
      data-hover={hovered()}
    >
      <div ref={box} class="map-box" />
      <Show when={map.engine() === undefined}>
        <p class="map-loading soft" role="status">
          {words.loading}
        </p>
      </Show>
    </div>
  );
}
