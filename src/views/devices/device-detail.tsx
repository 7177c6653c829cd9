import { createMemo, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { utcTime } from '../../components/clock-words.ts';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import { Reading } from '../../components/reading.tsx';
import { devices as words } from '../../i18n/devices.ts';
import { t } from '../../i18n/en.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { BoardCommands } from './board-commands.tsx';
import { DeviceCommand } from './device-command.tsx';
import { MOST_PINS, pinOf, pins, togglePin } from './pins.ts';
import { StateWord } from './state-word.tsx';

const MOST_VALUES = 60;
const DIGITS = 2;

/** One device: who knows it and why they mean the same one, its values with their source, and what can be told to it. */
export function DeviceDetail(props: { readonly device: FleetDevice; readonly onClose: () => void }): JSX.Element {
  const masId = createMemo(() => props.device.sightings.find(({ source }) => source === 'mas')?.id);
  const board = createMemo(() => props.device.sightings.find(({ source }) => source === 'usb' || source === 'relay'));
  const why = () => {
    const { because, sightings } = props.device;
    const names = sightings.map(({ source }) => words.sources[source]);
    return because.length === 0
      ? words.detail.alone(names[0] ?? '')
      : words.detail.merged(because.join(', '), names.join(', '));
  };
  return (
    <Panel
      title={props.device.name}
      name="device"
      tools={
        <button type="button" class="button quiet" onClick={() => props.onClose()}>
          {words.detail.close}
        </button>
      }
    >
      <div class="fleet-detail">
        <p>
          <StateWord state={props.device.state} />{' '}
          <Show when={props.device.simulated}>
            <span class="tag" title={t.common.provenance.simulated}>
              {t.common.provenanceTag.simulated}
            </span>
          </Show>
        </p>
        <p class="small" data-because={props.device.because.join(' ')}>
          {why()}
        </p>
        <Show when={props.device.conflicts.length > 0}>
          <p class="small fleet-warn">▲ {words.detail.conflict(props.device.conflicts.join(', '))}</p>
        </Show>
        <h3>{words.detail.paths}</h3>
        <ul class="fleet-paths">
          <For each={props.device.sightings}>
            {(one) => (
              <li data-sighting={one.source}>
                <strong>{words.sources[one.source]}</strong> <span class="mono small">{one.id.slice(0, 80)}</span>{' '}
                <StateWord state={one.state} />
                <span class="small soft">
                  {' '}
                  {[one.said, one.kind, one.firmware, one.place].filter(Boolean).join(' · ')}
                  {' · '}
                  <span title={one.heardAt === undefined ? undefined : utcTime(one.heardAt)}>
                    {words.detail.heard.toLowerCase()}{' '}
                    {one.heardAt === undefined ? words.never : words.ago(ageWords(Math.max(0, now() - one.heardAt)))}
                  </span>
                </span>
              </li>
            )}
          </For>
        </ul>
        <h3>{words.detail.values}</h3>
        <Show when={props.device.values.length > 0} fallback={<p class="soft">{words.detail.noValues}</p>}>
          <p class="small soft">{words.detail.from}</p>
          <dl class="fleet-values">
            <For each={props.device.values.slice(0, MOST_VALUES)}>
              {(value) => (
                <div data-value={value.name}>
                  <dt class="small soft">
                    {value.name} · {words.sources[value.source]} <PinButton device={props.device} name={value.name} />
                  </dt>
                  <dd>
                    <Reading
                      value={value.value}
                      unit={value.unit}
                      digits={DIGITS}
                      at={value.at}
                      provenance={value.provenance}
                      staleMs={value.staleMs}
                      source={words.sources[value.source]}
                    />
                  </dd>
                </div>
              )}
            </For>
          </dl>
        </Show>
        <Show when={board()}>{(found) => <BoardCommands board={found().id} commands={found().commands ?? []} />}</Show>
        <Show
          when={masId()}
          keyed
          fallback={
            <Show when={board() === undefined}>
              <p class="small soft">{words.command.none}</p>
            </Show>
          }
        >
          {(id) => <DeviceCommand device={id} />}
        </Show>
      </div>
    </Panel>
  );
}

function PinButton(props: { readonly device: FleetDevice; readonly name: string }): JSX.Element {
  const pin = () => pinOf(props.device, props.name);
  const isOn = () => pin() !== undefined;
  const isFull = () => !isOn() && pins().length >= MOST_PINS;
  return (
    <button
      type="button"
      class="button quiet fleet-pin"
      aria-pressed={isOn()}
      aria-label={words.pins.pinOf(props.name)}
      disabled={isFull()}
      title={isFull() ? words.pins.full(String(MOST_PINS)) : undefined}
      onClick={() => togglePin(pin() ?? { device: props.device.key, name: props.name })}
    >
      {isOn() ? words.pins.pinned : words.pins.pin}
    </button>
  );
}
