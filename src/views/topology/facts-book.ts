import type { AgentAges, AgentRecord } from '../../contract/upstream/mas-topology.ts';
import { type AgentFacts, heardAtOf, type Traffic } from './agent-facts.ts';
import type { GoneAgent } from './gone-book.ts';

/** More agents than a hub keeps are not taken from it either. */
export const MAX_AGENTS_SHOWN = 2_500;

/** Merges what is known of agents. Of whom nothing changed keeps its very object, so that what follows from it is not made again. */
export class FactsBook {
  /** The last that were made of each record. */
  readonly #made = new WeakMap<AgentRecord, AgentFacts>();

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
      const heardAt = heardAtOf(agent, ages);
      const before = this.#made.get(agent);
      if (
        before !== undefined &&
        before.heardAt === heardAt &&
        before.goneSince === goneSince &&
        before.outPerMin === seen?.out &&
        before.inPerMin === seen?.in
      ) {
        facts.set(agent.id, before);
        return;
      }
      const made = { id: agent.id, agent, heardAt, goneSince, outPerMin: seen?.out, inPerMin: seen?.in };
      this.#made.set(agent, made);
      facts.set(agent.id, made);
    };
    for (const agent of agents) add(agent, undefined);
    for (const { agent, since } of gone) add(agent, since);
    return facts;
  }
}
