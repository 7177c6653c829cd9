import type { BoardId, ClientId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** Who did what, when, with which result: one line of the relay's events channel `audit`. */
export interface AuditRecord {
  readonly at: EpochMs;
  /** The server that decided. */
  readonly node: string;
  readonly who: { readonly client: ClientId; readonly name: string; readonly role: string };
  /** A verb: `lease.take`, `lease.take-over`, `lease.release`, `lease.take-back`, `lease.end`, `command`, `command.cancel`, `command.end`, `write`, `board.offer`, `board.withdraw`, `access.pair`, `access.revoke`. */
  readonly what: string;
  readonly board: BoardId | undefined;
  /** What it was done with or to: a command's name and parameters, a reason, a number of bytes. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** `ok`, or the code of the refusal. */
  readonly result: string;
  readonly trace: string | undefined;
}
