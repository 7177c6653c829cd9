import type { BoardLease } from '../../src/contract/board-status.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { Clock } from '../clock.ts';
import { appError, type Refusal } from './session.ts';

export interface LeaseOptions {
  /** A lease lasts this long unless renewed. */
  readonly leaseMs: number;
  /** It outlives its holder's connection by this much, so that a short break does not cost it. */
  readonly leaseGraceMs: number;
}

type Granted = { readonly ok: true; readonly lease: BoardLease } | { readonly ok: false; readonly error: AppError };

/**
 * Who may command a board: one at a time, for a while.
 * ```text
 *            take                      release · take-back · expiry · board gone
 *  free ───────────▶ held(fence = n) ─────────────────────────────────────────▶ free (the next fence is n + 1)
 *                     │      ▲ renew (same client: until moves on, fence stays)
 *                     └──────┘
 * ```
 */
export class Leases {
  readonly #options: LeaseOptions;
  readonly #clock: Clock;
  readonly #onChange: (board: BoardId) => void;
  readonly #held = new Map<BoardId, { readonly lease: BoardLease; readonly cancel: () => void }>();
  /** The last fence of each board; outlives its leases, and the board itself, so that a fence is never given twice. */
  #lastFence = 0;

  constructor(options: LeaseOptions, clock: Clock, onChange: (board: BoardId) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#onChange = onChange;
    // Later than every fence of an earlier life of this server.
    this.#lastFence = clock.now();
  }

  of(board: BoardId): BoardLease | undefined {
    const lease = this.#held.get(board)?.lease;
    return lease !== undefined && lease.until > this.#clock.now() ? lease : undefined;
  }

  get size(): number {
    return this.#held.size;
  }

  take(board: BoardId, by: RelayClient): Granted {
    const now = this.#clock.now();
    const held = this.of(board);
    if (held !== undefined && held.client !== by.client)
      return { ok: false, error: appError('lease-held', `${held.name} commands this board now`) };
    const fence = held?.fence ?? ++this.#lastFence;
    const lease: BoardLease = { ...by, since: held?.since ?? now, until: now + this.#options.leaseMs, fence };
    this.#hold(board, lease);
    return { ok: true, lease };
  }

  renew(board: BoardId, by: RelayClient): Granted {
    if (this.of(board)?.client !== by.client)
      return { ok: false, error: appError('lease-missing', 'the lease of this board ran out or was taken back') };
    return this.take(board, by);
  }

  release(board: BoardId, by: ClientId): Refusal {
    if (this.of(board)?.client !== by) return appError('lease-missing', 'you do not hold the lease of this board');
    this.end(board);
    return undefined;
  }

  /** Whether this client may command now. */
  check(board: BoardId, by: ClientId, fence: number | undefined): Refusal {
    const held = this.of(board);
    if (held === undefined) return appError('lease-missing', 'take the lease of this board first');
    if (held.client !== by) return appError('lease-held', `${held.name} commands this board now`);
    if (held.fence !== fence) return appError('lease-missing', 'this lease ran out; take it again');
    return undefined;
  }

  /** Ends a lease whoever holds it (owner takes back, board gone). */
  end(board: BoardId): void {
    const held = this.#held.get(board);
    if (held === undefined) return;
    held.cancel();
    this.#held.delete(board);
    this.#onChange(board);
  }

  /** The holder's connection is gone: its leases end soon. */
  shorten(client: ClientId): void {
    const until = this.#clock.now() + this.#options.leaseGraceMs;
    for (const [board, { lease }] of [...this.#held]) {
      if (lease.client === client && lease.until > until) this.#hold(board, { ...lease, until });
    }
  }

  close(): void {
    for (const { cancel } of this.#held.values()) cancel();
    this.#held.clear();
  }

  #hold(board: BoardId, lease: BoardLease): void {
    this.#held.get(board)?.cancel();
    const cancel = this.#clock.schedule(Math.max(0, lease.until - this.#clock.now()), () => this.end(board));
    this.#held.set(board, { lease, cancel });
    this.#onChange(board);
  }
}
