import { createMemo, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { CREP_KINDS, CREP_SOURCES_PART, type CrepKind, type CrepSource } from '../../contract/upstream/crep.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { map as words } from '../../i18n/map.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import { mapLook } from './map-look.ts';
import { EXTRAS, type Extra, type MapAddress, UNIT_SYSTEMS } from './state.ts';
import type { MapState } from './use-map.ts';

export interface MapPaneProps {
  readonly map: MapState;
  readonly address: MapAddress;
  readonly change: (part: Partial<MapAddress>) => void;
}

const SHAPES: Readonly<Record<CrepKind, string>> = {
  aircraft: '✈',
  vessel: '▲',
  satellite: '◈',
  event: '◯',
  device: '■',
  observation: '•',
};

function toggled<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

/** What is on the map and how many of it; what else is drawn; how old things look; how the sources do. */
export function Layers(props: MapPaneProps): JSX.Element {
  const counts = createMemo(() => {
    props.map.tick();
    return props.map.data.counts(props.map.view());
  });
  const colours = mapLook().kinds;
  return (
    <div class="map-pane">
      <ul class="map-layers">
        <For each={CREP_KINDS}>
          {(kind, index) => (
            <li data-layer={kind}>
              <label class="row">
                <input
                  type="checkbox"
                  checked={!props.address.hidden.has(kind)}
                  onChange={() => props.change({ hidden: toggled(props.address.hidden, kind) })}
                />
                <span class="map-shape" style={{ color: colours[index()] }} aria-hidden="true">
                  {SHAPES[kind]}
                </span>
                <span>{words.kinds[kind]}</span>
                <span class="soft small map-count">
                  {words.counts(formatCount(counts()[kind].shown), formatCount(counts()[kind].all))}
                </span>
              </label>
              <Show when={counts()[kind].nowhere > 0}>
                <span class="soft small">{words.nowhere(formatCount(counts()[kind].nowhere))}</span>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <ul class="map-extras">
        <For each={EXTRAS}>
          {(extra: Extra) => (
            <li>
              <label class="row small">
                <input
                  type="checkbox"
                  checked={props.address.extras.has(extra)}
                  onChange={() => props.change({ extras: toggled(props.address.extras, extra) })}
                />
                {words.extras[extra]}
              </label>
            </li>
          )}
        </For>
        <li>
          <label class="row small">
            <input
              type="checkbox"
              checked={props.address.prediction}
              onChange={() => props.change({ prediction: !props.address.prediction })}
            />
            {words.prediction}
          </label>
        </li>
      </ul>
      <fieldset class="row map-units">
        <legend class="small soft">{words.units}</legend>
        <For each={UNIT_SYSTEMS}>
          {(units) => (
            <label class="row small">
              <input
                type="radio"
                name="map-units"
                checked={props.address.units === units}
                onChange={() => props.change({ units })}
              />
              {words.unitNames[units]}
            </label>
          )}
        </For>
      </fieldset>
      <section class="small soft" aria-label={words.age.title}>
        <strong>{words.age.title}</strong>: {words.age.fresh}, {words.age.ageing}, {words.age.stale}, {words.age.gone}
      </section>
      <Sources />
    </div>
  );
}

function Sources(): JSX.Element {
  const sources = createState<CrepSource>(useLink(), () => upstreamChannel('state', 'crep', CREP_SOURCES_PART));
  return (
    <details class="map-sources">
      <summary>
        {words.status.sources} ({sources.records.size})
      </summary>
      <ul class="small">
        <For each={sources.records.values()}>
          {(source) => (
            <li data-crep-source={source.name} data-state={source.state}>
              <span aria-hidden="true">{source.state === 'ok' ? '● ' : '▲ '}</span>
              {source.name}:{' '}
              <Show
                when={source.state === 'degraded'}
                fallback={`${words.status.records(formatCount(source.records))}, ${ageWords(now() - source.at)}`}
              >
                <span class="map-warn">
                  {words.status.degraded(source.why ?? '')}
                  <Show when={source.lastOkAt}>{(at) => <>, {words.status.lastOk(ageWords(now() - at()))}</>}</Show>
                </span>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </details>
  );
}
