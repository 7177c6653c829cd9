import type { EpochMs } from './time.ts';

/** A viewer subscribes and watches; an operator also commands and publishes; an owner also shares boards and lets others in. */
export const ROLES = ['viewer', 'operator', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What may be done with a channel. */
export const CHANNEL_VERBS = ['subscribe', 'publish', 'history', 'presence'] as const;
/** What may be done with a board. `share`: offer it to others; `own`: be the one who holds its port. */
export const BOARD_VERBS = ['watch', 'command', 'share', 'own'] as const;
export const VERBS = [...CHANNEL_VERBS, ...BOARD_VERBS, 'admin'] as const;
export type Verb = (typeof VERBS)[number];

/**
 * Per verb the patterns of channels or boards it is allowed on. In a pattern `*` stands for any part of one word (between slashes), `**`
 * at the end for any rest. `admin` is about the server: `**` or nothing.
 */
export type AccessRules = Readonly<Record<Verb, readonly string[]>>;

/** `GET /api/access/me`. 401 with {@link AccessRefusal} while this browser is not paired. */
export interface Me {
  /** open: everybody who reaches this server is its owner; it listens on its own computer only. */
  readonly access: 'open' | 'required';
  readonly id: string;
  readonly name: string;
  readonly kind: 'open' | 'session' | 'token';
  readonly role: Role;
  readonly rules: AccessRules;
  readonly expiresAt: EpochMs | undefined;
}

/** Answer to `POST /api/access/codes`. The code is told once. */
export interface PairingCode {
  /** Two groups of four characters with a hyphen. */
  readonly code: string;
  /** Opens the pairing page with the code filled in. */
  readonly url: string;
  readonly role: Role;
  readonly name: string;
  readonly expiresAt: EpochMs;
}

/** A browser that was let in by a code. */
export interface PairedDevice {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly pairedAt: EpochMs;
  /** To a minute or so. */
  readonly seenAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** The one that asks. */
  readonly current: boolean;
}

/** A program that was let in. Its secret is told once, when it is made. */
export interface ServiceToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: EpochMs;
  readonly usedAt: EpochMs | undefined;
  readonly expiresAt: EpochMs;
  /** Patterns it is narrowed to; absent: all that its role may. */
  readonly channels: readonly string[] | undefined;
  readonly boards: readonly string[] | undefined;
}

export type AccessCode =
  /** Nobody of ours. Pair, or send a token. */
  | 'not-paired'
  /** It was paired once: revoked, signed out, or not seen for too long. */
  | 'session-ended'
  /** No such token, revoked, or expired. */
  | 'token-refused'
  /** Known, but its role or patterns do not cover this. */
  | 'not-allowed'
  /** A page of another site asked. */
  | 'origin-not-allowed'
  /** No such pairing code: mistyped, used, or too old. */
  | 'code-wrong'
  /** Too many wrong codes, cookies or tokens. `retryAfterMs` says until when. */
  | 'too-many-tries'
  /** The request itself is not right; the message says what. */
  | 'bad-request'
  | 'not-found'
  /** A limit of the server; the message begins with its name. */
  | 'limit-reached'
  /** Rates and numbers of one address, device, token or board. */
  | 'connections-per-address'
  | 'connects-per-address'
  | 'requests-per-address'
  | 'publish-per-principal'
  | 'publish-per-board'
  /** Servers cannot reach each other now, and this needs them to. */
  | 'bus-down'
  /** A proxy stands in front of a server that was not told so. */
  | 'proxy-not-configured';

export interface AccessRefusal {
  readonly code: AccessCode;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}
