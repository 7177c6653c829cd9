import { ageWords } from '../../components/age-words.ts';
import type { EpochMs } from '../../contract/time.ts';
import { AGENT_STATES } from '../../contract/upstream/mas-topology.ts';
import { topology as words } from '../../i18n/topology.ts';
import { type AgentFacts, isTroubled } from './agent-facts.ts';

export interface Verdict {
  readonly is: 'waiting' | 'well' | 'trouble' | 'silent' | 'unheard';
  readonly text: string;
}

/** Everything in one sentence. Silence is told as silence, and never as calm. `isCut`: nothing comes from the source itself. */
export function verdictOf(facts: Iterable<AgentFacts>, isCut: boolean, now: EpochMs): Verdict {
  const all = [...facts];
  const w = words.verdict;
  if (all.length === 0) return { is: 'waiting', text: w.waiting };
  const here = all.filter(({ goneSince }) => goneSince === undefined);
  const isSilent = isCut || here.some(({ agent }) => agent.flags.includes('no-heartbeats'));
  if (isSilent) {
    const newest = Math.max(...all.map(({ heardAt }) => heardAt ?? 0));
    return { is: 'silent', text: newest === 0 ? w.unheard(all.length) : w.silent(ageWords(now - newest)) };
  }
  const troubled = all.filter(isTroubled);
  if (troubled.length > 0) {
    const parts = [
      ...AGENT_STATES.map((state) => ({
        word: words.states[state],
        n: troubled.filter(({ agent, goneSince }) => goneSince === undefined && agent.state === state).length,
      })),
      { word: words.gone, n: troubled.filter(({ goneSince }) => goneSince !== undefined).length },
    ].filter(({ n }) => n > 0);
    return {
      is: 'trouble',
      text: w.trouble(troubled.length, all.length, parts.map(({ word, n }) => w.part(n, word)).join(', ')),
    };
  }
  const unheard = here.filter(({ agent }) => agent.life === 'unheard').length;
  if (unheard === here.length) return { is: 'unheard', text: w.unheard(unheard) };
  return { is: 'well', text: w.well(here.length) };
}
