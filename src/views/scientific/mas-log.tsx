import { createMemo, For, type JSX, Show } from 'solid-js';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import type { ScientificLogRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createEvents } from '../../link/create-events.ts';
import { createSource } from '../../link/create-source.ts';
import { SLUG, useLab } from './use-lab.ts';

const KEEP = 50;

/** What MAS said about itself: errors, acknowledgements, probes. */
export function MasLog(): JSX.Element {
  const lab = useLab();
  const { ref, shown } = createOnScreen();
  const source = createSource(lab.all, SLUG);
  const log = createEvents<ScientificLogRecord>(
    lab.link,
    () => (shown() ? upstreamChannel('events', SLUG, 'log') : undefined),
    { keep: KEEP },
  );
  const newest = createMemo(() => {
    log.version();
    return log.list
      .slice(0, log.list.length)
      .flatMap((entry) => (entry.is === 'record' ? [entry.record] : []))
      .reverse();
  });
  return (
    <Panel
      title={words.overview.log}
      name="log"
      ref={ref}
      strip={<SourceStrip source={source} newestAt={newest()[0]?.at} />}
    >
      <Show when={newest().length > 0} fallback={<p class="soft">{words.overview.noLog}</p>}>
        <ol class="lab-log">
          <For each={newest()}>
            {(record) => (
              <li>
                <span class="soft small" title={utcTime(record.at)}>
                  {clockTime(record.at)}
                </span>{' '}
                <Show when={record.about}>
                  <span class="mono">{record.about}</span>{' '}
                </Show>
                {record.text}
              </li>
            )}
          </For>
        </ol>
      </Show>
    </Panel>
  );
}
