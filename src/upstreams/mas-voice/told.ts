/** What a message came to, in the words that the shared vectors use; the adapter acts on it, the checks compare it. */
export interface Told {
  readonly action: Action;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export type Action =
  | 'apply'
  | 'control'
  | 'append'
  | 'append_user'
  | 'ignore'
  | 'drop'
  | 'discard'
  | 'log_only'
  | 'execute'
  | 'reject'
  | 'show_error'
  | 'show_warmup'
  | 'flush_playback'
  | 'reset_decoder'
  | 'policy_stop'
  | 'turn_end'
  | 'session_over'
  | 'reconnect_new_session'
  | 'reconnect'
  | 'degrade'
  | 'backoff'
  | 'fallback_to_brain';

export const told = (action: Action, facts?: Readonly<Record<string, unknown>>): Told =>
  facts === undefined ? { action } : { action, facts };
