import { useSearchParams } from '@solidjs/router';
import { type Component, createMemo, createSignal, For, type JSX, onCleanup, onMount, Show, untrack } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { map as words } from '../../i18n/map.ts';
import { useLink } from '../../link/link-context.ts';
import { Details } from './details.tsx';
import { EntityTable } from './entity-table.tsx';
import { FencesPane } from './fences-pane.tsx';
import { Filters } from './filters.tsx';
import { Layers, type MapPaneProps } from './layers.tsx';
import { MapStage } from './map-stage.tsx';
import { MapStatus } from './map-status.tsx';
import { Proposals } from './proposals.tsx';
import { SearchBox } from './search-box.tsx';
import { type MapAddress, readMapAddress, writeMapAddress } from './state.ts';
import { ToolsPane } from './tools-pane.tsx';
import { useMap } from './use-map.ts';
import './map-view.css';

type PaneName = 'layers' | 'filters' | 'fences' | 'tools';

const PANES: Readonly<Record<PaneName, Component<MapPaneProps>>> = {
  layers: Layers,
  filters: Filters,
  fences: FencesPane,
  tools: ToolsPane,
};

/** Everything that moves, on one map: aircraft, vessels, satellites, events and devices. */
export function MapView(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readMapAddress(search));
  const change = (part: Partial<MapAddress>) =>
    setSearch(writeMapAddress({ ...untrack(address), ...part }), { replace: true, scroll: false });
  const map = useMap(useLink(), address, change);
  const [pane, setPane] = createSignal<PaneName>();
  let root: HTMLDivElement | undefined;

  onMount(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target?.closest('input, select, textarea, dialog')) return;
      if (event.key !== '/') return;
      event.preventDefault();
      root?.querySelector<HTMLInputElement>('.map-search input')?.focus();
    };
    window.addEventListener('keydown', onKey);
    onCleanup(() => window.removeEventListener('keydown', onKey));
  });
  const zoomBy = (by: number) => map.engine()?.setCamera({ zoom: map.camera().zoom + by }, true);
  const props = () => ({ map, address: address(), change });

  return (
    <div class="map-view" ref={root} classList={{ 'with-table': address().table }}>
      <h1 class="visually-hidden">{words.title}</h1>
      <div class="map-main">
        <MapStage map={map} address={address()} change={change} />
        <div class="map-over">
          <div class="map-bar">
            <SearchBox map={map} address={address()} change={change} />
            <div class="row">
              <For each={Object.keys(PANES) as PaneName[]}>
                {(name) => (
                  <button
                    type="button"
                    class="button"
                    aria-pressed={pane() === name}
                    data-pane={name}
                    onClick={() => setPane(pane() === name ? undefined : name)}
                  >
                    {words[name]}
                  </button>
                )}
              </For>
              <button
                type="button"
                class="button"
                aria-pressed={address().table}
                data-pane="table"
                onClick={() => change({ table: !address().table })}
              >
                {words.table}
              </button>
            </div>
          </div>
          <Show when={pane()}>
            {(name) => (
              <section class="map-sheet map-side" aria-label={words[name()]}>
                <header class="row spread">
                  <h2>{words[name()]}</h2>
                  <button type="button" class="button quiet" onClick={() => setPane(undefined)}>
                    {words.close}
                  </button>
                </header>
                <Dynamic component={PANES[name()]} {...props()} />
              </section>
            )}
          </Show>
          <Show when={address().sel}>
            <Details map={map} address={address()} change={change} />
          </Show>
          <Proposals map={map} address={address()} change={change} />
        </div>
        <div class="map-zoom">
          <button type="button" class="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={() => zoomBy(1)}>
            +
          </button>
          <button
            type="button"
            class="button"
            aria-label={words.zoomOut}
            title={words.zoomOut}
            onClick={() => zoomBy(-1)}
          >
            −
          </button>
          <button
            type="button"
            class="button"
            aria-label={words.world}
            title={words.world}
            onClick={() => map.engine()?.setCamera({ lon: 10, lat: 30, zoom: 1 }, true)}
          >
            ◎
          </button>
          <button
            type="button"
            class="button"
            aria-label={words.fullscreen}
            title={words.fullscreen}
            onClick={() => {
              if (document.fullscreenElement) void document.exitFullscreen();
              // A browser that refuses says so by staying as it is.
              else void root?.requestFullscreen().catch(() => undefined);
            }}
          >
            ⤢
          </button>
        </div>
      </div>
      <Show when={address().table}>
        <EntityTable map={map} address={address()} change={change} />
      </Show>
      <MapStatus map={map} address={address()} change={change} />
    </div>
  );
}
