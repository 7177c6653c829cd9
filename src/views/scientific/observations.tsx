import { createMemo, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { Reading } from '../../components/reading.tsx';
import { type ExperimentDataRecord, RECORDS_STALE_MS } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import type { ChannelEvents } from '../../link/create-events.ts';
import type { ChannelSamples } from '../../link/create-samples.ts';
import { Trend } from './trend.tsx';

const SPAN_MS = 600_000;
const DIGITS = 2;

/** The experiments that records came of, with the newest record of each and how many were heard. */
export function heardOf(
  log: ChannelEvents<ExperimentDataRecord>,
): ReadonlyMap<string, { readonly newest: ExperimentDataRecord; readonly count: number }> {
  log.version();
  const heard = new Map<string, { readonly newest: ExperimentDataRecord; readonly count: number }>();
  for (const entry of log.list.slice(0, log.list.length)) {
    if (entry.is !== 'record') continue;
    const { record } = entry;
    heard.set(record.experimentId, { newest: record, count: (heard.get(record.experimentId)?.count ?? 0) + 1 });
  }
  return heard;
}

export interface ObservationsProps {
  readonly id: string;
  readonly newest: ExperimentDataRecord | undefined;
  readonly count: number;
  readonly samples: ChannelSamples;
}

/** What an experiment's publisher measures: the latest of each field with its curve, and the newest record as it came. */
export function Observations(props: ObservationsProps): JSX.Element {
  const prefix = () => `${props.id.slice(0, 60)}.`;
  const fields = createMemo(() => {
    props.samples.version();
    return props.samples.curves.names.filter((name) => name.startsWith(prefix()));
  });
  return (
    <section aria-label={words.experiments.observations} class="lab-observations">
      <h3>{words.experiments.observations}</h3>
      <Show when={fields().length > 0} fallback={<p class="soft">{words.experiments.noObservations}</p>}>
        <div class="lab-fields">
          <For each={fields()}>
            {(name) => {
              const curve = () => {
                props.samples.version();
                return props.samples.curves.get(name);
              };
              return (
                <div class="lab-field" data-field={name.slice(prefix().length)}>
                  <span class="small soft">{name.slice(prefix().length)}</span>
                  <Reading
                    value={curve()?.values.at(-1)}
                    unit=""
                    digits={DIGITS}
                    at={curve()?.times.at(-1)}
                    provenance={curve()?.provenance ?? 'unknown'}
                    staleMs={RECORDS_STALE_MS}
                    source={props.newest?.source ?? ''}
                  />
                  <Trend
                    curve={curve()}
                    version={props.samples.version()}
                    spanMs={SPAN_MS}
                    heightPx={36}
                    breakMs={RECORDS_STALE_MS}
                    digits={DIGITS}
                    unit=""
                    label={words.instruments.trend(name, formatValue(SPAN_MS / 60_000, 0))}
                    simulated={curve()?.provenance === 'simulated'}
                  />
                </div>
              );
            }}
          </For>
        </div>
      </Show>
      <Show when={props.newest}>
        {(newest) => (
          <details>
            <summary>
              {words.experiments.raw} · {words.age(ageWords(now() - newest().at))} ·{' '}
              {words.experiments.records(formatCount(props.count))}
            </summary>
            <pre class="mono lab-raw">{JSON.stringify(newest().data, undefined, 2)}</pre>
          </details>
        )}
      </Show>
      <p class="soft small">{words.experiments.heardFor}</p>
    </section>
  );
}
