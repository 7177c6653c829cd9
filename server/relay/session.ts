import type { AppError, ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';

/** watch: read its channels, and stop it. command: lease, commands, bytes. share: offer it. own: end what others do with it. */
export type BoardVerb = 'watch' | 'command' | 'share' | 'own';

/** One connected client, as the relay's parts see it. */
export interface Session {
  /** Public id and present name. */
  readonly client: ClientId;
  name: string;
  /** Who the access rules say this is, for the audit. */
  readonly principal: string;
  may(verb: BoardVerb, board: BoardId): boolean;
  send(message: FromRelay): void;
}

/** Whoever asks for something, as one server tells another. */
export interface Caller extends RelayClient {
  readonly principal: string;
}

export const asClient = (client: RelayClient): RelayClient => ({ client: client.client, name: client.name });

export const asCaller = ({ client, name, principal }: Session): Caller => ({ client, name, principal });

export const appError = (code: ErrorCode, message: string): AppError => ({ code, message });

/** Nothing, or why not. */
export type Refusal = AppError | undefined;
