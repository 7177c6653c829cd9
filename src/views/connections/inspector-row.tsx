import { type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { utcTime } from '../../components/clock-words.ts';
import { formatBytes, formatCount } from '../../components/format-value.ts';
import { Sparkline } from '../../components/sparkline.tsx';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import { t } from '../../i18n/en.ts';
import { lossesLong, lossesShort, lossTotal } from './losses.ts';
import type { RateBook } from './rate-book.ts';
import { rateText } from './rate-book.ts';
import type { InspectorRow } from './row.ts';
import { RowChip } from './row-chip.tsx';
import { stateDetail, stateSentence } from './state-words.ts';

export interface RowCellsProps {
  readonly row: InspectorRow;
  readonly now: EpochMs;
  readonly rates: RateBook;
}

/** The cells of one row; how it is chosen and opened is the table's. */
export function RowCells(props: RowCellsProps): JSX.Element {
  const row = () => props.row;
  const rate = () => {
    void props.now;
    return row().records === undefined ? undefined : props.rates.recordsPerS(row().id);
  };
  const curve = () => {
    void props.now;
    return props.rates.curve(row().id);
  };
  const bytes = () => {
    void props.now;
    const perS = row().bytes === undefined ? undefined : props.rates.bytesPerS(row().id);
    return perS === undefined ? '–' : formatBytes(perS);
  };
  return (
    <>
      <td class="cell-state" title={stateSentence(row().state, props.now)}>
        <RowChip state={row().state} />
        <span class="cell-detail">{stateDetail(row().state, props.now)}</span>
      </td>
      <td class="cell-transport">{row().transport}</td>
      <td class="cell-rate">
        <Show when={row().records !== undefined}>
          <span class="cell-curve">
            <Sparkline
              times={curve().times}
              values={curve().values}
              nowMs={props.now}
              cadenceMs={1000}
              digits={0}
              label={words.curve(row().name)}
              dotted={row().simulated}
            />
          </span>
        </Show>
        <span class="number">{rateText(rate())}</span>
      </td>
      <td class="number cell-bytes">{bytes()}</td>
      <td class="number cell-age">
        <Show when={row().lastAt} fallback={['upstreams', 'boards'].includes(row().group) ? t.common.never : '–'}>
          {(at) => <span title={utcTime(at())}>{ageWords(props.now - at())}</span>}
        </Show>
      </td>
      <td class="number cell-latency">{latencyText(row())}</td>
      <td class="number cell-losses" classList={{ some: lossTotal(row().losses) > 0 }} title={lossesLong(row().losses)}>
        {lossesShort(row().losses)}
      </td>
      <td class="number cell-subs">{row().subs === undefined ? '–' : formatCount(row().subs ?? 0)}</td>
    </>
  );
}

function latencyText(row: InspectorRow): string {
  if (row.latency !== undefined) return latencyPair(row.latency);
  return row.rttMs === undefined ? '–' : words.rtt(ms(row.rttMs));
}

/** "12 / 80 ms": one unit where both have the same. */
function latencyPair({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  const [low, high] = [ms(p50), ms(p99)];
  const unit = high.slice(high.lastIndexOf(' '));
  return words.latency(low.endsWith(unit) ? low.slice(0, -unit.length) : low, high);
}

/** "12 ms", "1.2 s", "−3 h": negative when their clock is ahead of ours. */
export function ms(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size < 10 && size > 0) return `${sign}${size.toFixed(1)} ms`;
  if (size < 1_000) return `${sign}${Math.round(size)} ms`;
  if (size < 60_000) return `${sign}${(size / 1000).toFixed(1)} s`;
  return `${sign}${ageWords(size)}`;
}
