import { type FailedAnswer, unavailable } from '../../../src/upstreams/mas/answer.ts';
import type { Out, ReadContext } from '../../../src/upstreams/out.ts';
import type { AdapterHost } from '../adapter.ts';
import type { PollLine, Verdict } from '../line.ts';
import type { MasTimings } from './socket-options.ts';

/** Commands follow each other fast when a person clears up; MAS counts every question. */
const RECHECK_MS = 3_000;

/** One list of MAS that is asked for again and again. */
export interface Question {
  readonly name: string;
  readonly path: string;
  readonly everyMs: number;
  /** Asked only while somebody looks at this part; undefined: always. */
  readonly part?: string;
}

/** What reads the answers. */
export interface SnapshotReader {
  answer(path: string, value: unknown, out: Out, context: ReadContext): boolean;
  failed(path: string, answer: FailedAnswer | undefined, why: string, out: Out, context: ReadContext): string;
}

/**
 * The lists of one upstream of MAS. MAS counts its questions (60 a minute, 1,000 an hour, for everybody behind one address), so each list
 * has a slow turn of its own, a failure waits for the next turn, and nobody but a reconnect or a person asks in between.
 */
export class Snapshots {
  readonly #host: AdapterHost;
  readonly #lines: readonly {
    readonly name: string;
    readonly path: string;
    readonly line: PollLine;
    readonly part: string | undefined;
  }[];
  /** When each was, or will be, asked because of a command. */
  readonly #rechecked = new Map<string, number>();
  readonly #refetchMs: number;
  #refetchedAt: number;

  constructor(host: AdapterHost, reader: SnapshotReader, questions: readonly Question[], timings: MasTimings) {
    this.#host = host;
    this.#refetchMs = timings.refetchMs;
    this.#refetchedAt = host.mono();
    this.#lines = questions.map((question) => ({
      name: question.name,
      path: question.path,
      line: pollOf(question, host, reader, timings),
      part: question.part,
    }));
  }

  start(): void {
    for (const { line, part } of this.#lines) if (part === undefined || this.#host.wanted(part)) line.start();
  }

  demand(part: string, wanted: boolean): void {
    for (const one of this.#lines) {
      if (one.part !== part) continue;
      if (wanted) one.line.start();
      else one.line.stop();
    }
  }

  /** A person changed something in this list: one question more, so that they see it. */
  askFor(name: string): void {
    for (const one of this.#lines) if (one.name === name) this.#recheck(one);
  }

  /** What is shown may have changed while nobody listened. False: it was asked a moment ago. */
  refetch(): boolean {
    const now = this.#host.mono();
    if (now - this.#refetchedAt < this.#refetchMs) return false;
    this.#refetchedAt = now;
    for (const { line } of this.#lines) line.ask();
    return true;
  }

  /** Something was commanded at `path`: the list it is in tells whether it is so. */
  recheck(path: string): void {
    for (const one of this.#lines) if (path === one.path || path.startsWith(`${one.path}/`)) this.#recheck(one);
  }

  /** Commands that follow each other fast share a question. */
  #recheck({ name, line }: { readonly name: string; readonly line: PollLine }): void {
    const now = this.#host.mono();
    const lastAt = this.#rechecked.get(name) ?? Number.NEGATIVE_INFINITY;
    // Its turn is already arranged.
    if (lastAt > now) return;
    const at = Math.max(now, lastAt + RECHECK_MS);
    this.#rechecked.set(name, at);
    if (at === now) line.ask();
    else this.#host.schedule(at - now, () => line.ask());
  }
}

function pollOf(question: Question, host: AdapterHost, reader: SnapshotReader, timings: MasTimings): PollLine {
  const { name, path } = question;
  const everyMs = question.everyMs * timings.scale;
  // An answer that was read and could not be used has been told by its reader, with a better reason than the connection has.
  let isTold = false;
  return host.poll({
    name,
    path,
    everyMs,
    staleMs: 2.5 * everyMs,
    silentMs: Number.POSITIVE_INFINITY,
    handshakeMs: 2 * timings.handshakeMs,
    ...(timings.backoff && { backoff: timings.backoff }),
    onAnswer: (value, out, { heldMs }) => {
      const isUsed = reader.answer(path, value, out, { ...host.context(), heldMs });
      isTold = !isUsed;
      return isUsed;
    },
    onFailure: (answer, why, out) => {
      if (!isTold) reader.failed(path, answer, why, out, host.context());
      isTold = false;
    },
    judge: (answer): Verdict => {
      const { why, retryAfterMs } = unavailable(answer);
      return answer.status < 400 ? undefined : { why, retryAfterMs: retryAfterMs ?? everyMs };
    },
  });
}
