import { randomBytes } from 'node:crypto';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { Bus } from '../bus/bus.ts';
import type { Audit } from './audit.ts';
import type { Boards } from './boards.ts';
import { type BoardRequest, boardOf, isStop, type Judge, type Judged, verbOf } from './judge.ts';
import type { Question } from './letters.ts';
import type { PendingStore } from './pending-store.ts';
import type { Post } from './post.ts';
import { readJudged } from './read-neighbours.ts';
import { appError, asCaller, type Caller, type Session } from './session.ts';

/** Takes what clients ask of a board to its home, here or at another server, and the decision back. */
export class Asking {
  readonly #bus: Pick<Bus, 'node' | 'health'>;
  readonly #boards: Boards;
  readonly #judge: Judge;
  readonly #post: Post;
  readonly #store: PendingStore;
  readonly #audit: Audit;

  constructor(parts: {
    readonly bus: Pick<Bus, 'node' | 'health'>;
    readonly boards: Boards;
    readonly judge: Judge;
    readonly post: Post;
    readonly store: PendingStore;
    readonly audit: Audit;
  }) {
    this.#bus = parts.bus;
    this.#boards = parts.boards;
    this.#judge = parts.judge;
    this.#post = parts.post;
    this.#store = parts.store;
    this.#audit = parts.audit;
  }

  /** Answers the client, once. */
  ask(session: Session, message: Exclude<BoardRequest, { t: 'withdraw' }>): void {
    const { rid } = message;
    const board = boardOf(message);
    const caller = asCaller(session);
    const answer = (judged: Judged): void =>
      session.send(
        judged.ok
          ? { t: 'answer', rid, ok: true, lease: judged.lease, have: undefined }
          : { t: 'answer', rid, ok: false, error: judged.error, retryAfterMs: judged.retryAfterMs },
      );
    if (!this.#boards.has(board)) answer(noSuchBoard(board));
    else if (mayAsk(session, message)) this.decide(caller, traced(message), answer);
    else {
      const error = appError('not-allowed', 'your role does not let you command it; ask for that of an operator');
      this.#audit.tell({ who: caller, what: verbOf(message), board, detail: {}, result: error.code });
      answer({ ok: false, error });
    }
  }

  /** Decides here, or asks the board's home. */
  decide(caller: Caller, request: BoardRequest, answer: (judged: Judged) => void): void {
    const board = boardOf(request);
    if (this.#boards.isHome(board)) {
      this.#judge.judge(caller, request, this.#bus.node, answer);
      return;
    }
    if (this.#bus.health().degraded !== undefined) {
      const error = appError(
        'bus-down',
        'this board is at another server, which cannot be reached now; nothing was sent',
      );
      answer({ ok: false, error, retryAfterMs: 1_000 });
      return;
    }
    this.#post.ask({
      body: { is: 'ask', caller, request } satisfies Question,
      route: () => (this.#boards.has(board) ? this.#boards.homeOf(board) : null),
      mayMove: request.t !== 'write',
      done: (judged) => answer(readJudged(judged) ?? this.#unanswered(request)),
    });
  }

  /** The home said nothing in time. What it was asked may have been done. */
  #unanswered(request: BoardRequest): Judged {
    const board = boardOf(request);
    const no = (code: ErrorCode, more: string): Judged => ({
      ok: false,
      error: appError(code, `the server that holds this board did not answer; ${more}`),
    });
    if (!this.#boards.has(board)) return noSuchBoard(board);
    if (request.t === 'write') return no('bus-down', 'the bytes may have been sent');
    if (request.t !== 'command') return no('bus-down', 'try again in a moment');
    const isKept = this.#store.has(board, request.request.id);
    return isKept ? { ok: true, lease: undefined } : no('command-timeout', 'the board may have acted');
  }
}

const noSuchBoard = (board: BoardId): Judged => ({
  ok: false,
  error: appError('no-such-board', `no board ${board} is shared here`),
});

/** A command can be followed from whoever asks to the board's answer: it has a trace, at the latest from here on. */
function traced(request: BoardRequest): BoardRequest {
  if (request.t !== 'command' || request.request.traceparent !== undefined) return request;
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return { ...request, request: { ...request.request, traceparent } };
}

/** Whoever sees a board may stop it; giving a lease back, or ending it on one's own board, needs no right to command. */
function mayAsk(session: Session, request: BoardRequest): boolean {
  if (request.t === 'lease' && (request.action === 'release' || request.action === 'take-back')) return true;
  return session.may(isStop(request) ? 'watch' : 'command', boardOf(request));
}
