import { For, type JSX, Show } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { formatCount } from '../../components/format-value.ts';
import type { BoardHealth as Health } from '../../contract/board-status.ts';
import { t } from '../../i18n/en.ts';
import { crcErrors, lossSentence, otherErrors, otherErrorsList } from './board-words.ts';

/** Uptime, resets, errors and losses. Numbers above zero are bold and marked, so that trouble is seen without colour. */
export function BoardHealth(props: { readonly health: Health }): JSX.Element {
  const words = t.boards.health;
  const counts = () =>
    [
      [words.resets, props.health.resets, ''],
      [words.brownouts, props.health.brownouts, ''],
      [words.crc, crcErrors(props.health), ''],
      [words.otherErrors, otherErrors(props.health), otherErrorsList(props.health)],
      [words.gaps, props.health.gaps, ''],
      [words.dropped, props.health.dropped, ''],
    ] as const;
  return (
    <div class="health">
      <dl class="health-list">
        <div>
          <dt>{words.uptime}</dt>
          <dd>{props.health.uptimeMs === undefined ? '–' : durationWords(props.health.uptimeMs)}</dd>
        </div>
        <For each={counts()}>
          {([label, count, detail]) => (
            <div classList={{ some: count > 0 }} title={detail}>
              <dt>{label}</dt>
              <dd>{formatCount(count)}</dd>
            </div>
          )}
        </For>
      </dl>
      <p class="loss">{lossSentence(props.health)}</p>
      <Show when={props.health.lastReset}>
        {(reset) => (
          <p class="soft small" title={utcTime(reset().at)}>
            {reset().reason === ''
              ? words.lastResetPlain(clockTime(reset().at))
              : words.lastReset(clockTime(reset().at), reset().reason)}
          </p>
        )}
      </Show>
    </div>
  );
}
