import type { CommandRequest, CommandState, CommandUpdate } from '../../../contract/board-command.ts';
import type { BoardItem } from '../../../contract/board-item.ts';
import type { BoardIdentity } from '../../../contract/board-status.ts';
import type { AppError, ErrorCode } from '../../../contract/error-codes.ts';
import type { Instant } from '../../../contract/time.ts';
import { checkParams } from '../../board.ts';
import { findCommand } from './declarations.ts';
import { type Job, makeJob } from './job.ts';
import { type Answer, type Form, type Forms, type Params, type Step, TIMEOUT_MS } from './step.ts';

/** Waiting commands of one board; more are refused. */
const MOST_WAITING = 32;
const MOST_IN_FLIGHT = 8;
const MOST_REMEMBERED_IDS = 64;
/** Numbers tried to find one without a newline; about one in eight has one. */
const MOST_NUMBERS = 64;

interface QueueHost {
  /** Bytes to the board and the line in the console. Rejects when the port is gone. */
  send(bytes: Uint8Array<ArrayBuffer>, text: string, by: string): Promise<void>;
  now(): Instant;
  schedule(ms: number, callback: () => void): () => void;
  update(update: CommandUpdate): void;
  /** What the board takes now; undefined while it is not known what it is. */
  board(): { readonly forms: Forms; readonly identity: BoardIdentity } | undefined;
  /** A step went out: an output may have changed from now on. */
  sent(name: string, params: Params): void;
  /** All of a command was done. */
  finished(name: string, params: Params): void;
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
  close(reason: string): void;
}

const EXPIRED: AppError = { code: 'command-expired', message: 'its deadline passed before it could be sent' };

export function createCommandQueue(host: QueueHost): CommandQueue {
  const waiting: Job[] = [];
  const flying: Job[] = [];
  /** Between two steps, or lost to a delay. */
  const resting = new Set<Job>();
  const finalIds = new Set<string>();
  let lastNumber = 0;
  let blockedUntil = 0;
  let closed = false;

  const nextNumber = (): number => {
    lastNumber = lastNumber >= 0xffff_fff0 ? 1 : lastNumber + 1;
    return lastNumber;
  };

  function tell(job: Job, state: CommandState): void {
    if (job.request === undefined) return;
    const { id, board, name, params, by } = job.request;
    host.update({ id, board, name, params, by, at: host.now().epochMs, state });
  }

  function drop(job: Job): void {
    job.stopTimer?.();
    job.stopDeadline?.();
    for (const list of [waiting, flying]) {
      const at = list.indexOf(job);
      if (at >= 0) list.splice(at, 1);
    }
    resting.delete(job);
  }

  function end(job: Job, state: CommandState): void {
    drop(job);
    if (job.request !== undefined) {
      finalIds.add(job.request.id);
      if (finalIds.size > MOST_REMEMBERED_IDS) {
        for (const oldest of finalIds) {
          finalIds.delete(oldest);
          break;
        }
      }
    }
    tell(job, state);
  }

  const answerOf = (job: Job): string | undefined =>
    job.words.length > 0 ? job.words.join('\n').slice(0, 2000) : undefined;

  function fail(job: Job, code: ErrorCode, message: string): void {
    // An emergency stop goes on to its other outputs, whatever one of them answers.
    if (job.name === 'estop' && job.index + 1 < job.steps.length && code !== 'board-not-open') {
      job.failure ??= message;
      stepOn(job);
      return;
    }
    end(job, { is: 'failed', error: { code, message }, answer: answerOf(job) });
    pump();
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
        end(job, { is: 'failed', error: { code: 'command-refused', message: job.failure }, answer: answerOf(job) });
      } else {
        end(job, { is: 'done', acknowledged: job.answered, rttMs: job.rttMs, answer: answerOf(job) });
        host.finished(job.name, job.params);
      }
      pump();
      return;
    }
    if (next.afterMs === undefined) {
      waiting.unshift(job);
      pump();
      return;
    }
    resting.add(job);
    job.stopTimer = host.schedule(next.afterMs, () => {
      resting.delete(job);
      waiting.unshift(job);
      pump();
    });
    pump();
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
    job.stopTimer = host.schedule(settleMs, () => stepOn(job));
  }

  function pump(): void {
    for (;;) {
      const job = waiting[0];
      const board = host.board();
      if (closed || job === undefined || board === undefined) return;
      if (job.steps.length === 0 && !prepare(job, board)) continue;
      const step = job.steps[job.index];
      if (step === undefined) {
        stepOn(job);
        continue;
      }
      const busy =
        flying.length >= MOST_IN_FLIGHT || flying.some((other) => other.steps[other.index]?.exclusive === true);
      if (busy || (step.exclusive && flying.length > 0)) return;
      waiting.shift();
      flying.push(job);
      transmit(job, step);
    }
  }

  /** Makes the steps; the board must be known for it. False when the command came to its end here. */
  function prepare(job: Job, board: { readonly forms: Forms; readonly identity: BoardIdentity }): boolean {
    const form: Form | undefined = Object.hasOwn(board.forms, job.name) ? board.forms[job.name] : undefined;
    const made = form === undefined ? undefined : form(job.params, board.identity);
    if (made === undefined || typeof made === 'string') {
      const error: AppError =
        made === undefined
          ? { code: 'command-not-supported', message: `this board has no command "${job.name}"` }
          : { code: 'command-bad-parameter', message: `${findCommand(job.name)?.title ?? job.name} ${made}` };
      end(job, { is: 'failed', error, answer: undefined });
      return false;
    }
    job.steps = made;
    return true;
  }

  /** What could switch something on again after the stop, or keep the stop waiting, is given up. */
  function clearTheWay(): void {
    for (const job of [...waiting, ...flying, ...resting]) {
      if (job.name === 'estop') continue;
      const reads = findCommand(job.name)?.role === 'viewer';
      const exclusive = flying.includes(job) && job.steps[job.index]?.exclusive === true;
      if (reads && !exclusive) continue;
      const message = 'given up for the emergency stop';
      if (flying.includes(job))
        end(job, { is: 'failed', error: { code: 'command-timeout', message }, answer: answerOf(job) });
      else end(job, { is: 'expired', error: { code: 'command-expired', message } });
    }
  }

  function submit(request: CommandRequest): void {
    const known = [...waiting, ...flying, ...resting].some((job) => job.request?.id === request.id);
    if (known || finalIds.has(request.id)) return;
    const job = makeJob(request, request.name, request.params, request.by);
    const failed = (code: ErrorCode, message: string) =>
      end(job, { is: 'failed', error: { code, message }, answer: undefined });
    if (closed) {
      failed('board-not-open', 'the port is closed');
      return;
    }
    const declaration = findCommand(request.name);
    if (declaration === undefined) {
      failed('command-not-supported', `there is no command "${request.name}"`);
      return;
    }
    const wrong = checkParams(declaration, request.params);
    if (wrong !== undefined) {
      failed('command-bad-parameter', wrong);
      return;
    }
    const urgent = request.name === 'estop';
    if (urgent) {
      clearTheWay();
    } else if (waiting.length >= MOST_WAITING) {
      failed('command-queue-full', `${MOST_WAITING} commands wait for this board already`);
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
      const job = [...waiting, ...flying, ...resting].find((each) => each.request?.id === id);
      if (job === undefined) return;
      const message = waiting.includes(job) ? 'withdrawn before it was sent' : 'withdrawn; the board may have acted';
      end(job, { is: 'expired', error: { code: 'command-expired', message } });
      pump();
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
    pump,
    nextNumber,
    close(reason) {
      closed = true;
      for (const job of [...waiting, ...flying, ...resting]) {
        end(job, { is: 'failed', error: { code: 'board-not-open', message: reason }, answer: answerOf(job) });
      }
    },
  };
}
