import { createSignal, type JSX, Show } from 'solid-js';
import { saveFile } from '../../components/save-file.ts';
import { map as words } from '../../i18n/map.ts';
import { distanceM } from '../../upstreams/crep/geo/sphere.ts';
import { bearingWords, placeWords } from './entity-words.ts';
import { toCsv, toGeoJson } from './export.ts';
import { bearingDeg } from './geometry.ts';
import { setSite, site } from './kept.ts';
import type { MapPaneProps } from './layers.tsx';
import { unitText } from './units.ts';

const MOST_EXPORTED = 100_000;

/** Own site, distances, and what can be taken away from the map. */
export function ToolsPane(props: MapPaneProps): JSX.Element {
  const { map } = props;
  const rows = () => map.data.inView(map.view(), MOST_EXPORTED).rows;
  const stamp = () => new Date().toISOString().replaceAll(':', '-').slice(0, 19);
  const [isEmpty, setEmpty] = createSignal(false);
  const measured = () => {
    const [from, to] = map.measured() ?? [];
    if (from === undefined || to === undefined) return undefined;
    const metres = distanceM(from[0], from[1], to[0], to[1]);
    return words.tool.measured(unitText(metres, 'distance', props.address.units), bearingWords(bearingDeg(from, to)));
  };
  return (
    <div class="map-pane">
      <p class="small">
        {words.tool.site}:{' '}
        <Show when={site()} fallback={<span class="soft">{words.tool.siteNone}</span>}>
          {(at) => placeWords(at()[0], at()[1])}
        </Show>
      </p>
      <div class="row">
        <button type="button" class="button" onClick={() => setSite([map.camera().lon, map.camera().lat])}>
          {words.tool.siteHere}
        </button>
        <Show when={site()}>
          <button type="button" class="button quiet" onClick={() => setSite(undefined)}>
            {words.tool.siteClear}
          </button>
        </Show>
      </div>
      <button
        type="button"
        class="button"
        aria-pressed={map.measured() !== undefined}
        onClick={() => map.setMeasured(map.measured() === undefined ? [] : undefined)}
      >
        {words.tool.measure}
      </button>
      <Show when={map.measured()}>
        <p class="small" role="status" data-measured={measured() ?? ''}>
          {measured() ?? words.tool.measureHint}
        </p>
      </Show>
      <div class="row">
        <button
          type="button"
          class="button"
          onClick={() => saveFile(`map-${stamp()}.csv`, toCsv(rows(), map.placeOf), 'text/csv')}
        >
          {words.tool.exportCsv}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => saveFile(`map-${stamp()}.geojson`, toGeoJson(rows(), map.placeOf), 'application/geo+json')}
        >
          {words.tool.exportGeo}
        </button>
        <button
          type="button"
          class="button"
          onClick={async () => {
            const picture = await map.engine()?.picture();
            setEmpty(picture === undefined);
            if (picture !== undefined) saveFile(`map-${stamp()}.png`, picture, 'image/png');
          }}
        >
          {words.tool.exportPng}
        </button>
        <Show when={isEmpty()}>
          <span role="alert" class="small map-warn">
            {words.loading}
          </span>
        </Show>
      </div>
    </div>
  );
}
