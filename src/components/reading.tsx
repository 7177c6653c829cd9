import { type JSX, Show } from 'solid-js';
import type { Provenance } from '../contract/provenance.ts';
import type { EpochMs } from '../contract/time.ts';
import { t } from '../i18n/en.ts';
import { panels as words } from '../i18n/panels.ts';
import { ageWords } from './age-words.ts';
import { utcTime } from './clock-words.ts';
import { formatValue } from './format-value.ts';
import { now } from './now.ts';
import './reading.css';

export interface ReadingProps {
  /** undefined: the source did not say. */
  readonly value: number | undefined;
  readonly unit: string;
  readonly digits: number;
  /** When it was so. */
  readonly at: EpochMs | undefined;
  readonly provenance: Provenance;
  readonly flags?: readonly string[];
  /** Older than this is stale, ms. */
  readonly staleMs: number;
  /** Who said it, for the hover. */
  readonly source?: string;
}

/** One number in a line of text or a cell: value, unit, age, provenance. Stale is greyed and struck; absent is a dash with its reason. */
export function Reading(props: ReadingProps): JSX.Element {
  const ageMs = () => (props.at === undefined ? undefined : Math.max(0, now() - props.at));
  const isStale = () => (ageMs() ?? 0) > props.staleMs;
  const isAbsent = () => props.value === undefined || !Number.isFinite(props.value);
  const tag = () => t.common.provenanceTag[props.provenance];
  const title = () =>
    [
      props.source,
      props.at === undefined ? undefined : utcTime(props.at),
      t.common.provenance[props.provenance],
      ...(props.flags ?? []),
    ]
      .filter((line) => line !== undefined && line !== '')
      .join('\n');
  return (
    <span class="reading" classList={{ stale: isStale(), absent: isAbsent() }} title={title()}>
      <Show when={!isAbsent()} fallback={<span class="soft">– {words.reading.absent}</span>}>
        <span class="reading-value">{formatValue(props.value, props.digits)}</span>
        <Show when={props.unit}>
          <span class="reading-unit">{props.unit}</span>
        </Show>
        <span class="reading-age">
          {isStale() ? words.reading.stale(ageWords(ageMs())) : words.reading.old(ageWords(ageMs()))}
        </span>
        <Show when={tag()}>
          <span class="tag reading-tag">{tag()}</span>
        </Show>
      </Show>
    </span>
  );
}
