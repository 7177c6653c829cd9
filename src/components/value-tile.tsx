import { type JSX, Show } from 'solid-js';
import type { Freshness } from '../contract/freshness.ts';
import type { Provenance } from '../contract/provenance.ts';
import { t } from '../i18n/en.ts';
import { ageWords } from './age-words.ts';
import { utcTime } from './clock-words.ts';
import { formatValue, isImplausible } from './format-value.ts';
import { Sparkline } from './sparkline.tsx';
import './value-tile.css';

export interface ValueTileProps {
  readonly label: string;
  readonly unit: string;
  readonly digits: number;
  readonly plausible: readonly [number, number] | undefined;
  readonly value: number;
  readonly at: number;
  readonly nowMs: number;
  readonly cadenceMs: number;
  readonly freshness: Freshness;
  readonly provenance: Provenance;
  readonly curve: { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> } | undefined;
  readonly series: string;
  /** The name was pressed: the menu of this value belongs at `anchor`. */
  readonly onMenu: (anchor: HTMLElement) => void;
}

/** Digits and unit that still fit the narrowest tile at the usual size: "1,013.25 hPa". */
const LONG = 11;

/** One number of one board: the value is the largest thing; its age, source and plausibility never leave it. */
export function ValueTile(props: ValueTileProps): JSX.Element {
  const odd = () => isImplausible(props.value, props.plausible);
  const tag = () => t.common.provenanceTag[props.provenance];
  const text = () => formatValue(props.value, props.digits);
  return (
    <li class={`tile ${props.freshness}`} data-series={props.series} data-freshness={props.freshness}>
      <div class="tile-head">
        <button
          type="button"
          class="tile-name"
          title={t.boards.valueMenu.open(props.label)}
          onClick={(event) => props.onMenu(event.currentTarget)}
        >
          {props.label}
        </button>
        <Show
          when={odd()}
          fallback={
            <Show when={props.freshness !== 'live'}>
              <span>{t.common.freshness[props.freshness]}</span>
            </Show>
          }
        >
          <span
            class="tile-odd"
            title={t.common.implausible(
              formatValue(props.plausible?.[0], 0),
              formatValue(props.plausible?.[1], 0),
              props.unit,
            )}
          >
            ▲ implausible
          </span>
        </Show>
      </div>
      <div class="tile-value" classList={{ long: text().length + props.unit.length > LONG }}>
        <output class="tile-number">{text()}</output>
        <span class="tile-unit">{props.unit}</span>
      </div>
      <Sparkline
        times={props.curve?.times ?? []}
        values={props.curve?.values ?? []}
        nowMs={props.nowMs}
        cadenceMs={props.cadenceMs}
        digits={props.digits}
        label={`${props.label}, last 60 s`}
        dotted={props.provenance === 'simulated'}
      />
      <div class="tile-foot">
        <span class="tile-age" title={utcTime(props.at)}>
          {t.boards.valueAge(ageWords(props.nowMs - props.at))}
        </span>
        <Show when={tag() !== ''}>
          <span class="tag" title={t.common.provenance[props.provenance]}>
            {tag()}
          </span>
        </Show>
      </div>
    </li>
  );
}
