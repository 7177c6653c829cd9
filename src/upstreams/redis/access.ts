/** What only operators and owners may see, whatever way it comes. Section 8. */
const PRIVILEGED = ['agents:tasks', 'agents:tool_calls', 'mas.deep_agents.events'];

export const isPrivileged = (channel: string): boolean =>
  channel.startsWith('security:') || PRIVILEGED.includes(channel);
