import type { CommandRequest } from '../../../contract/board-command.ts';
import type { AppError } from '../../../contract/error-codes.ts';
import type { Params, Step } from './step.ts';

/** One command on its way: what is left of it to send, and what came back. */
export interface Job {
  readonly request: CommandRequest | undefined;
  readonly name: string;
  readonly params: Params;
  readonly by: string;
  steps: readonly Step[];
  index: number;
  attempt: number;
  numbers: number[];
  sentAt: number;
  rttMs: number | undefined;
  answered: boolean;
  told: boolean;
  /** Why a step failed, while later ones are still to be sent. */
  failure: AppError | undefined;
  readonly words: string[];
  stopTimer: (() => void) | undefined;
  stopDeadline: (() => void) | undefined;
}

export function makeJob(
  request: CommandRequest | undefined,
  name: string,
  params: Params,
  by: string,
  steps: readonly Step[] = [],
): Job {
  return {
    request,
    name,
    params,
    by,
    steps,
    index: 0,
    attempt: 0,
    numbers: [],
    sentAt: 0,
    rttMs: undefined,
    answered: false,
    told: false,
    failure: undefined,
    words: [],
    stopTimer: undefined,
    stopDeadline: undefined,
  };
}
