import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { createOnScreen } from '../../../components/on-screen.ts';
import { Panel } from '../../../components/panel.tsx';
import { PanelBody } from '../../../components/panel-body.tsx';
import { SourceStrip } from '../../../components/source-strip.tsx';
import { scientific as words } from '../../../i18n/scientific.ts';
import { SIGNAL_SPANS_S } from '../state.ts';
import { useLab } from '../use-lab.ts';
import { Electrodes } from './electrodes.tsx';
import { SignalCommands } from './signal-commands.tsx';
import { SignalFacts } from './signal-facts.tsx';
import { createSignalSource } from './signal-source.ts';
import { SignalTrace } from './signal-trace.tsx';
import { SpectrumPlot } from './spectrum-plot.tsx';

export interface SignalPanelProps {
  readonly who: string;
  readonly channel: number;
  readonly spanS: (typeof SIGNAL_SPANS_S)[number];
  readonly onChannel: (channel: number) => void;
  readonly onSpan: (spanS: (typeof SIGNAL_SPANS_S)[number]) => void;
  /** Traces only, for a small place. */
  readonly brief?: boolean;
}

/** The signal of one device or session: traces, electrodes, spectrum, and what can be told to the device. */
export function SignalPanel(props: SignalPanelProps): JSX.Element {
  const { ref, shown } = createOnScreen();
  const lab = useLab();
  const signal = createSignalSource(lab, () => props.who, shown);
  const source = createMemo(() => signal.source());
  const [isHeld, setHeld] = createSignal(false);
  const [spikes, setSpikes] = createSignal(0);
  const chosen = () => {
    const wanted = `ch${props.channel}`;
    return signal.channels().includes(wanted) ? wanted : (signal.channels()[0] ?? wanted);
  };
  const newestAt = () => {
    signal.samples.version();
    return signal.samples.curves.get(chosen())?.times.at(-1);
  };
  const provenance = () => {
    signal.samples.version();
    return signal.samples.curves.get(chosen())?.provenance;
  };
  const choose = (channel: string) => props.onChannel(Number(channel.slice(2)));
  return (
    <Panel
      title={words.signals.traces(props.who)}
      name="signal"
      ref={ref}
      strip={<SourceStrip source={source()} newestAt={newestAt()} simulated={provenance() === 'simulated'} />}
      tools={
        <>
          <label class="row small">
            {words.signals.span}
            <select
              class="field"
              onChange={(event) => {
                const span = SIGNAL_SPANS_S.find((one) => one === Number(event.currentTarget.value));
                if (span !== undefined) props.onSpan(span);
              }}
            >
              <For each={SIGNAL_SPANS_S}>
                {(span) => (
                  <option value={span} selected={span === props.spanS}>
                    {words.signals.seconds(span)}
                  </option>
                )}
              </For>
            </select>
          </label>
          <button type="button" class="button" aria-pressed={isHeld()} onClick={() => setHeld(!isHeld())}>
            {isHeld() ? words.signals.go : words.signals.hold}
          </button>
        </>
      }
    >
      <PanelBody
        source={source().state()}
        ready={true}
        count={signal.channels().length}
        what={words.signals.signalOf(props.who)}
        empty={words.signals.emptySignal}
      >
        <SignalTrace
          label={words.signals.traces(props.who)}
          channels={signal.channels()}
          chosen={chosen()}
          spanMs={props.spanS * 1_000}
          samples={signal.samples}
          isHeld={isHeld()}
          onChoose={choose}
          onSpikes={setSpikes}
        />
        <Show when={!props.brief}>
          <div class="lab-signal-parts">
            <Electrodes channels={signal.channels()} chosen={chosen()} samples={signal.samples} onChoose={choose} />
            <SpectrumPlot channel={chosen()} samples={signal.samples} />
          </div>
          <SignalFacts signal={signal} channel={chosen()} spikesHere={spikes()} />
        </Show>
      </PanelBody>
      <Show when={!props.brief && !signal.isSession()}>
        <SignalCommands device={props.who} channels={signal.channels().length} />
      </Show>
    </Panel>
  );
}
