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

/** What feeds a panel; `link/create-source.ts` makes one. */
export interface StripSource {
  name(): string;
  state(): SourceState;
  simulated(): boolean;
  /** What arrived and did not become a record: reason → count. */
  losses(): Readonly<Record<string, number>>;
}

export interface SourceStripProps {
  readonly source: StripSource;
  /** When the newest record of what is shown was so. */
  readonly newestAt: EpochMs | undefined;
  /** What is shown is invented, whatever its source is. */
  readonly simulated?: boolean;
}

/** Source, state, age and losses of what a panel shows, in one line that never leaves it. */
export function SourceStrip(props: SourceStripProps): JSX.Element {
  const lost = () => Object.values(props.source.losses()).reduce((sum, count) => sum + count, 0);
  const reasons = () =>
    Object.entries(props.source.losses())
      .map(([reason, count]) => `${reason}: ${formatCount(count)}`)
      .join('\n');
  const newest = () =>
    props.newestAt === undefined ? words.newestNever : words.newest(ageWords(Math.max(0, now() - props.newestAt)));
  return (
    <p class="source-strip soft small">
      <SourceChip state={props.source.state()} />
      <span class="source-name">{props.source.name()}</span>
      <Show when={props.simulated === true || props.source.simulated()}>
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
