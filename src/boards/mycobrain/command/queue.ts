import type { CommandRequest, CommandUpdate } from '../../../contract/board-command.ts';
import type { BoardItem } from '../../../contract/board-item.ts';
import type { AppError, ErrorCode } from '../../../contract/error-codes.ts';
import { type KnownBoard, onlyReads, stepsFor, whyNoCommand } from './admission.ts';
import { type Job, makeJob } from './job.ts';
import { answerOf, createJobBook } from './job-book.ts';
import { type CourseHost, createJobCourse } from './job-course.ts';
import type { Params, Step } from './step.ts';

/** Waiting commands of one board; more are refused. */
const MOST_WAITING = 32;
const MOST_IN_FLIGHT = 8;

interface QueueHost extends CourseHost {
  update(update: CommandUpdate): void;
  /** What the board takes now; undefined while it is not known what it is. */
  board(): KnownBoard | undefined;
}

/** The commands of one port, in turn: one in flight, except where answers name what they answer (board contract §16). */
interface CommandQueue {
  submit(request: CommandRequest): void;
  /** Something Hyphae asks for itself; shown in the console only. Does nothing when the board has no such command. */
  ask(name: string, params: Params): void;
  /** Bytes typed by a person, in their turn; false when too much waits already. */
  write(bytes: Uint8Array<ArrayBuffer>, text: string, by: string): boolean;
  cancel(id: string): void;
  /** Shows an item to whatever waits for an answer. */
  heard(item: BoardItem): void;
  /** Sends what may be sent now; call when the board became known. */
  pump(): void;
  /** The number of the next frame, for probes. */
  nextNumber(): number;
  /** What was begun in the old build's words is given up; commands that only wait will be said in those of the next one. */
  abandon(reason: string): void;
  close(reason: string): void;
}

const CLOSED: AppError = { code: 'board-not-open', message: 'the port is closed' };
const FULL: AppError = {
  code: 'command-queue-full',
  message: `${MOST_WAITING} commands wait for this board already`,
};
const EXPIRED: AppError = { code: 'command-expired', message: 'its deadline passed before it could be sent' };

export function createCommandQueue(host: QueueHost): CommandQueue {
  const book = createJobBook(host);
  const { waiting, flying, tell, end } = book;
  const course = createJobCourse(host, book, pump);
  let closed = false;

  function pump(): void {
    for (;;) {
      const job = waiting[0];
      const board = host.board();
      if (closed || job === undefined || board === undefined) return;
      if (job.steps.length === 0) {
        const made = stepsFor(job, board);
        if ('code' in made) {
          end(job, { is: 'failed', error: made, answer: undefined });
          continue;
        }
        job.steps = made;
      }
      const step = job.steps[job.index];
      if (step === undefined) {
        course.stepOn(job);
        continue;
      }
      if (flying.some((other) => other.steps[other.index]?.exclusive === true)) return;
      // Questions that still wait for their answers do not hold up an emergency stop.
      const urgent = job.name === 'estop';
      if (!urgent && (flying.length >= MOST_IN_FLIGHT || (step.exclusive && flying.length > 0))) return;
      waiting.shift();
      flying.push(job);
      course.transmit(job, step);
    }
  }

  const giveUp = (job: Job, code: ErrorCode, message: string): void =>
    end(job, { is: 'failed', error: { code, message }, answer: answerOf(job) });

  /** What could switch something on again after the stop, or keep the stop waiting, is given up. */
  function clearTheWay(): void {
    for (const job of book.all()) {
      if (job.name === 'estop') continue;
      const exclusive = flying.includes(job) && job.steps[job.index]?.exclusive === true;
      if (onlyReads(job) && !exclusive) continue;
      const message = 'given up for the emergency stop';
      if (flying.includes(job)) giveUp(job, 'command-timeout', message);
      else end(job, { is: 'expired', error: { code: 'command-expired', message } });
    }
  }

  function submit(request: CommandRequest): void {
    if (book.knows(request.id)) return;
    const job = makeJob(request, request.name, request.params, request.by);
    const refuse = (error: AppError) => end(job, { is: 'failed', error, answer: undefined });
    const never = closed ? CLOSED : whyNoCommand(request);
    if (never !== undefined) {
      refuse(never);
      return;
    }
    const urgent = request.name === 'estop';
    if (urgent) {
      clearTheWay();
    } else if (waiting.length >= MOST_WAITING) {
      refuse(FULL);
      return;
    }
    const { epochMs } = host.now();
    if (epochMs >= request.deadline) {
      end(job, { is: 'expired', error: EXPIRED });
      return;
    }
    tell(job, { is: 'queued' });
    job.stopDeadline = host.schedule(request.deadline - epochMs, () => {
      end(job, { is: 'expired', error: EXPIRED });
      pump();
    });
    if (urgent) waiting.unshift(job);
    else waiting.push(job);
    pump();
  }

  return {
    submit,
    ask(name, params) {
      const board = host.board();
      if (closed || board === undefined || !Object.hasOwn(board.forms, name)) return;
      if ([...waiting, ...flying].some((job) => job.request === undefined && job.name === name)) return;
      if (waiting.length >= MOST_WAITING) return;
      waiting.push(makeJob(undefined, name, params, 'hyphae'));
      pump();
    },
    write(bytes, text, by) {
      if (closed || waiting.length >= MOST_WAITING) return false;
      const step: Step = { text, bytes: () => bytes, answer: undefined, exclusive: true, timeoutMs: 0, retries: 0 };
      waiting.push(makeJob(undefined, 'write', {}, by, [step]));
      pump();
      return true;
    },
    cancel(id) {
      const job = book.find(id);
      if (job === undefined) return;
      const message = waiting.includes(job) ? 'withdrawn before it was sent' : 'withdrawn; the board may have acted';
      const evenSo = course.stepsEvenSo(job);
      end(job, { is: 'expired', error: { code: 'command-expired', message } });
      if (evenSo.length > 0) waiting.unshift(makeJob(undefined, 'tone-stop', {}, job.by, evenSo));
      pump();
    },
    heard: course.heard,
    pump,
    nextNumber: course.nextNumber,
    abandon(reason) {
      for (const job of book.all()) {
        const begun = job.steps.length > 0 && job.name !== 'write';
        if (begun || job.request === undefined) giveUp(job, 'command-timeout', reason);
      }
    },
    close(reason) {
      closed = true;
      for (const job of book.all()) giveUp(job, 'board-not-open', reason);
    },
  };
}
