import { createMemo, createUniqueId, For, type JSX, Show } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import type { DataColumn } from '../../components/data-table.tsx';
import { formatCount } from '../../components/format-value.ts';
import { type FciSessionRecord, type LabDeviceRecord, SESSION_STATES } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createState } from '../../link/create-state.ts';
import { ageColumn, stateColumn } from './columns.tsx';
import { fits } from './fits.ts';
import { isKnown } from './lab-act.tsx';
import { LabList } from './lab-list.tsx';
import { MakeThing } from './make-thing.tsx';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { SignalPanel } from './signal/signal-panel.tsx';
import { StateAct } from './state-act.tsx';
import { createLabPart, SLUG, useLab } from './use-lab.ts';

const MAX_ID = 48;

/** Recording sessions, and the signal of one of them or of a device. */
export function Signals(props: PaneProps): JSX.Element {
  const lab = useLab();
  const part = createLabPart<FciSessionRecord>(lab, 'sessions', ['typed', 'sessions'], 'sessions');
  const devices = createState<LabDeviceRecord>(lab.link, () =>
    part.shown() ? upstreamChannel('state', SLUG, 'devices') : undefined,
  );
  const rows = createMemo(() => part.rows().filter((row) => fits(props.address, row, row.species, row.strain, row.id)));
  const who = () => props.address.signal;
  const chosen = () => (props.address.sel === undefined ? undefined : part.get(props.address.sel));
  const columns: readonly DataColumn<FciSessionRecord>[] = [
    {
      id: 'species',
      title: words.col.species,
      width: 'minmax(160px, 1.6fr)',
      cell: (row) => (
        <span title={row.id}>
          {row.species ?? row.id} <span class="soft">{row.strain}</span>
        </span>
      ),
      sortBy: (row) => row.species,
    },
    stateColumn('130px'),
    {
      id: 'duration',
      title: words.col.duration,
      width: '110px',
      cell: (row) => (row.durationS === undefined ? '–' : durationWords(row.durationS * 1_000)),
      sortBy: (row) => row.durationS,
    },
    {
      id: 'electrodes',
      title: words.col.electrodes,
      width: '100px',
      cell: (row) =>
        row.electrodesActive === undefined
          ? '–'
          : words.shown(formatCount(row.electrodesActive), formatCount(row.electrodesTotal ?? row.electrodesActive)),
    },
    {
      id: 'rate',
      title: words.col.rate,
      width: '90px',
      align: 'right',
      cell: (row) => (row.sampleRateHz === undefined ? '–' : words.signals.hz(formatCount(row.sampleRateHz))),
      sortBy: (row) => row.sampleRateHz,
    },
    ageColumn((row) => row),
  ];
  return (
    <div class="lab-pane" ref={part.ref}>
      <SignalPicker
        chosen={who()}
        sessions={part.rows()}
        devices={devices.records.values()}
        onChoose={(signal) => props.change({ signal })}
      />
      <Show when={who()} keyed fallback={<p class="soft">{words.signals.pick}</p>}>
        {(id) => (
          <SignalPanel
            who={id}
            channel={props.address.channel}
            spanS={props.address.spanS}
            onChannel={(channel) => props.change({ channel })}
            onSpan={(spanS) => props.change({ spanS })}
          />
        )}
      </Show>
      <PartPanel
        part={part}
        inPane
        title={words.signals.sessions}
        name="sessions"
        what={words.signals.what}
        empty={{ title: words.signals.emptyTitle, text: words.signals.emptyText }}
        tools={
          <MakeThing
            label={words.make.session}
            call="session.create"
            fields={[
              { name: 'species', label: words.make.species },
              { name: 'strain', label: words.make.strain, optional: true },
            ]}
            isThere={(id) => isKnown(part.get(id))}
            onMade={(sel) => props.change({ sel })}
          />
        }
      >
        <LabList
          {...props}
          label={words.signals.sessions}
          columns={columns}
          rows={rows()}
          all={part.rows().length}
          states={SESSION_STATES}
        />
        <Show when={chosen()}>
          {(row) => (
            <fieldset class="row lab-acts" aria-label={words.detail.acts}>
              <span class="mono">{row().id}</span>
              <StateAct
                row={row()}
                call="session.start"
                label={words.act.start}
                becomes="recording"
                from={['idle', 'paused']}
              />
              <StateAct
                row={row()}
                call="session.pause"
                label={words.act.pause}
                becomes="paused"
                from={['recording', 'stimulating']}
              />
              <StateAct
                row={row()}
                call="session.stop"
                label={words.act.stop}
                becomes="idle"
                from={['recording', 'stimulating', 'paused']}
                danger
              />
              <button type="button" class="button" onClick={() => props.change({ signal: row().id })}>
                {words.signals.open}
              </button>
            </fieldset>
          )}
        </Show>
      </PartPanel>
    </div>
  );
}

interface SignalPickerProps {
  readonly chosen: string | undefined;
  readonly sessions: readonly { readonly id: string; readonly species: string | undefined }[];
  readonly devices: readonly { readonly id: string }[];
  readonly onChoose: (id: string | undefined) => void;
}

/** Sessions and devices that MAS told of, or any other by its id. */
export function SignalPicker(props: SignalPickerProps): JSX.Element {
  const id = createUniqueId();
  const isListed = () =>
    props.sessions.some((one) => one.id === props.chosen) || props.devices.some((one) => one.id === props.chosen);
  return (
    <div class="row lab-picker">
      <label for={`${id}-who`}>{words.signals.choose}</label>
      <select
        id={`${id}-who`}
        class="field"
        value={props.chosen ?? ''}
        onChange={(event) => props.onChoose(event.currentTarget.value || undefined)}
      >
        <option value="">–</option>
        <Show when={props.chosen !== undefined && !isListed()}>
          <option value={props.chosen} selected>
            {props.chosen}
          </option>
        </Show>
        <optgroup label={words.signals.device}>
          <For each={props.devices}>
            {(one) => (
              <option value={one.id} selected={one.id === props.chosen}>
                {one.id}
              </option>
            )}
          </For>
        </optgroup>
        <optgroup label={words.signals.session}>
          <For each={props.sessions}>
            {(one) => (
              <option value={one.id} selected={one.id === props.chosen}>
                {one.id} {one.species}
              </option>
            )}
          </For>
        </optgroup>
      </select>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const other = String(new FormData(event.currentTarget).get('other') ?? '').trim();
          if (other !== '') props.onChoose(other);
        }}
      >
        <input
          class="field"
          name="other"
          maxLength={MAX_ID}
          autocomplete="off"
          aria-label={words.signals.other}
          placeholder={words.signals.other}
        />
        <button type="submit" class="button">
          {words.signals.open}
        </button>
      </form>
    </div>
  );
}
