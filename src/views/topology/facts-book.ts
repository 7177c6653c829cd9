import type { AgentAges, AgentRecord } from '../../contract/upstream/mas-topology.ts';
import { type AgentFacts, heardAtOf, type Traffic } from './agent-facts.ts';
import type { GoneAgent } from './gone-book.ts';

/** More agents than a hub keeps are not taken from it either. */
export const MAX_AGENTS_SHOWN = 2_500;

/** Merges what is known of agents. Of whom nothing changed keeps its very object, so that what follows from it is not made again. */
export class FactsBook {
  #facts: ReadonlyMap<string, AgentFacts> = new Map();

  merge(
    agents: Iterable<AgentRecord>,
    ages: AgentAges | undefined,
    gone: readonly GoneAgent[],
    traffic: ReadonlyMap<string, Traffic>,
  ): ReadonlyMap<string, AgentFacts> {
    const facts = new Map<string, AgentFacts>();
    const add = (agent: AgentRecord, goneSince: number | undefined): void => {
      if (facts.size >= MAX_AGENTS_SHOWN || facts.has(agent.id)) return;
      const seen = traffic.get(agent.id);
      const made: AgentFacts = {
        id: agent.id,
        agent,
        heardAt: heardAtOf(agent, ages),
        goneSince,
        outPerMin: seen?.out,
        inPerMin: seen?.in,
      };
      const before = this.#facts.get(agent.id);
      facts.set(agent.id, before !== undefined && isSame(before, made) ? before : made);
    };
    for (const agent of agents) add(agent, undefined);
    for (const { agent, since } of gone) add(agent, since);
    this.#facts = facts;
    return facts;
  }
}

const isSame = (one: AgentFacts, other: AgentFacts): boolean =>
  one.agent === other.agent &&
  one.heardAt === other.heardAt &&
  one.goneSince === other.goneSince &&
  one.outPerMin === other.outPerMin &&
  one.inPerMin === other.inPerMin;
