import type { AgentFacts } from './agent-facts.ts';
import type { TopologyAddress } from './state.ts';

/** Which agents the filter leaves. */
export const isShown = (
  { agent }: AgentFacts,
  { states, category }: Pick<TopologyAddress, 'states' | 'category'>,
): boolean =>
  (states === undefined || states.has(agent.state)) && (category === undefined || (agent.category ?? '') === category);

/** Whether an agent has all the words that are looked for: in its name, id, category, state or error. */
export function finder(find: string): ((facts: AgentFacts) => boolean) | undefined {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return undefined;
  return ({ agent, goneSince }) => {
    const text = [
      agent.name,
      agent.id,
      agent.category,
      agent.state,
      agent.said,
      agent.lastError,
      goneSince === undefined ? '' : 'gone',
      ...agent.keywords.slice(0, 20),
    ]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
