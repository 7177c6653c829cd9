import { createUniqueId, For, type JSX } from 'solid-js';
import { map as words } from '../../i18n/map.ts';
import { isFiltering, type MapFilter, NO_FILTER, ORBITS, SEVERITIES } from './filter.ts';
import type { MapPaneProps } from './layers.tsx';
import { inUnits } from './units.ts';

/** What of each kind is shown. Numbers are in the units of the person's choice and kept in SI. */
export function Filters(props: MapPaneProps): JSX.Element {
  const filter = () => props.address.filter;
  const set = (part: Partial<MapFilter>) => props.change({ filter: { ...filter(), ...part } });
  const per = (what: 'height' | 'speed') => 1 / (inUnits(1, what, props.address.units).value ?? 1);
  const number = (label: string, name: 'altLowM' | 'altHighM' | 'speedLowMps', what: 'height' | 'speed') => {
    const id = createUniqueId();
    return (
      <div class="map-field">
        <label class="small" for={id}>
          {label}
        </label>
        <input
          id={id}
          class="field"
          type="number"
          min="0"
          value={filter()[name] === undefined ? '' : Math.round((filter()[name] ?? 0) / per(what))}
          onChange={(event) => {
            const value = event.currentTarget.valueAsNumber;
            set({ [name]: Number.isNaN(value) ? undefined : value * per(what) });
          }}
        />
        <span class="small soft">{inUnits(0, what, props.address.units).unit}</span>
      </div>
    );
  };
  const choice = (
    label: string,
    name: 'ground' | 'orbit' | 'severity',
    any: string,
    choices: readonly (readonly [value: string, words: string])[],
  ) => {
    const id = createUniqueId();
    return (
      <div class="map-field">
        <label class="small" for={id}>
          {label}
        </label>
        <select
          id={id}
          class="field"
          value={filter()[name] ?? ''}
          onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
        >
          <option value="">{any}</option>
          <For each={choices}>{([value, text]) => <option value={value}>{text}</option>}</For>
        </select>
      </div>
    );
  };
  const categoryId = createUniqueId();
  const hoursId = createUniqueId();
  return (
    <div class="map-pane">
      {number(words.filter.altLow, 'altLowM', 'height')}
      {number(words.filter.altHigh, 'altHighM', 'height')}
      {number(words.filter.speedLow, 'speedLowMps', 'speed')}
      {choice(words.filter.ground, 'ground', words.filter.both, [
        ['air', words.filter.air],
        ['ground', words.filter.onGround],
      ])}
      <div class="map-field">
        <label class="small" for={categoryId}>
          {words.filter.category}
        </label>
        <input
          id={categoryId}
          class="field"
          maxLength={60}
          value={filter().category ?? ''}
          onInput={(event) => set({ category: event.currentTarget.value || undefined })}
        />
      </div>
      {choice(
        words.filter.orbit,
        'orbit',
        words.filter.anyOrbit,
        ORBITS.map((orbit) => [orbit, orbit]),
      )}
      {choice(
        words.filter.severity,
        'severity',
        words.filter.anySeverity,
        SEVERITIES.map((severity) => [severity, severity]),
      )}
      <div class="map-field">
        <label class="small" for={hoursId}>
          {words.filter.hours}
        </label>
        <input
          id={hoursId}
          class="field"
          type="number"
          min="1"
          max="168"
          value={filter().hours ?? ''}
          onChange={(event) => {
            const hours = event.currentTarget.valueAsNumber;
            set({ hours: Number.isNaN(hours) ? undefined : hours });
          }}
        />
        <span class="small soft">{words.filter.hoursUnit}</span>
      </div>
      <label class="row small">
        <input
          type="checkbox"
          checked={filter().emergency === true}
          onChange={(event) => set({ emergency: event.currentTarget.checked })}
        />
        {words.filter.emergency}
      </label>
      <button
        type="button"
        class="button"
        disabled={!isFiltering(filter())}
        onClick={() => props.change({ filter: NO_FILTER })}
      >
        {words.filter.clear}
      </button>
    </div>
  );
}
