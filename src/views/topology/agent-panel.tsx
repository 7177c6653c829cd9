import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import type { EdgeRecord, TaskRecord, TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import type { ChannelEvents } from '../../link/create-events.ts';
import { AgentActs } from './agent-acts.tsx';
import { type AgentFacts, missedHeartbeats, perMinute } from './agent-facts.ts';
import { logOf } from './create-topology.ts';
import { LogList } from './log-list.tsx';
import { NoAgent } from './no-agent.tsx';
import { StateWord } from './state-word.tsx';
import { FLAP_WINDOW_MS, whyRed } from './why-red.ts';

export interface AgentPanelProps {
  readonly selected: string | undefined;
  readonly facts: ReadonlyMap<string, AgentFacts>;
  readonly edges: readonly EdgeRecord[];
  readonly log: ChannelEvents<TopologyLogRecord>;
  readonly tasks: ChannelEvents<TaskRecord>;
  readonly onSelect: (key: string | undefined) => void;
  readonly onTrace: (end: 'from' | 'to', id: string) => void;
  readonly onDismiss: (id: string) => void;
}

/** The open node: why it is in its state, what is known of it, whom it talks to, and what may be done. */
export function AgentPanel(props: AgentPanelProps): JSX.Element {
  const facts = createMemo(() => (props.selected === undefined ? undefined : props.facts.get(props.selected)));
  const title = () => facts()?.agent.name ?? props.selected ?? words.agent.title;
  return (
    <Panel
      title={title().slice(0, 80)}
      name="agent"
      tools={
        <Show when={props.selected !== undefined}>
          <button type="button" class="button quiet" onClick={() => props.onSelect(undefined)}>
            {words.agent.close}
          </button>
        </Show>
      }
    >
      <Switch fallback={<p class="soft">{words.agent.none}</p>}>
        <Match when={facts()}>{(known) => <Agent {...props} known={known()} />}</Match>
        <Match when={props.selected}>
          {(key) => <NoAgent selected={key()} edges={props.edges} facts={props.facts} onSelect={props.onSelect} />}
        </Match>
      </Switch>
    </Panel>
  );
}

function Agent(props: AgentPanelProps & { readonly known: AgentFacts }): JSX.Element {
  const agent = () => props.known.agent;
  const log = createMemo(() => logOf(props.log, props.known.id));
  const why = createMemo(() => whyRed(props.known, log(), now()));
  const tasks = createMemo(() => tasksOf(props.tasks, props.known.id));
  return (
    <div class="agent-detail" data-agent={props.known.id} data-why={why().is}>
      <p>
        <StateWord state={agent().state} life={agent().life} isGone={props.known.goneSince !== undefined} />{' '}
        <span class="soft small">{words.agent.saidBy(agent().said || '–', agent().source)}</span>
        <For each={agent().flags.slice(0, 6)}>{(flag) => <span class="tag soft agent-flag">{flag}</span>}</For>
      </p>
      <h3>{words.agent.why}</h3>
      <ul class="agent-why">
        <For each={why().sentences}>{(sentence) => <li>{sentence}</li>}</For>
      </ul>
      <Show when={props.known.goneSince !== undefined}>
        <button type="button" class="button" onClick={() => props.onDismiss(props.known.id)}>
          {words.agent.dismiss}
        </button>
      </Show>
      <Heartbeats known={props.known} log={log()} />
      <Facts known={props.known} />
      <Traffic id={props.known.id} edges={props.edges} onSelect={props.onSelect} />
      <div class="row">
        <button type="button" class="button" onClick={() => props.onTrace('from', props.known.id)}>
          {words.agent.trace}
        </button>
        <button type="button" class="button" onClick={() => props.onTrace('to', props.known.id)}>
          {words.agent.traceTo}
        </button>
        <a class="button" href={`/devices?find=${encodeURIComponent(props.known.id)}`}>
          {words.agent.devices}
        </a>
      </div>
      <h3>{words.agent.log}</h3>
      <Show when={log().length > 0} fallback={<p class="soft small">{words.agent.noLog}</p>}>
        <LogList records={log().slice(-12).reverse()} />
      </Show>
      <h3>{words.agent.recentTasks}</h3>
      <Show when={tasks().length > 0} fallback={<p class="soft small">{words.agent.noTasks}</p>}>
        <ul class="small">
          <For each={tasks()}>
            {(task) => (
              <li>
                <time title={utcTime(task.at)}>{clockTime(task.at)}</time> {task.summary || task.event}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p class="soft small">{words.agent.noIncidents}</p>
      <Show when={props.known.id} keyed>
        {(_id) => <AgentActs known={props.known} />}
      </Show>
    </div>
  );
}

/** The last 20 minutes as a strip: troubles and recoveries where they were, and how the heartbeat is now. */
function Heartbeats(props: { readonly known: AgentFacts; readonly log: readonly TopologyLogRecord[] }): JSX.Element {
  const missed = () => missedHeartbeats(props.known.heardAt, now());
  const heard = () =>
    props.known.heardAt === undefined ? words.agent.never : ageWords(Math.max(0, now() - props.known.heardAt));
  const marks = () =>
    props.log
      .filter(({ at }) => at > now() - FLAP_WINDOW_MS)
      .map(({ at, what, word }) => ({
        left: `${100 - ((now() - at) / FLAP_WINDOW_MS) * 100}%`,
        isGood: what === 'agent-recovered' || word === 'agent_restarted',
      }));
  return (
    <dl class="agent-facts">
      <dt>{words.agent.heartbeat}</dt>
      <dd>
        {heard()}
        <Show when={missed() !== undefined}>
          {' · '}
          {words.agent.missed(missed() ?? 0)}
        </Show>
        <span class="agent-strip" aria-hidden="true">
          <For each={marks()}>{(mark) => <i classList={{ good: mark.isGood }} style={{ left: mark.left }} />}</For>
        </span>
      </dd>
    </dl>
  );
}

function Facts(props: { readonly known: AgentFacts }): JSX.Element {
  const rows = createMemo((): readonly (readonly [string, string])[] => {
    const { agent } = props.known;
    const { metrics } = agent;
    const w = words.agent;
    const count = (name: string, value: number | undefined) =>
      value === undefined ? [] : [[name, formatCount(value)] as const];
    const text = (name: string, value: string | undefined) => (value ? [[name, value] as const] : []);
    const time = (at: number | undefined) => (at === undefined ? undefined : clockTime(at));
    return [
      ...text(w.lastError, agent.lastError),
      ...count(w.errors, metrics?.consecutiveErrors),
      ...count(w.cycles, metrics?.cycles),
      ...text(w.lastCycle, time(metrics?.lastCycleAt)),
      ...count(w.tasks, metrics?.tasksCompleted),
      ...count(w.failed, metrics?.tasksFailed),
      ...count(w.insights, metrics?.insights),
      ...text(w.firstSeen, time(metrics?.firstSeenAt)),
      ...text(w.category, agent.category),
      ...text(w.capabilities, agent.capabilities.slice(0, 20).join(', ')),
      ...text(w.version, agent.version),
      ...text(w.enabled, agent.enabled === undefined ? undefined : agent.enabled ? w.enabledOn : w.enabledOff),
    ];
  });
  return (
    <>
      <Show when={props.known.agent.description}>{(text) => <p class="soft agent-text">{text()}</p>}</Show>
      <dl class="agent-facts">
        <For each={rows()}>
          {([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          )}
        </For>
      </dl>
      <Show when={props.known.agent.metrics === undefined}>
        <p class="soft small">{words.agent.noMetrics}</p>
      </Show>
    </>
  );
}

const MOST_LINKS = 12;

/** Whom it talks to, those with most messages first. */
function Traffic(props: {
  readonly id: string;
  readonly edges: readonly EdgeRecord[];
  readonly onSelect: (key: string) => void;
}): JSX.Element {
  const links = createMemo(() =>
    props.edges
      .filter(({ from, to, kind }) => kind !== 'member' && (from === props.id || to === props.id))
      .toSorted((a, b) => (perMinute(b) ?? -1) - (perMinute(a) ?? -1)),
  );
  return (
    <>
      <h3>{words.agent.traffic}</h3>
      <Show when={links().length > 0} fallback={<p class="soft small">{words.agent.noTraffic}</p>}>
        <ul class="agent-links small">
          <For each={links().slice(0, MOST_LINKS)}>
            {(edge) => {
              const isOut = edge.from === props.id;
              const other = isOut ? edge.to : edge.from;
              const rate = perMinute(edge);
              return (
                <li>
                  <span class="soft">{isOut ? words.agent.sends : words.agent.hears}</span>{' '}
                  <button type="button" class="link" onClick={() => props.onSelect(other)}>
                    {other}
                  </button>{' '}
                  {rate === undefined ? words.edgeKinds[edge.kind] : words.agent.perMin(rate)}
                </li>
              );
            }}
          </For>
          <Show when={links().length > MOST_LINKS}>
            <li class="soft">{words.panels.more(links().length - MOST_LINKS)}</li>
          </Show>
        </ul>
      </Show>
    </>
  );
}

function tasksOf(tasks: ChannelEvents<TaskRecord>, id: string): readonly TaskRecord[] {
  tasks.version();
  const found: TaskRecord[] = [];
  for (let index = tasks.list.length - 1; index >= 0 && found.length < 6; index -= 1) {
    const entry = tasks.list.at(index);
    if (entry?.is === 'record' && entry.record.agentId === id) found.push(entry.record);
  }
  return found;
}
