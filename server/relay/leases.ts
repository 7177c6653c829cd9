import type { BoardLease } from '../../src/contract/board-status.ts';
import type { AppError } from '../../src/contract/error-codes.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayClient } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { appError, asClient, type Refusal } from './session.ts';

export interface LeaseOptions {
  /** A lease lasts this long unless renewed. */
  readonly leaseMs: number;
  /** It outlives its holder's connection by this much, so that a short break does not cost it. */
  readonly leaseGraceMs: number;
  /** After a take-over nobody else may take over for this long: two people do not tear a board to and fro. Default 3 s. */
  readonly takeOverGuardMs?: number | undefined;
}

type Granted =
  | { readonly ok: true; readonly lease: BoardLease }
  | { readonly ok: false; readonly error: AppError; readonly retryAfterMs?: number };

interface Held {
  readonly lease: BoardLease;
  /** The server through which its holder asked last; undefined: not known since the board changed its home. */
  readonly via: NodeId | undefined;
  readonly cancel: () => void;
}

const TAKE_OVER_GUARD_MS = 3_000;

/**
 * Who may command a board: one at a time, for a while. Kept in the board's record, so that it outlives the board's home.
 * ```text
 *            take                      release · take-back · expiry · owner gone
 *  free ───────────▶ held(fence = n) ─────────────────────────────────────────▶ free (the next fence is greater)
 *                     │      ▲ renew (same client: until moves on, fence stays)
 *                     ├──────┘
 *                     └─ take-over(reason) ─▶ held by another(fence > n, takenFrom)   not within takeOverGuardMs of the last one
 * ```
 */
export class Leases {
  readonly #options: LeaseOptions;
  readonly #clock: Clock;
  readonly #held = new Map<BoardId, Held>();
  /** The last fence of any board here; outlives leases and boards, so that a fence is never given twice. */
  #lastFence = 0;
  readonly #onChange: (board: BoardId) => void;
  /** A lease ran out by itself. */
  onExpired: (board: BoardId, lease: BoardLease) => void = () => undefined;

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

  get lastFence(): number {
    return this.#lastFence;
  }

  /** A board came from another home, with its lease. `fence`: the last one that was given there. */
  restore(board: BoardId, lease: BoardLease | undefined, fence: number): void {
    this.#lastFence = Math.max(this.#lastFence, fence, lease?.fence ?? 0);
    if (lease !== undefined && lease.until > this.#clock.now())
      this.#keep(board, { ...lease, until: this.#inTime(lease.until) }, undefined);
  }

  /** The clock of another server may be ahead of ours: no lease lasts longer for that. */
  #inTime(until: EpochMs): EpochMs {
    return Math.min(until, this.#clock.now() + this.#options.leaseMs);
  }

  /** Another server thought that it was this board's home, and renewed its lease there: that holds, if it is still the same one here. */
  takeUp(board: BoardId, lease: BoardLease | undefined, fence: number): void {
    this.#lastFence = Math.max(this.#lastFence, fence);
    const held = this.of(board);
    if (held !== undefined && lease?.fence === held.fence && lease.until > held.until)
      this.#hold(board, { ...held, until: this.#inTime(lease.until) }, undefined);
  }

  take(board: BoardId, by: RelayClient, via?: NodeId): Granted {
    const now = this.#clock.now();
    const held = this.of(board);
    if (held !== undefined && held.client !== by.client)
      return { ok: false, error: appError('lease-held', `${held.name} commands this board now`) };
    const until = now + this.#options.leaseMs;
    const lease: BoardLease = held
      ? { ...held, name: by.name, until }
      : { ...asClient(by), since: now, until, fence: ++this.#lastFence };
    this.#hold(board, lease, via);
    return { ok: true, lease };
  }

  renew(board: BoardId, by: RelayClient, via?: NodeId): Granted {
    if (this.of(board)?.client !== by.client)
      return { ok: false, error: appError('lease-missing', 'the lease of this board ran out or was taken back') };
    return this.take(board, by, via);
  }

  /** Ends another's lease and takes it. Whoever holds it already has only renewed it. */
  takeOver(board: BoardId, by: RelayClient, reason: string, via?: NodeId): Granted {
    const now = this.#clock.now();
    const held = this.of(board);
    if (held === undefined || held.client === by.client) return this.take(board, by, via);
    const guardMs = this.#options.takeOverGuardMs ?? TAKE_OVER_GUARD_MS;
    const retryAfterMs = held.takenFrom === undefined ? 0 : held.since + guardMs - now;
    if (retryAfterMs > 0)
      return {
        ok: false,
        error: appError('lease-held', `${held.name} took this board over a moment ago`),
        retryAfterMs,
      };
    const lease: BoardLease = {
      ...asClient(by),
      since: now,
      until: now + this.#options.leaseMs,
      fence: ++this.#lastFence,
      takenFrom: { client: held.client, name: held.name, reason },
    };
    this.#hold(board, lease, via);
    return { ok: true, lease };
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

  /** Ends a lease whoever holds it (owner takes back, board gone). Returns the one that ended. */
  end(board: BoardId): BoardLease | undefined {
    const held = this.#held.get(board);
    if (held === undefined) return undefined;
    this.drop(board);
    this.#onChange(board);
    return held.lease;
  }

  /** Lets go without a word: the board has another home now. */
  drop(board: BoardId): void {
    this.#held.get(board)?.cancel();
    this.#held.delete(board);
  }

  /** The holder's connection to that server is gone: leases that were last asked for through it end soon. */
  shorten(client: ClientId, via?: NodeId): void {
    this.#shorten((held) => held.lease.client === client && (held.via ?? via) === via);
  }

  /** A server is gone, and with it the connections of everybody who was there. */
  shortenAllOf(node: NodeId): void {
    this.#shorten((held) => held.via === node);
  }

  close(): void {
    for (const board of [...this.#held.keys()]) this.drop(board);
  }

  #shorten(matches: (held: Held) => boolean): void {
    const until = this.#clock.now() + this.#options.leaseGraceMs;
    for (const [board, held] of [...this.#held])
      if (matches(held) && held.lease.until > until) this.#hold(board, { ...held.lease, until }, held.via);
  }

  #hold(board: BoardId, lease: BoardLease, via: NodeId | undefined): void {
    this.#keep(board, lease, via);
    this.#onChange(board);
  }

  #keep(board: BoardId, lease: BoardLease, via: NodeId | undefined): void {
    this.#held.get(board)?.cancel();
    const cancel = this.#clock.schedule(Math.max(0, lease.until - this.#clock.now()), () => {
      this.end(board);
      this.onExpired(board, lease);
    });
    this.#held.set(board, { lease, via, cancel });
  }
}
