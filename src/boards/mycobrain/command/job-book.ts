import type { CommandState, CommandUpdate } from '../../../contract/board-command.ts';
import type { Instant } from '../../../contract/time.ts';
import type { Job } from './job.ts';

/** Ended commands whose ids are still known, so that none acts twice. */
const MOST_REMEMBERED_IDS = 64;
const MOST_ANSWER_CHARACTERS = 2000;

interface JobBookHost {
  now(): Instant;
  update(update: CommandUpdate): void;
}

/**
 * The jobs of one port by where they are, and what is told of them.
 * ```text
 * waiting ──▶ flying ──▶ (ended)
 *    ▲           ▼
 *    └────── resting   between two steps with a delay
 * ```
 */
export interface JobBook {
  readonly waiting: Job[];
  readonly flying: Job[];
  readonly resting: Set<Job>;
  all(): readonly Job[];
  /** The job of a command that has not ended. */
  find(id: string): Job | undefined;
  /** The command is here or was here a short while ago. */
  knows(id: string): boolean;
  tell(job: Job, state: CommandState): void;
  /** Takes the job off wherever it is, stops its timers and tells its last state. */
  end(job: Job, state: CommandState): void;
}

export function createJobBook(host: JobBookHost): JobBook {
  const waiting: Job[] = [];
  const flying: Job[] = [];
  const resting = new Set<Job>();
  const endedIds = new Set<string>();

  const all = (): readonly Job[] => [...waiting, ...flying, ...resting];
  const find = (id: string): Job | undefined => all().find((job) => job.request?.id === id);

  function tell(job: Job, state: CommandState): void {
    if (job.request === undefined) return;
    const { id, board, name, params, by, traceparent } = job.request;
    host.update({ id, board, name, params, by, traceparent, at: host.now().epochMs, state });
  }

  function remember(id: string): void {
    endedIds.add(id);
    if (endedIds.size <= MOST_REMEMBERED_IDS) return;
    for (const oldest of endedIds) {
      endedIds.delete(oldest);
      break;
    }
  }

  return {
    waiting,
    flying,
    resting,
    all,
    find,
    knows: (id) => endedIds.has(id) || find(id) !== undefined,
    tell,
    end(job, state) {
      job.stopTimer?.();
      job.stopDeadline?.();
      for (const list of [waiting, flying]) {
        const at = list.indexOf(job);
        if (at >= 0) list.splice(at, 1);
      }
      resting.delete(job);
      if (job.request !== undefined) remember(job.request.id);
      tell(job, state);
    },
  };
}

/** Everything the board has said to a job so far, in its own words. */
export const answerOf = (job: Job): string | undefined =>
  job.words.length > 0 ? job.words.join('\n').slice(0, MOST_ANSWER_CHARACTERS) : undefined;
