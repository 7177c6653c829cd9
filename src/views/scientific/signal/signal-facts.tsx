import '../../../components/fact-list.css';
import { For, type JSX, Show } from 'solid-js';
import { formatCount, formatValue } from '../../../components/format-value.ts';
import { Reading } from '../../../components/reading.tsx';
import { FCI_STALE_MS } from '../../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../../i18n/scientific.ts';
import { Age } from '../detail.tsx';
import type { SignalSource } from './signal-source.ts';

/** MAS tells of quality once a second, of spectrum and pattern every second or less. */
const FACT_STALE_MS = 5 * FCI_STALE_MS;

/** What MAS says of a signal besides its samples, and what is counted here, each with who says it. */
export function SignalFacts(props: {
  readonly signal: SignalSource;
  readonly channel: string;
  readonly spikesHere: number;
}): JSX.Element {
  const { signal } = props;
  const at = () => Number(props.channel.slice(2));
  return (
    <dl class="fact-list">
      <div>
        <dt class="soft small" title={words.signals.spikesHint}>
          {words.signals.spikesHere}
        </dt>
        <dd>{formatCount(props.spikesHere)}</dd>
      </div>
      <Show when={signal.quality()}>
        {(quality) => (
          <>
            <div>
              <dt class="soft small">{words.signals.samples}</dt>
              <dd>{formatCount(quality().samples)}</dd>
            </div>
            <div>
              <dt class="soft small">{words.signals.artifacts}</dt>
              <dd>{formatCount(quality().artifacts)}</dd>
            </div>
            <div>
              <dt class="soft small">{words.signals.spikesMas}</dt>
              <dd>{formatCount(quality().spikes)}</dd>
            </div>
            <div>
              <dt class="soft small">{words.signals.snr}</dt>
              <dd>
                <Reading
                  value={quality().snrDb[at()]}
                  unit="dB"
                  digits={1}
                  at={quality().at}
                  provenance={quality().provenance}
                  flags={quality().flags}
                  staleMs={FACT_STALE_MS}
                  source={quality().source}
                />
              </dd>
            </div>
          </>
        )}
      </Show>
      <Show when={signal.pattern()}>
        {(pattern) => (
          <div>
            <dt class="soft small">{words.signals.pattern}</dt>
            <dd>
              {pattern().known ? pattern().name : words.signals.patternUnknown(pattern().name)}
              <Show when={pattern().confidence !== undefined}>
                , {words.signals.confidence(formatValue(100 * (pattern().confidence ?? 0), 0))}
              </Show>{' '}
              <span class="small soft">
                <Age row={pattern()} />
              </span>
            </dd>
          </div>
        )}
      </Show>
      <Show when={signal.spectrum()}>
        {(spectrum) => (
          <div>
            <dt class="soft small">
              {words.signals.bands} · {words.signals.masSpectrum}
            </dt>
            <dd>
              <For each={Object.entries(spectrum().bandPowers)}>
                {([band, power]) => (
                  <span class="lab-band">
                    <span class="soft small">{band}</span> {formatValue(power, 2)}
                  </span>
                )}
              </For>
            </dd>
          </div>
        )}
      </Show>
      <Show when={signal.link()}>
        {(link) => (
          <div>
            <dt class="soft small">{words.signals.probe}</dt>
            <dd classList={{ 'lab-alarm': !link().connected }} data-probe={link().connected}>
              {link().connected ? words.signals.probeConnected : `▲ ${words.signals.probeGone}`}{' '}
              <span class="small soft">
                <Age row={link()} />
              </span>
            </dd>
          </div>
        )}
      </Show>
      <Show when={signal.quality()?.flags.includes('maybe-simulated')}>
        <div>
          <dt class="soft small">{words.signals.caution}</dt>
          <dd class="small">{words.signals.maybeSimulated}</dd>
        </div>
      </Show>
    </dl>
  );
}
