import { For, type JSX, Show } from 'solid-js';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { Reading } from '../../components/reading.tsx';
import type { DeviceReadingsRecord, MyceliumRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createState } from '../../link/create-state.ts';
import { Age } from './detail.tsx';
import { PartPanel } from './part-panel.tsx';
import { ShortList } from './short-list.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

/** A device of the lab reports every few seconds; a minute of silence is worth saying. */
const DEVICE_STALE_MS = 60_000;
const MOST_VALUES = 12;

/** Devices that report to MAS's lab, and mycelium networks. */
export function LabDevices(): JSX.Element {
  const lab = useLab();
  const part = createLabPart<DeviceReadingsRecord>(lab, 'readings', ['typed']);
  const mycelium = createState<MyceliumRecord>(lab.link, () =>
    part.shown() ? upstreamChannel('state', SLUG, 'mycelium') : undefined,
  );
  return (
    <PartPanel
      part={part}
      title={words.overview.devices}
      name="lab-devices"
      what={words.overview.devicesWhat}
      count={part.rows().length + mycelium.records.size}
      empty={words.overview.devicesEmpty}
    >
      <ShortList class="lab-devices" ids={part.rows().map(({ id }) => id)}>
        {(id) => <Show when={part.get(id)}>{(row) => <Device row={row()} />}</Show>}
      </ShortList>
      <ShortList class="lab-devices" ids={mycelium.records.keys()}>
        {(id) => <Show when={mycelium.records.get(id)}>{(row) => <Network row={row()} />}</Show>}
      </ShortList>
    </PartPanel>
  );
}

function Device(props: { readonly row: DeviceReadingsRecord }): JSX.Element {
  return (
    <li>
      <strong>{props.row.id}</strong>
      <For each={Object.entries(props.row.values).slice(0, MOST_VALUES)}>
        {([name, value]) => (
          <span class="lab-reading">
            <span class="small soft">{name}</span>
            <Reading
              value={value}
              unit=""
              digits={2}
              at={props.row.measuredAt ?? props.row.at}
              provenance={props.row.provenance}
              flags={props.row.flags}
              staleMs={DEVICE_STALE_MS}
              source={props.row.source}
            />
          </span>
        )}
      </For>
    </li>
  );
}

function Network(props: { readonly row: MyceliumRecord }): JSX.Element {
  return (
    <li>
      <strong>
        {words.overview.mycelium} {props.row.id}
      </strong>
      <span class="small">{words.overview.nodes(formatCount(props.row.nodes), formatCount(props.row.edges))}</span>
      <span class="small">
        {words.overview.coverage} {formatValue(100 * props.row.coverage, 0)} %, {words.overview.meanSignal}{' '}
        {formatValue(props.row.meanSignalUv, 1)} µV
      </span>
      <span class="small soft">
        <Age row={props.row} />
      </span>
    </li>
  );
}
