import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { failed, type RelayAnswer, type RelayQuestions } from './relay-questions.ts';

export interface RetriesContext {
  readonly questions: RelayQuestions;
  readonly isConnected: () => boolean;
  now(): EpochMs;
  schedule(ms: number, callback: () => void): () => void;
}

/** What an answer that never came means to whoever asked. */
export interface GivenUp {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Questions that are asked again after the connection came back, because asking them twice does no harm: a command has its id, a
 * cancellation and a release have done all they can. Each ends at its deadline.
 * ```text
 *  asked ──answer──▶ done
 *    │ ▲ (connected again)
 *    ▼ │
 *  died ──deadline──▶ given up: it may have been heard
 * ```
 */
export class RelayRetries {
  readonly #context: RetriesContext;
  /** Wakes those that wait for the connection. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(context: RetriesContext) {
    this.#context = context;
  }

  /** Without a connection it fails at once: then nothing was heard of it. */
  async ask(
    make: (rid: number) => ToRelay,
    deadline: EpochMs,
    givenUp: GivenUp,
  ): Promise<Outcome<RelayAnswer> & { readonly again?: boolean }> {
    const { questions, isConnected, now } = this.#context;
    if (!isConnected()) return questions.ask(make);
    for (let again = false; ; again = true) {
      const outcome = await questions.ask(make);
      if (outcome.ok || outcome.error.code !== 'relay-offline') return { ...outcome, again };
      if (!isConnected()) await this.#connected(deadline);
      if (this.#closed) return outcome;
      if (now() >= deadline) return failed(givenUp.code, givenUp.message);
    }
  }

  /** The relay welcomed us. */
  up(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  close(): void {
    this.#closed = true;
    this.up();
  }

  #connected(deadline: EpochMs): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#context.schedule(Math.max(0, deadline - this.#context.now()), wake);
      this.#waiting.add(wake);
    });
  }
}
