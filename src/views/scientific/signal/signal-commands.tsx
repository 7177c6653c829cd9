import { createSignal, createUniqueId, For, type JSX } from 'solid-js';
import { scientific as words } from '../../../i18n/scientific.ts';
import { LabAct } from '../lab-act.tsx';

const RATES_HZ = [10, 100, 250, 500, 1_000] as const;
const WAVES = ['sine', 'square', 'pulse'] as const;

/** What can be told to a device over its signal: rate, filters, and a current into it. */
export function SignalCommands(props: { readonly device: string; readonly channels: number }): JSX.Element {
  return (
    <div class="lab-signal-commands">
      <Rate device={props.device} />
      <details>
        <summary>{words.signals.filters}</summary>
        <Filters device={props.device} />
      </details>
      <details>
        <summary>{words.signals.stimulate}</summary>
        <Stimulate device={props.device} channels={props.channels} />
      </details>
    </div>
  );
}

function Rate(props: { readonly device: string }): JSX.Element {
  const id = createUniqueId();
  const [rateHz, setRateHz] = createSignal(100);
  return (
    <div class="row" title={words.signals.rateHint}>
      <label for={id}>{words.signals.rate}</label>
      <select id={id} class="field" onChange={(event) => setRateHz(Number(event.currentTarget.value))}>
        <For each={RATES_HZ}>
          {(rate) => (
            <option value={rate} selected={rate === 100}>
              {words.signals.hz(String(rate))}
            </option>
          )}
        </For>
      </select>
      <LabAct call="fci.rate" label={words.act.start} args={() => ({ device: props.device, rateHz: rateHz() })} />
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function NumberField(props: NumberFieldProps): JSX.Element {
  const id = createUniqueId();
  return (
    <span class="lab-number">
      <label class="small" for={id}>
        {props.label}
      </label>
      <input
        id={id}
        class="field"
        type="number"
        min={props.min}
        max={props.max}
        step="any"
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.valueAsNumber)}
      />
    </span>
  );
}

const isWithin = (value: number, low: number, high: number) => value >= low && value <= high;

function Filters(props: { readonly device: string }): JSX.Element {
  const [low, setLow] = createSignal(0.1);
  const [high, setHigh] = createSignal(50);
  const [switches, setSwitches] = createSignal({ notch_50hz: true, notch_60hz: false, dc_removal: true });
  const names = {
    notch_50hz: words.signals.notch50,
    notch_60hz: words.signals.notch60,
    dc_removal: words.signals.dc,
  } as const;
  return (
    <>
      <div class="row">
        <NumberField label={words.signals.low} value={low()} min={0.001} max={500} onChange={setLow} />
        <NumberField label={words.signals.high} value={high()} min={0.001} max={500} onChange={setHigh} />
        <For each={Object.keys(names) as (keyof typeof names)[]}>
          {(name) => (
            <label class="row small">
              <input
                type="checkbox"
                checked={switches()[name]}
                onChange={(event) => setSwitches({ ...switches(), [name]: event.currentTarget.checked })}
              />
              {names[name]}
            </label>
          )}
        </For>
        <LabAct
          call="fci.sdr-config"
          label={words.signals.set}
          args={() => ({
            device: props.device,
            config: { bandpass_low: low(), bandpass_high: high(), ...switches() },
          })}
          whyNot={low() > 0 && high() > low() ? undefined : words.instruments.badLimits}
        />
      </div>
      <p class="small soft">{words.signals.filtersHint}</p>
    </>
  );
}

function Stimulate(props: { readonly device: string; readonly channels: number }): JSX.Element {
  const [waveform, setWaveform] = createSignal<string>(WAVES[0]);
  const [frequency, setFrequency] = createSignal(1);
  const [amplitude, setAmplitude] = createSignal(10);
  const [duration, setDuration] = createSignal(1);
  const [channel, setChannel] = createSignal(0);
  const id = createUniqueId();
  const isGood = () =>
    isWithin(frequency(), 0, 1_000) &&
    isWithin(amplitude(), 0, 1_000) &&
    isWithin(duration(), 0, 3_600) &&
    Number.isInteger(channel()) &&
    isWithin(channel(), 0, 63);
  return (
    <>
      <div class="row">
        <label class="small" for={id}>
          {words.signals.waveform}
        </label>
        <select id={id} class="field" onChange={(event) => setWaveform(event.currentTarget.value)}>
          <For each={WAVES}>{(wave) => <option value={wave}>{wave}</option>}</For>
        </select>
        <NumberField label={words.signals.frequency} value={frequency()} min={0} max={1_000} onChange={setFrequency} />
        <NumberField label={words.signals.amplitude} value={amplitude()} min={0} max={1_000} onChange={setAmplitude} />
        <NumberField label={words.signals.duration} value={duration()} min={0} max={3_600} onChange={setDuration} />
        <NumberField
          label={words.signals.channel}
          value={channel()}
          min={0}
          max={Math.max(0, props.channels - 1)}
          onChange={setChannel}
        />
        <LabAct
          call="fci.stimulate"
          label={words.signals.stimulate}
          danger
          args={() => ({
            device: props.device,
            confirmed: true,
            command: {
              ...{ waveform: waveform(), frequency: frequency(), amplitude: amplitude() },
              ...{ duration: duration(), channel: channel() },
            },
          })}
          whyNot={isGood() ? undefined : words.make.required}
        />
      </div>
      <p class="small soft">{words.signals.stimulateHint}</p>
    </>
  );
}
