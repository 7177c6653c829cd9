import type { Got } from '../live/raw-client.ts';
import { AGAIN_MS, SteadyClient } from './steady-client.ts';

/** A browser that holds the lease of boards and commands them: what it asked and heard nothing of, it asks again. */
export class TestCommander {
  readonly client: SteadyClient;
  /** Times that a lease it held was not its own any more. */
  leasesLost = 0;
  readonly #boards: readonly string[];
  readonly #fences = new Map<string, number>();
  /** What was asked and not answered, by command. */
  readonly #open = new Map<string, () => void>();
  readonly #byRid = new Map<number, (message: Got) => void>();

  constructor(name: string, ports: readonly number[], boards: readonly string[]) {
    this.#boards = boards;
    this.client = new SteadyClient(name, ports, {
      onUp: () => {
        for (const board of boards) this.#lease(board);
        for (const ask of this.#open.values()) ask();
      },
      onMessage: (message) => {
        if (message.t !== 'answer') return;
        this.#byRid.get(message.rid as number)?.(message);
        this.#byRid.delete(message.rid as number);
      },
    });
  }

  get holdsAll(): boolean {
    return this.#fences.size === this.#boards.length;
  }

  /** Resolves to the code of its refusal, or to undefined once it was taken. */
  command(board: string, id: string, deadlineMs = 20_000): Promise<string | undefined> {
    const deadline = Date.now() + deadlineMs;
    return new Promise((resolve) => {
      const ask = (): void =>
        this.#ask(
          (rid) => {
            const request = { id, board, name: 'status', params: {}, by: this.client.name, deadline };
            return { t: 'command', rid, request, fence: this.#fences.get(board) };
          },
          (answer) => {
            this.#open.delete(id);
            resolve(answer.ok === true ? undefined : (answer.error as { code: string }).code);
          },
        );
      this.#open.set(id, ask);
      ask();
    });
  }

  #lease(board: string): void {
    const action = this.#fences.has(board) ? 'renew' : 'take';
    this.#ask(
      (rid) => ({ t: 'lease', rid, board, action }),
      (answer) => {
        if (answer.ok === true) this.#fences.set(board, (answer.lease as { fence: number }).fence);
        else {
          const { code } = answer.error as { code: string };
          if (code === 'lease-missing' || code === 'lease-held') {
            this.leasesLost++;
            this.#fences.delete(board);
          }
          setTimeout(() => this.#lease(board), AGAIN_MS);
        }
      },
    );
  }

  #ask(make: (rid: number) => object, then: (answer: Got) => void): void {
    const rid = this.client.nextRid();
    this.#byRid.set(rid, then);
    this.client.send(make(rid));
  }
}
