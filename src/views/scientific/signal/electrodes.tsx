import { createMemo, For, type JSX } from 'solid-js';
import { formatValue } from '../../../components/format-value.ts';
import { now } from '../../../components/now.ts';
import { FCI_STALE_MS } from '../../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../../i18n/scientific.ts';
import type { ChannelSamples } from '../../../link/create-samples.ts';
import type { Curve } from '../../../link/curve.ts';

const SAMPLES = 512;
const LEVELS = 5;

/** µV, root mean square about the mean, of the newest samples; undefined: silent. */
export function strengthOf(curve: Curve | undefined, now: number): number | undefined {
  if (curve === undefined || curve.length === 0) return undefined;
  if (now - (curve.times[curve.length - 1] ?? 0) > FCI_STALE_MS) return undefined;
  const from = Math.max(0, curve.length - SAMPLES);
  let sum = 0;
  let squares = 0;
  for (let at = from; at < curve.length; at += 1) {
    const value = curve.values[at] ?? 0;
    sum += value;
    squares += value * value;
  }
  const count = curve.length - from;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

export interface ElectrodesProps {
  readonly channels: readonly string[];
  readonly chosen: string;
  readonly samples: ChannelSamples;
  readonly onChoose: (channel: string) => void;
}

/** All channels at a glance: how strong each is, and which one is chosen. */
export function Electrodes(props: ElectrodesProps): JSX.Element {
  const strengths = createMemo(() =>
    props.channels.map((channel) => strengthOf(props.samples.curves.get(channel), now())),
  );
  const most = createMemo(() => strengths().reduce<number>((high, one) => Math.max(high, one ?? 0), 0));
  return (
    <section class="lab-electrodes" aria-label={words.signals.electrodes}>
      <h3>{words.signals.electrodes}</h3>
      <fieldset class="lab-electrode-grid" aria-label={words.signals.electrodes}>
        <For each={props.channels}>
          {(channel, index) => {
            const strength = () => strengths()[index()];
            const level = () => (most() === 0 ? 0 : Math.ceil((LEVELS * (strength() ?? 0)) / most()));
            const text = () => (strength() === undefined ? words.signals.silent : formatValue(strength(), 1));
            return (
              <button
                type="button"
                class="lab-electrode"
                classList={{ silent: strength() === undefined }}
                data-level={level()}
                aria-pressed={channel === props.chosen}
                aria-label={words.signals.electrode(channel.slice(2), text())}
                onClick={() => props.onChoose(channel)}
              >
                <span class="mono">{channel.slice(2)}</span>
                <span class="small">{text()}</span>
              </button>
            );
          }}
        </For>
      </fieldset>
      <p class="small soft">{words.signals.electrodesHint}</p>
    </section>
  );
}
