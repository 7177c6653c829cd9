import { createMemo, For, type JSX, Show } from 'solid-js';
import { now } from '../../components/now.ts';
import { Reading } from '../../components/reading.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { Unsaved } from '../../components/unsaved.tsx';
import { devices as words } from '../../i18n/devices.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { arePinsUnsaved, curveOf, type Pin, pins, togglePin } from './pins.ts';

const DIGITS = 2;
const SPAN_MS = 600_000;

/** Values that a person pinned, each with its last ten minutes as far as this page saw them. */
export function Pinned(props: { readonly devices: readonly FleetDevice[] }): JSX.Element {
  return (
    <Show when={pins().length > 0}>
      <section class="fleet-pins" aria-label={words.pins.title}>
        <Unsaved when={arePinsUnsaved()} />
        <ul>
          <For each={pins()}>
            {(pin) => (
              <PinnedValue pin={pin} device={props.devices.find(({ knownAs }) => knownAs.includes(pin.device))} />
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}

function PinnedValue(props: { readonly pin: Pin; readonly device: FleetDevice | undefined }): JSX.Element {
  const value = () => props.device?.values.find(({ name }) => name === props.pin.name);
  const curve = createMemo(
    () => {
      const points = curveOf(props.pin);
      const last = value();
      if (last !== undefined) points.add(last.at, last.value);
      return points;
    },
    undefined,
    // It grows in place.
    { equals: false },
  );
  return (
    <li data-pin={props.pin.name}>
      <p class="small">
        <strong>{props.device?.name ?? props.pin.device}</strong> <span class="soft">{props.pin.name}</span>{' '}
        <button
          type="button"
          class="button quiet"
          aria-label={words.pins.unpin(props.pin.name)}
          onClick={() => togglePin(props.pin)}
        >
          ✕
        </button>
      </p>
      <Show when={value()} fallback={<p class="soft small">{words.pins.absent}</p>}>
        {(found) => (
          <Reading
            value={found().value}
            unit={found().unit}
            digits={DIGITS}
            at={found().at}
            provenance={found().provenance}
            staleMs={found().staleMs}
            source={words.sources[found().source]}
          />
        )}
      </Show>
      <Sparkline
        times={curve().times}
        values={curve().values}
        nowMs={now()}
        spanMs={SPAN_MS}
        cadenceMs={(value()?.staleMs ?? 0) / 4}
        digits={DIGITS}
        label={words.pins.curve(props.pin.name)}
        dotted={value()?.provenance === 'simulated'}
      />
    </li>
  );
}
