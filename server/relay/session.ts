import type { AppError, ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';

/** One connected client, as the relay's parts see it. */
export interface Session {
  /** Public id and present name. */
  readonly client: ClientId;
  name: string;
  send(message: FromRelay): void;
}

export const asClient = (session: Session): RelayClient => ({ client: session.client, name: session.name });

export const appError = (code: ErrorCode, message: string): AppError => ({ code, message });

/** Nothing, or why not. */
export type Refusal = AppError | undefined;
