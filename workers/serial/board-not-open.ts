import type { CommandRequest, CommandUpdate } from '../../src/contract/board-command.ts';
import type { BoardPhase } from '../../src/contract/board-status.ts';
import type { EpochMs } from '../../src/contract/time.ts';

/** The end of a command that came while its board was not open. */
export function refuseCommand(request: CommandRequest, phase: BoardPhase, at: EpochMs): CommandUpdate {
  const { id, board, name, params, by, traceparent } = request;
  const error = { code: 'board-not-open', message: `the port is ${phase.is}` } as const;
  return { id, board, name, params, by, traceparent, at, state: { is: 'failed', error, answer: undefined } };
}
