import { createMemo, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { SourceStrip } from '../../components/source-strip.tsx';
import { isSourceTrouble, sourceState } from '../../contract/upstream/source-state.ts';
import { map as words } from '../../i18n/map.ts';
import { panels as panelWords } from '../../i18n/panels.ts';
import { createSource } from '../../link/create-source.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import type { TilesState } from './engine/map-engine.ts';
import { isFiltering } from './filter.ts';
import type { MapPaneProps } from './layers.tsx';

/** Where the picture comes from, how old it is, what is missing from it. Never leaves the map. */
export function MapStatus(props: MapPaneProps): JSX.Element {
  const { map } = props;
  const source = createSource(createUpstreams(useLink()), 'crep');
  const newestAt = createMemo(() => {
    map.tick();
    let newest = 0;
    for (const { rx } of map.data.records()) if (rx > newest) newest = rx;
    return newest === 0 ? undefined : newest;
  });
  const inSight = createMemo(() => {
    map.tick();
    const counts = map.data.counts(map.view());
    return Object.values(counts).reduce((sum, { shown }) => sum + shown, 0);
  });
  const noSource = () => {
    const state = source.state();
    return state.is === 'none' ? state.why || panelWords.none.text('') : undefined;
  };
  /** Lists are asked in turn, some once an hour: one that fails says more than all that have not been asked since. */
  const troubled = createMemo(() => {
    const lines = source.lines().filter((line) => isSourceTrouble(sourceState(source.upstream(), [line])));
    const why = lines
      .map(({ state }) => ('why' in state ? state.why : panelWords.is.stale))
      .find((text) => text !== '');
    return lines.length === 0 ? undefined : { count: lines.length, why: why ?? '' };
  });
  const stats = () => {
    now();
    return map.engine()?.stats();
  };
  return (
    <footer class="map-status">
      <SourceStrip source={source} newestAt={newestAt()} />
      <p class="row small soft">
        <strong data-in-sight={inSight()}>{words.status.inSight(formatCount(inSight()))}</strong>
        <Show when={!props.address.prediction}>
          <span>{words.predictionOff}</span>
        </Show>
        <Show when={isFiltering(props.address.filter) || props.address.isolate}>
          <span class="map-warn">{words.filter.on}</span>
        </Show>
        <Show when={map.tick() >= 0 && map.data.conflated > 0}>
          <span>{words.status.conflated(formatCount(map.data.conflated))}</span>
        </Show>
        <Show when={stats()}>
          {(found) => (
            <span data-frame-ms={found().frameMs.toFixed(3)} data-frames={found().frames}>
              {words.status.frame(formatValue(found().frameMs, 1))}
            </span>
          )}
        </Show>
        <Show when={map.engine()?.is === 'webgl' && stats()?.withoutCard}>
          <span>{words.status.withoutCard}</span>
        </Show>
        <Show when={(stats()?.contextsLost ?? 0) > 0}>
          <span class="map-warn">{words.status.lost(formatCount(stats()?.contextsLost ?? 0))}</span>
        </Show>
        <Show when={map.tiles()}>{(tiles) => <TilesWords tiles={tiles()} />}</Show>
        <Show when={map.engine()?.plainBecause}>{(why) => <span>{why()}</span>}</Show>
        <Show when={source.state().is !== 'none' && map.viewNotTold()}>
          {(why) => <span class="map-warn">{words.status.viewNotTold(why())}</span>}
        </Show>
      </p>
      <Show when={map.pictureAt()}>
        {(at) => (
          <p class="map-banner" data-last-picture>
            ▲ <span role="status">{words.status.lastPicture}</span> {words.status.pictureAge(ageWords(now() - at()))}
          </p>
        )}
      </Show>
      <Show when={noSource()}>
        {(why) => (
          <p class="map-banner" role="status" data-trouble="none">
            – {panelWords.none.title(words.title.toLowerCase())}. {panelWords.none.text(why())}{' '}
            <a href="/connections">{panelWords.connections}</a>
          </p>
        )}
      </Show>
      <Show when={troubled()}>
        {(found) => (
          <p class="map-banner" role="status" data-trouble={found().count}>
            ▲ {words.status.trouble(formatCount(found().count), formatCount(source.lines().length), found().why)}{' '}
            <a href="/connections">{panelWords.connections}</a>
          </p>
        )}
      </Show>
    </footer>
  );
}

/** Whose map lies below, or why it does not. */
function TilesWords(props: { readonly tiles: TilesState }): JSX.Element {
  const text = () => {
    const { tiles } = props;
    return tiles.is === 'broken'
      ? words.tiles.broken(tiles.why)
      : words.tiles.there(tiles.credit ?? words.tiles.nobody);
  };
  return (
    <span classList={{ 'map-warn': props.tiles.is === 'broken' }} data-tiles={props.tiles.is}>
      {text()}
    </span>
  );
}
