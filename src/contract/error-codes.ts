/**
 * Every failure a person may be shown, for the whole product. The code is for matching and translation (`i18n`), `message` is
 * English for logs. Expected failures are values; exceptions are for what cannot happen.
 */
export interface AppError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type ErrorCode =
  // picking and opening a port
  /** The person closed the picker. Say nothing. */
  | 'picker-cancelled'
  /** This browser has neither Web Serial nor WebUSB. Offer the browsers that do, or a relayed board. */
  | 'no-web-serial'
  /** Web Serial is switched off for this page (policy, permissions header, insecure origin). Say which. */
  | 'serial-not-allowed'
  /** Another program or another browser profile holds the port. Say how to find it on this operating system. */
  | 'port-in-use'
  /** The operating system refused (Linux: not in group dialout). Say the command that mends it. */
  | 'port-no-permission'
  /** The port is there but could not be opened for a reason the browser does not tell. */
  | 'port-open-failed'
  /** The cable, hub or board went away. It comes back by itself when plugged in again. */
  | 'port-lost'
  /** Reading failed in a way that a new reader mends (framing, parity, overrun, break). Counted, shown as a loss. */
  | 'port-read-error'
  // commands
  /** No board of that id here. */
  | 'no-such-board'
  /** The board's dialect has no such command. */
  | 'command-not-supported'
  /** A parameter is missing, of the wrong kind, or out of range. The message names it. */
  | 'command-bad-parameter'
  /** The board is not open (unplugged, released, owner gone). */
  | 'board-not-open'
  /** The board did not acknowledge in time, after all retries. It may have acted all the same. */
  | 'command-timeout'
  /** The board answered no. The message carries its own words. */
  | 'command-refused'
  /** The deadline passed before the command could be sent. */
  | 'command-expired'
  /** Too many commands wait for this board. */
  | 'command-queue-full'
  /** Somebody else commands this board now. Offer to ask, or to take over. */
  | 'lease-held'
  /** A lease is needed and you have none, or it ran out. */
  | 'lease-missing'
  // upstreams
  /** No upstream, connection or feed of that id, or it cannot be asked that. */
  | 'no-such-upstream'
  /** It could not be asked: not configured, stopped, or not reachable now. */
  | 'upstream-not-reachable'
  /** It answered no; the message carries its own words. */
  | 'upstream-refused'
  /** It failed, or answered what cannot be understood. Trying again may help. */
  | 'upstream-failed'
  // hub and relay
  /** The hub answered a call too late. It may be restarting. */
  | 'hub-timeout'
  /** The page and the hub speak different contract versions. Reload. */
  | 'contract-mismatch'
  /** No such channel. */
  | 'no-such-channel'
  /** The relay cannot be reached now. It is tried again by itself. */
  | 'relay-offline'
  /** The board's owner is not connected to the relay. */
  | 'owner-offline'
  /** A message broke a limit or the schema. The message names which. */
  | 'bad-message'
  /** A limit of the server was reached. */
  | 'limit-reached'
  /** It was changed by somebody else meanwhile: read it again. */
  | 'conflict'
  /** The servers cannot reach each other now, and this needs them to. Comes back by itself; the message says what is waiting. */
  | 'bus-down'
  /** Not your board, or not your role. */
  | 'not-allowed';
