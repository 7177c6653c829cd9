import type { BoardItem } from '../../../contract/board-item.ts';
import type { ErrorCode } from '../../../contract/error-codes.ts';
import type { Instant } from '../../../contract/time.ts';
import type { Job } from './job.ts';
import { answerOf, type JobBook } from './job-book.ts';
import { type Answer, type Params, type Step, TIMEOUT_MS } from './step.ts';

/** Numbers tried to find one without a newline; about one in eight has one. */
const MOST_NUMBERS = 64;

/** An answer of several lines is over after this, however the board goes on talking. */
const MOST_ANSWER_MS = 5_000;

export interface CourseHost {
  /** Bytes to the board and the line in the console. Rejects when the port is gone. */
  send(bytes: Uint8Array<ArrayBuffer>, text: string, by: string): Promise<void>;
  now(): Instant;
  schedule(ms: number, callback: () => void): () => void;
  /** A step went out: an output may have changed from now on. */
  sent(name: string, params: Params): void;
  /** All of a command was done, or at least what it began was ended. */
  finished(name: string, params: Params): void;
  /** The board said no. */
  refused(name: string, params: Params): void;
}

/**
 * What becomes of a job whose turn it is: each step is sent, waited for, sent again, answered, until the last is done or one
 * fails. `turn` is called whenever another job may go.
 */
interface JobCourse {
  transmit(job: Job, step: Step): void;
  /** Goes to the next step, or to the end. */
  stepOn(job: Job): void;
  /** What must still be sent of a job that ends now. */
  stepsEvenSo(job: Job): readonly Step[];
  /** Shows an item to whatever waits for an answer. */
  heard(item: BoardItem): void;
  /** The number of the next frame. */
  nextNumber(): number;
}

export function createJobCourse(host: CourseHost, book: JobBook, turn: () => void): JobCourse {
  const { waiting, flying, resting, tell, end } = book;
  let lastNumber = 0;
  let blockedUntil = 0;

  const nextNumber = (): number => {
    lastNumber = lastNumber >= 0xffff_fff0 ? 1 : lastNumber + 1;
    return lastNumber;
  };

  function fail(job: Job, code: ErrorCode, message: string): void {
    const error = { code, message };
    const next = job.steps[job.index + 1];
    // An emergency stop goes on to its other outputs, whatever one of them answers; what may have begun is ended.
    const goesOn = job.name === 'estop' || (next?.evenSo === true && code === 'command-timeout');
    if (next !== undefined && goesOn && code !== 'board-not-open') {
      job.failure ??= error;
      stepOn(job);
      return;
    }
    end(job, { is: 'failed', error: job.failure ?? error, answer: answerOf(job) });
    turn();
  }

  function stepOn(job: Job): void {
    job.stopTimer?.();
    const at = flying.indexOf(job);
    if (at >= 0) flying.splice(at, 1);
    job.index += 1;
    job.attempt = 0;
    job.numbers = [];
    const next = job.steps[job.index];
    if (next === undefined) {
      if (job.failure !== undefined) {
        end(job, { is: 'failed', error: job.failure, answer: answerOf(job) });
        if (job.steps.at(-1)?.evenSo === true) host.finished(job.name, job.params);
      } else {
        end(job, { is: 'done', acknowledged: job.answered, rttMs: job.rttMs, answer: answerOf(job) });
        host.finished(job.name, job.params);
      }
      turn();
      return;
    }
    if (next.afterMs === undefined || job.failure !== undefined) {
      waiting.unshift(job);
      turn();
      return;
    }
    resting.add(job);
    job.stopTimer = host.schedule(next.afterMs, () => {
      resting.delete(job);
      waiting.unshift(job);
      turn();
    });
    turn();
  }

  function encode(job: Job, step: Step): Uint8Array<ArrayBuffer> | undefined {
    for (let tries = 0; tries < MOST_NUMBERS; tries += 1) {
      const n = nextNumber();
      const bytes = step.bytes(n);
      if (bytes === undefined) continue;
      job.numbers.push(n);
      return bytes;
    }
    return undefined;
  }

  function transmit(job: Job, step: Step): void {
    const bytes = encode(job, step);
    if (bytes === undefined) {
      fail(job, 'command-bad-parameter', 'cannot be encoded without a line end inside');
      return;
    }
    job.attempt += 1;
    job.stopDeadline?.();
    job.stopDeadline = undefined;
    job.stopTimer?.();
    const { monoMs } = host.now();
    job.sentAt = monoMs;
    const slow = monoMs < blockedUntil;
    if (step.blocks === true) blockedUntil = monoMs + TIMEOUT_MS.slow;
    if (job.index === 0) tell(job, { is: 'sent', attempt: job.attempt });
    host.sent(job.name, job.params);
    if (step.answer !== undefined) {
      job.stopTimer = host.schedule(slow ? Math.max(step.timeoutMs, TIMEOUT_MS.slow) : step.timeoutMs, () =>
        late(job, step),
      );
    }
    // After the timer: a pretend board answers while it is being written to.
    host.send(bytes, step.text, job.by).then(
      () => {
        if (step.answer === undefined && flying.includes(job) && job.steps[job.index] === step) stepOn(job);
      },
      (cause: unknown) => {
        if (flying.includes(job)) fail(job, 'board-not-open', `the port did not take it: ${String(cause)}`);
      },
    );
  }

  function late(job: Job, step: Step): void {
    const expired = job.request !== undefined && host.now().epochMs >= job.request.deadline;
    if (job.attempt <= step.retries && !expired) {
      transmit(job, step);
      return;
    }
    fail(
      job,
      'command-timeout',
      `no answer to ${job.attempt} ${job.attempt === 1 ? 'attempt' : 'attempts'} of "${step.text}"`,
    );
  }

  function accept(job: Job, answer: Answer): void {
    job.answered = true;
    job.rttMs = host.now().monoMs - job.sentAt;
    job.words.push(answer.words);
    if (job.told) return;
    job.told = true;
    tell(job, { is: 'accepted', rttMs: job.rttMs, answer: answer.words });
  }

  function judged(job: Job, step: Step, answer: Answer): void {
    if (answer.is === 'refused') {
      job.words.push(answer.words);
      host.refused(job.name, job.params);
      fail(job, 'command-refused', answer.words);
      return;
    }
    if (answer.is === 'done') {
      accept(job, answer);
      stepOn(job);
      return;
    }
    if (job.told) job.words.push(answer.words);
    else accept(job, answer);
    const { settleMs } = step;
    if (settleMs === undefined) return;
    job.stopTimer?.();
    if (host.now().monoMs - job.sentAt > MOST_ANSWER_MS) stepOn(job);
    else job.stopTimer = host.schedule(settleMs, () => stepOn(job));
  }

  return {
    transmit,
    stepOn,
    stepsEvenSo(job) {
      const from = flying.includes(job) ? job.index + 1 : job.index;
      const begun = from > 0;
      return begun ? job.steps.slice(from).filter((step) => step.evenSo === true) : [];
    },
    heard(item) {
      if (flying.length === 0) return;
      const alone = flying.length === 1;
      for (const job of [...flying]) {
        const step = job.steps[job.index];
        const answer = step?.answer?.(item, job.numbers, alone);
        if (step !== undefined && answer !== undefined && flying.includes(job)) judged(job, step, answer);
      }
    },
    nextNumber,
  };
}
