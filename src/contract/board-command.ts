import type { AppError } from './error-codes.ts';
import type { BoardId, CommandId } from './ids.ts';
import type { EpochMs } from './time.ts';

/**
 * The command that every family with outputs declares. It needs no lease and jumps every queue: whoever sees a board may stop it.
 */
export const EMERGENCY_STOP = 'estop';

export type ParamValue = number | string | boolean;

/** A request to a board. `name` and `params` are declared by its family (`boards/registry.ts`). */
export interface CommandRequest {
  readonly id: CommandId;
  readonly board: BoardId;
  readonly name: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Who asks, in words a person understands: "this tab", "Bench laptop". */
  readonly by: string;
  /** Not sent after this moment. */
  readonly deadline: EpochMs;
  /** W3C trace context, from whoever asks through to the board's answer. The relay makes one when there is none. */
  readonly traceparent?: string | undefined;
}

/**
 * One step of a command, on the events channel `device/<id>/commands`:
 * ```text
 * queued ──▶ sent ──▶ accepted ──▶ done
 *    │         │ (no ack: sent again, attempt + 1)
 *    └─────────┴──────────────────▶ failed | expired
 * ```
 * accepted: the board acknowledged; done: nothing more is to come. A board that never acknowledges goes from sent to done with
 * `acknowledged: false`. Through a relay it is `queued` there while the board's owner is away for a moment.
 */
export interface CommandUpdate {
  readonly id: CommandId;
  readonly board: BoardId;
  readonly name: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly by: string;
  readonly at: EpochMs;
  readonly state: CommandState;
  /** That of the request. */
  readonly traceparent?: string | undefined;
}

export type CommandState =
  | { readonly is: 'queued' }
  | { readonly is: 'sent'; readonly attempt: number }
  | { readonly is: 'accepted'; readonly rttMs: number; readonly answer: string }
  | {
      readonly is: 'done';
      /** False: the build gives no answer to this command; it was sent, that is all we know. */
      readonly acknowledged: boolean;
      /** From the last send to the board's answer, ms, at the port. */
      readonly rttMs: number | undefined;
      /** The board's own words. */
      readonly answer: string | undefined;
    }
  | { readonly is: 'failed'; readonly error: AppError; readonly answer: string | undefined }
  | { readonly is: 'expired'; readonly error: AppError };

export const isFinal = (state: CommandState): boolean =>
  state.is === 'done' || state.is === 'failed' || state.is === 'expired';
