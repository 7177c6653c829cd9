import { createMemo, For, type JSX, Show } from 'solid-js';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import type { TaskRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { createSource } from '../../link/create-source.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import type { EventLog } from '../../link/event-log.ts';
import { useLink } from '../../link/link-context.ts';
import { createTasks, SLUG } from './create-topology.ts';

const SHOWN = 30;

/** What agents completed, newest first, each once; where some were lost it says so in their place. */
export function TasksPanel(props: { readonly onSelect?: (id: string) => void }): JSX.Element {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const source = createSource(createUpstreams(link), SLUG, ['tasks']);
  const tasks = createTasks(link, shown);
  const newest = createMemo(() => {
    tasks.version();
    return newestOf(tasks.list);
  });
  const newestAt = () => newest().find((entry) => entry.is === 'record')?.record.at;
  return (
    <Panel
      title={words.tasks.title}
      name="tasks"
      ref={ref}
      strip={<SourceStrip source={source} newestAt={newestAt()} />}
    >
      <PanelBody
        source={source.state()}
        ready={true}
        count={newest().length}
        what={words.tasks.what}
        empty={words.tasks.empty}
      >
        <ul class="topology-log small">
          <For each={newest()}>
            {(entry) => (
              <li data-entry={entry.is}>
                {entry.is === 'gap' ? (
                  <em>{words.tasks.gap(entry.gap.count)}</em>
                ) : (
                  <>
                    <time class="soft" title={utcTime(entry.record.at)}>
                      {clockTime(entry.record.at)}
                    </time>{' '}
                    <Show when={entry.record.agentId} fallback={entry.record.event}>
                      {(id) => (
                        <button type="button" class="link" onClick={() => props.onSelect?.(id())}>
                          {id()}
                        </button>
                      )}
                    </Show>{' '}
                    {entry.record.summary}
                    <Show when={entry.record.tasksProcessed !== undefined}>
                      <span class="soft"> · {words.tasks.items(entry.record.tasksProcessed ?? 0)}</span>
                    </Show>
                  </>
                )}
              </li>
            )}
          </For>
        </ul>
      </PanelBody>
    </Panel>
  );
}

const newestOf = (list: EventLog<TaskRecord>) => list.slice(list.length - SHOWN, list.length).toReversed();
