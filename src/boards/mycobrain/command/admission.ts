import type { CommandRequest } from '../../../contract/board-command.ts';
import type { BoardIdentity } from '../../../contract/board-status.ts';
import type { AppError } from '../../../contract/error-codes.ts';
import { checkParams } from '../../board.ts';
import { findCommand } from './declarations.ts';
import type { Job } from './job.ts';
import type { Forms, Step } from './step.ts';

/** What the board takes now, and who it says it is. */
export interface KnownBoard {
  readonly forms: Forms;
  readonly identity: BoardIdentity;
}

/** Why no build at all could take this; undefined when some could. */
export function whyNoCommand(request: CommandRequest): AppError | undefined {
  const declaration = findCommand(request.name);
  if (declaration === undefined) {
    return { code: 'command-not-supported', message: `there is no command "${request.name}"` };
  }
  const wrong = checkParams(declaration, request.params);
  return wrong === undefined ? undefined : { code: 'command-bad-parameter', message: wrong };
}

/** How this board is told, or why it cannot be. */
export function stepsFor(job: Job, { forms, identity }: KnownBoard): readonly Step[] | AppError {
  const form = Object.hasOwn(forms, job.name) ? forms[job.name] : undefined;
  if (form === undefined) {
    return { code: 'command-not-supported', message: `this board has no command "${job.name}"` };
  }
  const made = form(job.params, identity);
  if (typeof made !== 'string') return made;
  return { code: 'command-bad-parameter', message: `${findCommand(job.name)?.title ?? job.name} ${made}` };
}

/** A command that changes nothing: it may stay when an emergency stop clears the way. */
export const onlyReads = (job: Job): boolean => findCommand(job.name)?.role === 'viewer';
