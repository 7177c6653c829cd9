import { createMemo, For, type JSX, Show } from 'solid-js';
import { type EdgeRecord, HUB_AGENT } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import type { AgentFacts } from './agent-facts.ts';
import { StateWord } from './state-word.tsx';

const MOST_MEMBERS = 40;

/** A node that is no agent: what it is, and who hangs on it. */
export function NoAgent(props: {
  readonly selected: string;
  readonly edges: readonly EdgeRecord[];
  readonly facts: ReadonlyMap<string, AgentFacts>;
  readonly onSelect: (key: string) => void;
}): JSX.Element {
  const category = () =>
    props.selected.startsWith('category:') ? props.selected.slice('category:'.length) : undefined;
  const links = createMemo(() =>
    props.edges.filter(({ from, to }) => from === props.selected || to === props.selected),
  );
  const members = createMemo(() =>
    category() === undefined ? [] : [...props.facts.values()].filter(({ agent }) => agent.category === category()),
  );
  const about = () => {
    if (props.selected === HUB_AGENT) return words.nodes.hubUnlisted;
    if (category() !== undefined) return words.nodes.categoryAbout;
    if (props.selected === 'broadcast') return words.nodes.broadcastAbout;
    return links().length > 0 ? words.nodes.strangerAbout : undefined;
  };
  return (
    <Show
      when={about()}
      fallback={
        <div data-unknown>
          <p>{words.agent.unknown(props.selected.slice(0, 80))}</p>
          <p class="soft">{words.agent.unknownText}</p>
        </div>
      }
    >
      <p class="soft">{about()}</p>
      <p>
        {words.nodes.linked(links().length)}
        <Show when={members().length > 0}> · {words.nodes.members(members().length)}</Show>
      </p>
      <ul class="agent-links small">
        <For each={members().slice(0, MOST_MEMBERS)}>
          {({ id, agent, goneSince }) => (
            <li>
              <StateWord state={agent.state} life={agent.life} isGone={goneSince !== undefined} />{' '}
              <button type="button" class="link" onClick={() => props.onSelect(id)}>
                {agent.name}
              </button>
            </li>
          )}
        </For>
        <Show when={members().length > MOST_MEMBERS}>
          <li class="soft">{words.panels.more(members().length - MOST_MEMBERS)}</li>
        </Show>
      </ul>
    </Show>
  );
}
