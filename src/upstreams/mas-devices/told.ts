/**
 * What a message came to, in the words that the shared vectors use: whoever holds the connection acts on it (`stop`, `backoff`), and the
 * checks compare it. `facts` are what the message said, normalised.
 */
export interface Told {
  readonly action: Action;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type Action =
  | 'apply'
  | 'apply_suspect'
  | 'apply_unknown'
  | 'apply_receive_time'
  | 'control'
  | 'freshness_only'
  | 'history_only'
  | 'dedupe'
  | 'ignore'
  | 'drop'
  | 'degrade'
  | 'mark_stale'
  | 'mark_offline'
  | 'backoff'
  | 'show_error'
  | 'stop'
  | 'reconnect'
  | 'command_applied'
  | 'command_failed';

/** On a hot path: the facts are made when somebody asks for them. */
export const toldOnDemand = (action: Action, facts: () => Readonly<Record<string, unknown>>): Told => ({
  action,
  get facts() {
    return facts();
  },
});

export const told = (action: Action, facts?: Readonly<Record<string, unknown>>): Told =>
  facts === undefined ? { action } : { action, facts };
