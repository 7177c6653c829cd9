import { createMemo, For, type JSX, Show } from 'solid-js';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import type { PanelProps } from '../../components/panel-kinds.ts';
import { SourceStrip } from '../../components/source-strip.tsx';
import { AGENT_STATES } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { useLink } from '../../link/link-context.ts';
import { isTroubled } from './agent-facts.ts';
import { createTopology } from './create-topology.ts';
import { GraphPane } from './graph-pane.tsx';
import { GROUPINGS } from './state.ts';
import { StateWord } from './state-word.tsx';
import './topology-view.css';

const everybody = () => true;
const NO_KINDS: ReadonlySet<never> = new Set();
const TROUBLED = 12;

function usePanel() {
  const link = useLink();
  const { ref, shown } = createOnScreen();
  const topology = createTopology(link, shown);
  const strip = () => <SourceStrip source={topology.source} newestAt={topology.newestAt()} />;
  return { ref, topology, strip };
}

/** The graph alone. Setting `group` as in the view's address, `sel` the open node. */
export function GraphCard(props: PanelProps): JSX.Element {
  const { ref, topology, strip } = usePanel();
  const group = () => GROUPINGS.find((name) => name === props.settings.group) ?? 'category';
  return (
    <Panel title={words.panels.graph.title} name="topology.graph" ref={ref} strip={strip()} tools={<Open />}>
      <PanelBody
        source={topology.source.state()}
        ready={topology.ready()}
        count={topology.facts().size}
        what={words.agents}
        empty={words.empty}
      >
        <GraphPane
          facts={topology.facts()}
          edges={topology.edges()}
          group={group()}
          hiddenKinds={NO_KINDS}
          isShown={everybody}
          isFound={undefined}
          selected={props.settings.sel}
          path={undefined}
          onSelect={(key) => props.onSettings({ sel: key })}
          simulated={topology.source.simulated()}
          isPlain
        />
      </PanelBody>
    </Panel>
  );
}

/** How many are in which state, and by name those that need somebody. */
export function StatesCard(_props: PanelProps): JSX.Element {
  const { ref, topology, strip } = usePanel();
  const all = createMemo(() => [...topology.facts().values()]);
  const counts = createMemo(() =>
    AGENT_STATES.map((state) => ({
      state,
      n: all().filter(({ agent, goneSince }) => goneSince === undefined && agent.state === state).length,
    })).filter(({ n }) => n > 0),
  );
  const troubled = createMemo(() => all().filter(isTroubled));
  return (
    <Panel title={words.panels.states.title} name="topology.states" ref={ref} strip={strip()} tools={<Open />}>
      <PanelBody
        source={topology.source.state()}
        ready={topology.ready()}
        count={all().length}
        what={words.agents}
        empty={words.empty}
      >
        <ul class="row">
          <For each={counts()}>
            {({ state, n }) => (
              <li>
                <strong>{n}</strong> <StateWord state={state} />
              </li>
            )}
          </For>
        </ul>
        <Show when={troubled().length > 0} fallback={<p class="soft">{words.panels.well}</p>}>
          <ul class="agent-links">
            <For each={troubled().slice(0, TROUBLED)}>
              {({ id, agent, goneSince }) => (
                <li>
                  <StateWord state={agent.state} life={agent.life} isGone={goneSince !== undefined} />{' '}
                  <a href={`/topology?sel=${encodeURIComponent(id)}`}>{agent.name}</a>{' '}
                  <span class="soft small">{agent.lastError ?? agent.why ?? ''}</span>
                </li>
              )}
            </For>
            <Show when={troubled().length > TROUBLED}>
              <li class="soft">{words.panels.more(troubled().length - TROUBLED)}</li>
            </Show>
          </ul>
        </Show>
      </PanelBody>
    </Panel>
  );
}

const Open = (): JSX.Element => (
  <a class="button quiet" href="/topology">
    {words.panels.all}
  </a>
);
