import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { clockTime } from '../../components/clock-words.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import type { TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import type { SourceState } from '../../contract/upstream/source-state.ts';
import { topology as words } from '../../i18n/topology.ts';
import type { ChannelEvents } from '../../link/create-events.ts';
import { nowInSteps } from './create-topology.ts';
import { eventsPerMinute, gapsIn } from './history.ts';
import { LogList } from './log-list.tsx';

const SHOWN = 40;
const MINUTES = 60;

/** What happened to agents in the last hour: bars of troubles and recoveries, and the words of MAS. */
export function HistoryPanel(props: {
  readonly source: SourceState;
  readonly log: ChannelEvents<TopologyLogRecord>;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const [onlyOne, setOnlyOne] = createSignal(false);
  const id = () => (onlyOne() ? props.selected : undefined);
  const minute = nowInSteps(10_000);
  const records = createMemo(() => {
    props.log.version();
    return props.log.list
      .slice(0, props.log.list.length)
      .flatMap((entry) =>
        entry.is === 'record' && (id() === undefined || entry.record.agentId === id()) ? [entry.record] : [],
      );
  });
  const bars = createMemo(() => eventsPerMinute(records(), minute(), MINUTES));
  const most = () => Math.max(1, ...bars().map(({ bad, good }) => Math.max(bad, good)));
  const lost = createMemo(() => {
    props.log.version();
    return gapsIn(props.log.list);
  });
  return (
    <Panel
      title={words.history.title}
      name="history"
      tools={
        <Show when={props.selected}>
          {(key) => (
            <button type="button" class="button" aria-pressed={onlyOne()} onClick={() => setOnlyOne(!onlyOne())}>
              {words.history.of(key().slice(0, 40))}
            </button>
          )}
        </Show>
      }
    >
      <PanelBody
        source={props.source}
        ready={true}
        count={records().length}
        what={words.history.what}
        empty={words.history.empty}
      >
        <svg
          class="history-bars"
          viewBox={`0 0 ${MINUTES} 24`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.history.bars}
        >
          <For each={bars()}>
            {({ at, bad, good }, index) => (
              <g>
                <title>{words.history.bar(clockTime(at), bad, good)}</title>
                <rect
                  class="bad"
                  x={index() + 0.1}
                  width="0.8"
                  y={12 - (bad / most()) * 12}
                  height={(bad / most()) * 12}
                />
                <rect class="good" x={index() + 0.1} width="0.8" y="12" height={(good / most()) * 12} />
              </g>
            )}
          </For>
        </svg>
        <p class="soft small">
          <Show when={records()[0]}>{(first) => words.history.since(clockTime(first().rx))}</Show>
          <Show when={lost() !== undefined}> · {words.history.lost(lost() ?? '')}</Show>
        </p>
        <LogList records={records().slice(-SHOWN).reverse()} onSelect={props.onSelect} />
      </PanelBody>
    </Panel>
  );
}
