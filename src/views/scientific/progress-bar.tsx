import { type JSX, Show } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { t } from '../../i18n/en.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import type { Curve } from '../../link/curve.ts';
import { type Pace, paceOf } from './pace.ts';

/** How far something is; without a percentage an empty bar that says so. */
export function ProgressBar(props: { readonly percent: number | undefined; readonly label: string }): JSX.Element {
  return (
    <span class="lab-progress" classList={{ none: props.percent === undefined }}>
      <Show when={props.percent !== undefined} fallback={<span class="soft">{words.noPercent}</span>}>
        <span
          class="lab-progress-track"
          role="progressbar"
          aria-label={props.label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(props.percent ?? 0)}
        >
          <span class="lab-progress-done" style={{ width: `${props.percent ?? 0}%` }} />
        </span>
        <span class="lab-progress-number">{formatValue(props.percent, 0)} %</span>
      </Show>
    </span>
  );
}

export interface EndsProps {
  /** Progress as it was heard; undefined: none was. */
  readonly curve: Curve | undefined;
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  /** MAS's own words, if it has any. */
  readonly said?: string | undefined;
}

/** When something ends at the pace that was seen, and how that is known. Never a guess where nothing was seen. */
export function Ends(props: EndsProps): JSX.Element {
  const pace = (): Pace =>
    props.curve === undefined ? { is: 'unknown' } : paceOf(props.curve.times, props.curve.values, now());
  const text = () => {
    if (props.isPaused) return words.pace.paused;
    if (!props.isRunning) return words.pace.none;
    const found = pace();
    switch (found.is) {
      case 'moving':
        return words.pace.left(durationWords(found.leftMs));
      case 'stalled':
        return words.pace.stalled(durationWords(now() - found.since));
      case 'done':
        return words.pace.done;
      default:
        return words.pace.unknown;
    }
  };
  const hint = () => {
    const found = pace();
    const lines = [
      props.said ? words.pace.masSays(props.said) : undefined,
      found.is === 'moving'
        ? words.pace.hint(formatValue(found.percentPerMin, 1), durationWords(found.watchedMs))
        : undefined,
    ];
    return lines.filter((line) => line !== undefined).join('\n');
  };
  const isComputed = () => props.isRunning && pace().is === 'moving';
  return (
    <span
      class="lab-ends"
      classList={{ stalled: props.isRunning && pace().is === 'stalled' }}
      data-pace={props.isRunning ? pace().is : 'none'}
      title={hint()}
    >
      {text()}
      <Show when={isComputed()}>
        {' '}
        <span class="tag" title={t.common.provenance.derived}>
          {t.common.provenanceTag.derived}
        </span>
      </Show>
    </span>
  );
}
