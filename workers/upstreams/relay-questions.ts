import type { BoardLease } from '../../src/contract/board-status.ts';
import type { Cursor } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';

export interface RelayAnswer {
  readonly lease: BoardLease | undefined;
  readonly have: readonly { readonly channel: string; readonly cursor: Cursor }[] | undefined;
}

const ANSWER_MS = 5_000;

export const failed = (
  code: ErrorCode,
  message: string,
): { readonly ok: false; readonly error: { code: ErrorCode; message: string } } => ({
  ok: false,
  error: { code, message },
});

type Resolve = (outcome: Outcome<RelayAnswer>) => void;

/** Questions to the relay and their answers. Each ends within {@link ANSWER_MS} or with the connection. */
export class RelayQuestions {
  readonly #send: (message: ToRelay) => boolean;
  readonly #schedule: (ms: number, callback: () => void) => () => void;
  readonly #open = new Map<number, { readonly resolve: Resolve; readonly cancel: () => void }>();
  #lastRid = 0;

  constructor(send: (message: ToRelay) => boolean, schedule: (ms: number, callback: () => void) => () => void) {
    this.#send = send;
    this.#schedule = schedule;
  }

  nextRid(): number {
    return ++this.#lastRid;
  }

  ask(make: (rid: number) => ToRelay): Promise<Outcome<RelayAnswer>> {
    const rid = this.nextRid();
    return new Promise((resolve) => {
      const cancel = this.#schedule(ANSWER_MS, () =>
        this.#settle(rid, failed('relay-offline', 'the relay did not answer in time')),
      );
      this.#open.set(rid, { resolve, cancel });
      if (!this.#send(make(rid)))
        this.#settle(rid, failed('relay-offline', 'not connected to the relay now; nothing was sent'));
    });
  }

  /** False: nobody asked this. */
  answered(message: Extract<FromRelay, { t: 'answer' }>): boolean {
    const outcome: Outcome<RelayAnswer> = message.ok
      ? { ok: true, value: { lease: message.lease, have: message.have } }
      : { ok: false, error: message.error };
    return this.#settle(message.rid, outcome);
  }

  failAll(): void {
    for (const rid of [...this.#open.keys()]) this.#settle(rid, failed('relay-offline', 'the connection was lost'));
  }

  #settle(rid: number, outcome: Outcome<RelayAnswer>): boolean {
    const question = this.#open.get(rid);
    if (question === undefined) return false;
    this.#open.delete(rid);
    question.cancel();
    question.resolve(outcome);
    return true;
  }
}
