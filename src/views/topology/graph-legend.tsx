import { For, type JSX } from 'solid-js';
import { AGENT_STATES } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { StateWord } from './state-word.tsx';

/** What shapes, fillings and widths mean. */
export function GraphLegend(): JSX.Element {
  const { legend } = words;
  return (
    <details class="graph-legend small">
      <summary>{legend.title}</summary>
      <ul class="row">
        <For each={AGENT_STATES}>
          {(state) => (
            <li>
              <StateWord state={state} />
            </li>
          )}
        </For>
      </ul>
      <ul class="soft">
        <For each={[legend.live, legend.stale, legend.gone, legend.bus, legend.quiet, legend.depends, legend.member]}>
          {(line) => <li>{line}</li>}
        </For>
      </ul>
    </details>
  );
}
