import * as v from 'valibot';
import type { BoardLease, BoardStatus } from './board-status.ts';
import { boardStatusSchema, leaseSchema, watchersSchema } from './board-status-schema.ts';
import type { BoardId, ClientId } from './ids.ts';
import type { EpochMs } from './time.ts';
import { clientSchema, epochMsSchema, idSchema, orUndefined } from './wire-schemas.ts';

/** Somebody on the relay, by public id. */
export interface RelayClient {
  readonly client: ClientId;
  readonly name: string;
}

/** One shared board, on the relay's state channel `boards` (key: board id). The relay alone writes it. */
export interface SharedBoard {
  readonly id: BoardId;
  /** As its owner sees it, but `path` is always `relay` and `share` is to be taken from the fields below. */
  readonly status: BoardStatus;
  readonly owner: RelayClient;
  /** Its owner is connected. False: nothing new comes; the record is kept a while so that the owner can come back to it. */
  readonly online: boolean;
  /** When `online` last changed. */
  readonly since: EpochMs;
  /** Who has a channel of this board open, each once, without the owner. At most 100 are named. */
  readonly watchers: readonly RelayClient[];
  readonly lease: BoardLease | undefined;
}

export const sharedBoardSchema: v.GenericSchema<unknown, SharedBoard> = v.object({
  id: idSchema,
  status: boardStatusSchema,
  owner: clientSchema,
  online: v.boolean(),
  since: epochMsSchema,
  watchers: watchersSchema,
  lease: orUndefined(leaseSchema),
});
