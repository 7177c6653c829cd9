/** What a person must know or do before the agent can work. Its message is for the terminal, whole sentences and all. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
