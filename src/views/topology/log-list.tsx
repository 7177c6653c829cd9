import { For, type JSX, Show } from 'solid-js';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import type { TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';

/** What happened, as MAS said it; newest first as given. */
export function LogList(props: {
  readonly records: readonly TopologyLogRecord[];
  readonly onSelect?: (id: string) => void;
}): JSX.Element {
  return (
    <ul class="topology-log small">
      <For each={props.records}>
        {(record) => (
          <li class={`log-${record.what}`} data-what={record.what}>
            <time class="soft" title={utcTime(record.at)}>
              {clockTime(record.at)}
            </time>{' '}
            <Show when={props.onSelect !== undefined && record.agentId}>
              {(id) => (
                <>
                  <button type="button" class="link" onClick={() => props.onSelect?.(id())}>
                    {id()}
                  </button>{' '}
                </>
              )}
            </Show>
            <strong>{words.words[record.word] ?? words.log[record.what]}</strong>
            <Show when={record.why}>{(why) => <span>: {why()}</span>}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}
