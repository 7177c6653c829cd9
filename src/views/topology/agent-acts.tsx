import type { JSX } from 'solid-js';
import { ActButton } from '../../components/act-button.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import { topology as words } from '../../i18n/topology.ts';
import { createUpstreamAct } from '../../link/create-act.ts';
import { useLink } from '../../link/link-context.ts';
import { mayNot } from '../../link/may.ts';
import type { AgentFacts } from './agent-facts.ts';
import { SLUG } from './create-topology.ts';

/** What MAS lets one do with one agent: a flag. What it does not is said, not hidden. */
export function AgentActs(props: { readonly known: AgentFacts }): JSX.Element {
  const link = useLink();
  const flag = (to: boolean) =>
    createUpstreamAct(link, {
      upstream: SLUG,
      call: to ? 'agent.activate' : 'agent.deactivate',
      seen: () => props.known.agent.enabled === to,
    });
  const on = flag(true);
  const off = flag(false);
  const may = () => mayNotWords(mayNot('operator'));
  const args = () => ({ id: props.known.id });
  return (
    <>
      <h3>{words.agent.actions}</h3>
      <div class="row">
        <ActButton label={words.agent.flagOn} act={on} args={args} whyNot={may()} />
        <ActButton label={words.agent.flagOff} act={off} args={args} whyNot={may()} />
      </div>
      <p class="soft small">{words.agent.flagHint}</p>
      <button type="button" class="button" disabled title={words.agent.cannotWhy}>
        {words.agent.cannot}
      </button>
      <p class="soft small">{words.agent.cannotWhy}</p>
    </>
  );
}
