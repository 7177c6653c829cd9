import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { type DataColumn, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import type { TableSort } from '../../components/sort-rows.ts';
import { devices as words } from '../../i18n/devices.ts';
import { t } from '../../i18n/en.ts';
import { FLEET_SOURCES, type FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { ownGroups } from './own-groups.ts';
import { type DevicesAddress, GROUPINGS, type Grouping, STATES } from './state.ts';
import { StateWord } from './state-word.tsx';

export interface FleetListProps {
  readonly devices: readonly FleetDevice[];
  readonly address: DevicesAddress;
  readonly change: (part: Partial<DevicesAddress>) => void;
  readonly picked: ReadonlySet<string>;
  /** undefined: nothing can be done here with several at once. */
  readonly onPick?: ((device: FleetDevice) => void) | undefined;
}

const MOST_SHOWN = 4;

export function fitsAddress(device: FleetDevice, { find, source, state }: DevicesAddress): boolean {
  if (source !== undefined && !device.sightings.some((one) => one.source === source)) return false;
  if (state !== undefined && device.state !== state) return false;
  const wanted = find.trim().toLowerCase();
  if (wanted === '') return true;
  const texts = device.sightings.flatMap(({ id, name, kind, place }) => [id, name, kind, place]);
  return [device.name, ...texts].some((text) => text?.toLowerCase().includes(wanted) ?? false);
}

/** In which groups it is shown; only groups of one's own may be several. */
const groupsOf = (device: FleetDevice, by: Grouping): readonly string[] => {
  if (by !== 'own') return [groupOf(device, by)];
  const own = ownGroups().filter(({ keys }) => device.knownAs.some((word) => keys.includes(word)));
  return own.length === 0 ? [words.own.none] : own.map(({ name }) => name);
};

const groupOf = (device: FleetDevice, by: Grouping): string => {
  const find = (pick: (one: FleetDevice['sightings'][number]) => string | undefined) =>
    device.sightings.map(pick).find((text) => text !== undefined && text !== '');
  switch (by) {
    case 'source':
      return words.sources[device.sightings[0]?.source ?? 'mas'];
    case 'place':
      return find(({ place }) => place) ?? words.noPlace;
    case 'kind':
      return find(({ kind }) => kind) ?? words.noKind;
    case 'state':
      return words.states[device.state];
    default:
      return '';
  }
};

/** The fleet as tables, one for each group. */
export function FleetList(props: FleetListProps): JSX.Element {
  const [sort, setSort] = createSignal<TableSort>();
  const shown = createMemo(() => props.devices.filter((device) => fitsAddress(device, props.address)));
  const groups = createMemo(() => {
    const byName = new Map<string, FleetDevice[]>();
    for (const device of shown()) {
      for (const name of groupsOf(device, props.address.group)) {
        const members = byName.get(name);
        if (members === undefined) byName.set(name, [device]);
        else members.push(device);
      }
    }
    return [...byName].sort(([a], [b]) => a.localeCompare(b));
  });
  const selected = createMemo(() => {
    const { sel } = props.address;
    return sel === undefined ? undefined : props.devices.find(({ knownAs }) => knownAs.includes(sel))?.key;
  });
  const names = createMemo(() => groups().map(([name]) => name), undefined, {
    equals: (a, b) => a.length === b.length && a.join('\n') === b.join('\n'),
  });
  const columns: readonly DataColumn<FleetDevice>[] = [
    {
      id: 'pick',
      title: words.col.pick,
      width: '52px',
      once: true,
      cell: (device) => (
        <input
          type="checkbox"
          aria-label={`${words.col.pick} ${device.name}`}
          checked={device.knownAs.some((word) => props.picked.has(word))}
          onClick={(event) => event.stopPropagation()}
          onChange={() => props.onPick?.(device)}
        />
      ),
    },
    {
      id: 'name',
      title: words.col.name,
      width: 'minmax(130px, 1.4fr)',
      cell: (device) => (
        <span class="fleet-name" title={device.key}>
          <Show when={device.conflicts.length > 0}>
            <span class="fleet-warn" title={words.conflict}>
              ▲{' '}
            </span>
          </Show>
          <span class="fleet-name-text">{device.name}</span>
          <Show when={device.simulated}>
            <span class="tag" title={t.common.provenance.simulated}>
              {t.common.provenanceTag.simulated}
            </span>
          </Show>
        </span>
      ),
      sortBy: ({ name }) => name,
    },
    {
      id: 'state',
      title: words.col.state,
      width: '96px',
      cell: ({ state }) => <StateWord state={state} />,
      sortBy: ({ state }) => STATES.indexOf(state),
    },
    {
      id: 'sources',
      title: words.col.sources,
      width: 'minmax(130px, 1.2fr)',
      cell: ({ sightings }) => sightings.map(({ source }) => words.sources[source]).join(', '),
      sortBy: ({ sightings }) => sightings.length,
    },
    {
      id: 'values',
      title: words.col.values,
      width: 'minmax(150px, 1.6fr)',
      cell: ({ values }) => (
        <For each={values.slice(0, MOST_SHOWN)}>
          {(value) => (
            <span
              class="fleet-cell-value"
              classList={{ stale: now() - value.at > value.staleMs }}
              title={`${value.name}, ${words.sources[value.source]}, ${words.ago(ageWords(now() - value.at))}`}
            >
              {formatValue(value.value, 1)} {value.unit}
            </span>
          )}
        </For>
      ),
      sortBy: ({ values }) => values.length,
    },
    {
      id: 'heard',
      title: words.col.heard,
      width: '92px',
      align: 'right',
      cell: ({ heardAt }) => (heardAt === undefined ? words.never : words.ago(ageWords(Math.max(0, now() - heardAt)))),
      sortBy: ({ heardAt }) => heardAt,
    },
  ];
  return (
    <div class="fleet-list">
      <div class="row">
        <input
          type="search"
          class="field"
          placeholder={words.find}
          aria-label={words.find}
          value={props.address.find}
          onInput={(event) => props.change({ find: event.currentTarget.value })}
        />
        <select
          class="field"
          aria-label={words.source}
          value={props.address.source ?? ''}
          onChange={(event) =>
            props.change({ source: FLEET_SOURCES.find((source) => source === event.currentTarget.value) })
          }
        >
          <option value="">{words.anySource}</option>
          <For each={FLEET_SOURCES}>{(source) => <option value={source}>{words.sources[source]}</option>}</For>
        </select>
        <select
          class="field"
          aria-label={words.state}
          value={props.address.state ?? ''}
          onChange={(event) => props.change({ state: STATES.find((state) => state === event.currentTarget.value) })}
        >
          <option value="">{words.anyState}</option>
          <For each={STATES}>{(state) => <option value={state}>{words.states[state]}</option>}</For>
        </select>
        <select
          class="field"
          aria-label={words.groupBy}
          value={props.address.group}
          onChange={(event) =>
            props.change({ group: GROUPINGS.find((group) => group === event.currentTarget.value) ?? 'none' })
          }
        >
          <For each={GROUPINGS}>
            {(group) => (
              <option value={group}>
                {words.groupBy}: {words.groups[group]}
              </option>
            )}
          </For>
        </select>
        <span class="small soft" role="status" data-fleet-count={shown().length}>
          {words.shown(formatCount(shown().length), formatCount(props.devices.length))}
        </span>
      </div>
      <For
        each={names()}
        fallback={
          <EmptyState title={words.nothingFound.title} text={words.nothingFound.text}>
            <button
              type="button"
              class="button"
              onClick={() => props.change({ find: '', source: undefined, state: undefined })}
            >
              {words.nothingFound.clear}
            </button>
          </EmptyState>
        }
      >
        {(name) => {
          const rows = () => groups().find(([group]) => group === name)?.[1] ?? [];
          return (
            <section aria-label={name || words.title}>
              <Show when={name}>
                <h3>
                  {name} <span class="soft small">{formatCount(rows().length)}</span>
                </h3>
              </Show>
              <div
                class="fleet-table"
                style={{ '--rows': Math.min(rows().length, props.address.group === 'none' ? 14 : 6) }}
              >
                <DataTable
                  label={name || words.title}
                  columns={props.onPick === undefined ? columns.filter(({ id }) => id !== 'pick') : columns}
                  rows={rows()}
                  rowKey={({ key }) => key}
                  sort={sort()}
                  onSort={setSort}
                  selected={selected()}
                  onSelect={(sel) => props.change({ sel: sel === selected() ? undefined : sel })}
                  rowClass={({ state, conflicts }) => (state === 'offline' || conflicts.length > 0 ? 'troubled' : '')}
                  rowPx={44}
                />
              </div>
            </section>
          );
        }}
      </For>
    </div>
  );
}
