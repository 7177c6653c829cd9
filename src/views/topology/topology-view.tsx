import { useSearchParams } from '@solidjs/router';
import { createMemo, type JSX, Show } from 'solid-js';
import { now } from '../../components/now.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import { isSourceTrouble } from '../../contract/upstream/source-state.ts';
import { topology as words } from '../../i18n/topology.ts';
import { useLink } from '../../link/link-context.ts';
import { loudnessRank } from './agent-facts.ts';
import { AgentPanel } from './agent-panel.tsx';
import { AgentsTable } from './agents-table.tsx';
import { finder, isShown } from './choose-agents.ts';
import { createTasks, createTopology } from './create-topology.ts';
import { GraphPane } from './graph-pane.tsx';
import { HealthPanel } from './health-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { IncidentsPanel } from './incidents-panel.tsx';
import { LinksTable } from './links-table.tsx';
import { PathPanel } from './path-panel.tsx';
import { readTopologyAddress, type TopologyAddress, writeTopologyAddress } from './state.ts';
import { TasksPanel } from './tasks-panel.tsx';
import { Toolbar } from './toolbar.tsx';
import { createPath } from './trace-path.ts';
import { verdictOf } from './verdict.ts';
import './topology-view.css';

const SIGNS = { waiting: '◌', well: '●', trouble: '▲', silent: '○', unheard: '◌' } as const;

/** The agents of MAS: who there is, how they are and why, and who talks to whom. */
export function TopologyView(): JSX.Element {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const topology = createTopology(link, shown);
  const tasks = createTasks(link, shown);
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readTopologyAddress(search));
  const change = (part: Partial<TopologyAddress>) =>
    setSearch(writeTopologyAddress({ ...address(), ...part }), { replace: true, scroll: false });
  const select = (key: string | undefined) => change({ sel: key });

  const isFound = createMemo(() => finder(address().find));
  const isChosen = createMemo(() => {
    const { states, category } = address();
    return (facts: Parameters<typeof isShown>[0]) => isShown(facts, { states, category });
  });
  const chosen = createMemo(() => [...topology.facts().values()].filter(isChosen()));
  const found = createMemo(() => {
    const by = isFound();
    return by === undefined ? chosen() : chosen().filter(by);
  });
  const links = createMemo(() => topology.edges().filter(({ kind }) => !address().hidden.has(kind)));
  const { path, keys } = createPath(address, links);
  const categories = createMemo(() =>
    [...new Set([...topology.facts().values()].flatMap(({ agent }) => agent.category ?? []))].sort().slice(0, 200),
  );
  const ids = createMemo(() => [...topology.facts().keys()].sort());
  const verdict = createMemo(() => {
    const state = topology.source.state();
    // A connection that is only being made brings as little as one that failed: between two tries nothing is known either.
    const isCut = isSourceTrouble(state) || state.is === 'connecting';
    return verdictOf(topology.facts().values(), isCut, now());
  });
  const openFirst = () => {
    const first = found().toSorted((a, b) => loudnessRank(a) - loudnessRank(b))[0];
    if (first !== undefined) select(first.id);
  };
  const trace = (end: 'from' | 'to', id: string) => change({ [end]: id });

  return (
    <div class="topology-view" ref={ref}>
      <header class="topology-head">
        <h1 class="visually-hidden">{words.title}</h1>
        <p class={`topology-verdict verdict-${verdict().is}`} data-verdict={verdict().is} role="status">
          <span aria-hidden="true">{SIGNS[verdict().is]}</span> {verdict().text}
        </p>
        <Toolbar
          address={address()}
          change={change}
          categories={categories()}
          found={isFound() === undefined ? undefined : found().length}
          all={topology.facts().size}
          onOpenFirst={openFirst}
        />
      </header>
      <div class="topology-main">
        <Panel
          title={words.graph.title}
          name="agents"
          strip={<SourceStrip source={topology.source} newestAt={topology.newestAt()} />}
        >
          <PanelBody
            source={topology.source.state()}
            ready={topology.ready()}
            count={topology.facts().size}
            what={words.agents}
            empty={words.empty}
          >
            <Show when={topology.tooMany() > 0}>
              <p class="topology-toomany" role="status" data-too-many={topology.tooMany()}>
                {words.tooMany(topology.tooMany())}
              </p>
            </Show>
            <Show
              when={address().view === 'graph'}
              fallback={
                <div class="topology-tables">
                  <AgentsTable agents={found()} selected={address().sel} onSelect={select} />
                  <h3>{words.table.links}</h3>
                  <LinksTable edges={links()} />
                </div>
              }
            >
              <div class="topology-graph">
                <GraphPane
                  facts={topology.facts()}
                  edges={topology.edges()}
                  group={address().group}
                  hiddenKinds={address().hidden}
                  isShown={isChosen()}
                  isFound={isFound()}
                  selected={address().sel}
                  path={keys()}
                  onSelect={select}
                  simulated={topology.source.simulated()}
                />
              </div>
            </Show>
          </PanelBody>
        </Panel>
      </div>
      <div class="topology-side">
        <AgentPanel
          selected={address().sel}
          facts={topology.facts()}
          edges={topology.edges()}
          log={topology.log}
          tasks={tasks}
          onSelect={select}
          onTrace={trace}
          onDismiss={topology.dismissGone}
        />
        <PathPanel address={address()} path={path()} ids={ids()} change={change} onSelect={select} />
      </div>
      <div class="topology-more">
        <IncidentsPanel />
        <HistoryPanel source={topology.source.state()} log={topology.log} selected={address().sel} onSelect={select} />
        <TasksPanel onSelect={select} />
        <HealthPanel known={[...topology.facts().values()].filter(({ goneSince }) => goneSince === undefined).length} />
      </div>
    </div>
  );
}
