import { createMemo, For, type JSX, Show } from 'solid-js';
import { formatValue } from '../../../components/format-value.ts';
import { now } from '../../../components/now.ts';
import { t } from '../../../i18n/en.ts';
import { scientific as words } from '../../../i18n/scientific.ts';
import type { ChannelSamples } from '../../../link/create-samples.ts';
import { spectrumOf } from './spectrum.ts';

const WIDTH = 600;
const HEIGHT = 120;
const MARKS = [0, 0.25, 0.5, 0.75, 1];

/** The spectrum of one channel, computed here once a second. */
export function SpectrumPlot(props: { readonly channel: string; readonly samples: ChannelSamples }): JSX.Element {
  const spectrum = createMemo(() => {
    now();
    const curve = props.samples.curves.get(props.channel);
    return curve === undefined ? undefined : spectrumOf(curve.times, curve.values);
  });
  const path = () => {
    const found = spectrum();
    if (found === undefined) return '';
    const most = Math.max(found.peakUv, 1e-9);
    let text = '';
    found.amplitudes.forEach((amplitude, bin) => {
      // Bin 0 is what is left of the mean.
      if (bin === 0) return;
      const x = (bin / (found.amplitudes.length - 1)) * WIDTH;
      text += `${text === '' ? 'M' : 'L'}${x.toFixed(1)} ${(HEIGHT - (amplitude / most) * (HEIGHT - 4)).toFixed(1)}`;
    });
    return text;
  };
  return (
    <section class="lab-spectrum" aria-label={words.signals.spectrum(props.channel.slice(2))}>
      <h3>
        {words.signals.spectrum(props.channel.slice(2))}{' '}
        <span class="tag" title={t.common.provenance.derived}>
          {t.common.provenanceTag.derived}
        </span>
      </h3>
      <Show when={spectrum()} fallback={<p class="soft small">{words.signals.spectrumNone}</p>}>
        {(found) => {
          const topHz = () => found().stepHz * found().amplitudes.length;
          return (
            <>
              <p class="small" data-peak-hz={found().peakHz.toFixed(2)}>
                {words.signals.peak(formatValue(found().peakHz, 1), formatValue(found().peakUv, 2))}
              </p>
              <svg
                viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
                preserveAspectRatio="none"
                role="img"
                aria-label={words.signals.peak(formatValue(found().peakHz, 1), formatValue(found().peakUv, 2))}
              >
                <path d={path()} />
              </svg>
              <div class="lab-axis small soft" aria-hidden="true">
                <For each={MARKS}>{(mark) => <span>{formatValue(mark * topHz(), topHz() < 20 ? 1 : 0)} Hz</span>}</For>
              </div>
              <p class="small soft">{words.signals.spectrumHint(formatValue(found().stepHz, 2))}</p>
            </>
          );
        }}
      </Show>
    </section>
  );
}
