import { createMemo, createSignal, For, type JSX } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import type { PanelKind, PanelProps } from '../../components/panel-kinds.ts';
import { CREP_KINDS } from '../../contract/upstream/crep.ts';
import { map as words } from '../../i18n/map.ts';
import { useLink } from '../../link/link-context.ts';
import { EntityTable } from './entity-table.tsx';
import { MapStage } from './map-stage.tsx';
import { MapStatus } from './map-status.tsx';
import { type MapAddress, readMapAddress, writeMapAddress } from './state.ts';
import { useMap } from './use-map.ts';
import './map-view.css';

/** Where it looks is the panel's own and kept with its dashboard. */
function useSmallMap(props: PanelProps) {
  const { ref, shown } = createOnScreen();
  const [address, setAddress] = createSignal(readMapAddress(props.settings));
  const change = (part: Partial<MapAddress>) => {
    setAddress({ ...address(), ...part });
    const { lon, lat, z } = writeMapAddress(address());
    if (part.camera !== undefined) props.onSettings({ lon, lat, z });
  };
  return { ref, address, change, map: useMap(useLink(), address, change, shown) };
}

function SmallMap(props: PanelProps): JSX.Element {
  const { ref, address, change, map } = useSmallMap(props);
  return (
    <Panel title={words.title} name="map" ref={ref}>
      <div class="map-small">
        <div class="map-small-stage">
          <MapStage map={map} address={address()} change={change} />
        </div>
        <MapStatus map={map} address={address()} change={change} />
      </div>
    </Panel>
  );
}

function List(props: PanelProps): JSX.Element {
  const { ref, address, change, map } = useSmallMap(props);
  return (
    <Panel title={words.table} name="map-list" ref={ref}>
      <div style={{ height: '320px' }}>
        <EntityTable map={map} address={address()} change={change} />
      </div>
      <MapStatus map={map} address={address()} change={change} />
    </Panel>
  );
}

function Counts(props: PanelProps): JSX.Element {
  const { ref, address, change, map } = useSmallMap(props);
  const counts = createMemo(() => {
    map.tick();
    return map.data.counts(undefined);
  });
  return (
    <Panel title={words.layers} name="map-counts" ref={ref}>
      <dl class="map-facts">
        <For each={CREP_KINDS}>
          {(kind) => (
            <div>
              <dt class="soft small">{words.kinds[kind]}</dt>
              <dd>{formatCount(counts()[kind].all)}</dd>
            </div>
          )}
        </For>
      </dl>
      <MapStatus map={map} address={address()} change={change} />
    </Panel>
  );
}

export const PANELS: readonly PanelKind[] = [
  { id: 'map.map', title: words.title, about: words.panels.map, size: [8, 6], component: SmallMap },
  { id: 'map.list', title: words.table, about: words.panels.list, size: [6, 5], component: List },
  { id: 'map.counts', title: words.layers, about: words.panels.counts, size: [4, 3], component: Counts },
];
