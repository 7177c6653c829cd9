import { type JSX, Show } from 'solid-js';
import type { EpochMs } from '../contract/time.ts';
import type { SourceState } from '../contract/upstream/source-state.ts';
import { t } from '../i18n/en.ts';
import { panels as words } from '../i18n/panels.ts';
import { ageWords } from './age-words.ts';
import { utcTime } from './clock-words.ts';
import { formatCount } from './format-value.ts';
import { now } from './now.ts';
import { SourceChip } from './source-chip.tsx';
import './source-strip.css';

export interface SourceStripProps {
  readonly name: string;
  readonly state: SourceState;
  readonly simulated: boolean;
  /** When the newest record of what is shown was so. */
  readonly newestAt: EpochMs | undefined;
  /** What arrived and did not become a record: reason → count. */
  readonly losses: Readonly<Record<string, number>>;
}

/** Source, state, age and losses of what a panel shows, in one line that never leaves it. */
export function SourceStrip(props: SourceStripProps): JSX.Element {
  const lost = () => Object.values(props.losses).reduce((sum, count) => sum + count, 0);
  const reasons = () =>
    Object.entries(props.losses)
      .map(([reason, count]) => `${reason}: ${formatCount(count)}`)
      .join('\n');
  const newest = () =>
    props.newestAt === undefined ? words.newestNever : words.newest(ageWords(Math.max(0, now() - props.newestAt)));
  return (
    <p class="source-strip soft small">
      <SourceChip state={props.state} />
      <span class="source-name">{props.name}</span>
      <Show when={props.simulated}>
        <span class="tag" title={words.simulatedHint}>
          {t.common.provenanceTag.simulated}
        </span>
      </Show>
      <span title={props.newestAt === undefined ? undefined : utcTime(props.newestAt)}>{newest()}</span>
      <span title={lost() === 0 ? words.lossesHint : `${words.lossesHint}\n${reasons()}`} data-losses={lost()}>
        {lost() === 0 ? words.noLosses : words.losses(formatCount(lost()))}
      </span>
    </p>
  );
}
