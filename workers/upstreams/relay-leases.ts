import type { BoardLease } from '../../src/contract/board-status.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import type { RelayClock } from './relay-clock.ts';
import type { RelayQuestions } from './relay-questions.ts';
import type { UpstreamHost } from './upstream.ts';

/** A renewal that nobody answered, or could decide. */
const RENEW_AGAIN_MS = 1_000;
/** A lease that was ours before we were here. */
const RENEW_FOUND_MS = 500;
/** Refusals after which a lease is not renewed any more. */
const LEASE_ENDED: ReadonlySet<ErrorCode> = new Set(['lease-missing', 'lease-held', 'not-allowed', 'no-such-board']);

export interface LeasesContext {
  readonly host: Pick<UpstreamHost, 'now' | 'schedule'>;
  readonly questions: RelayQuestions;
  readonly clock: Pick<RelayClock, 'shiftMs'>;
  /** Our public id. */
  readonly me: () => ClientId;
  /** Who commands a board, as far as we know. */
  readonly leaseOf: (board: BoardId) => BoardLease | undefined;
  /** We know it better than the last record: it was granted to us, and the channel tells so a moment later. */
  readonly onGranted: (board: BoardId, lease: BoardLease) => void;
  /** The same: nobody commands it, and no record may tell. */
  readonly onFree: (board: BoardId) => void;
}

/**
 * Our leases of boards of others: renewed until they are given back or over. What a record says of a lease may be older than what we
 * were answered; the fence tells.
 */
export class RelayLeases {
  readonly #context: LeasesContext;
  readonly #renewals = new Map<BoardId, () => void>();
  /** Granted to us, and not told on the channel yet: a record that comes late, from before, does not end it. */
  readonly #unseen = new Map<BoardId, BoardLease>();
  /** The fence of the last lease that we know to be over, whatever an older record says. */
  readonly #over = new Map<BoardId, number>();
  /** How long our leases last unless renewed, and how not to tell that one did. */
  readonly #lasting = new Map<BoardId, { readonly fence: number; readonly ms: number; readonly cancel: () => void }>();
  #isUp = false;

  constructor(context: LeasesContext) {
    this.#context = context;
  }

  /** The connection is there: nobody else may have taken them meanwhile. */
  up(): void {
    this.#isUp = true;
    for (const board of this.#renewals.keys()) void this.#renew(board);
  }

  down(): void {
    this.#isUp = false;
  }

  /** The fence of our lease, when we hold it. */
  fenceOf(board: BoardId): number | undefined {
    const lease = this.#context.leaseOf(board);
    return lease?.client === this.#context.me() ? lease.fence : undefined;
  }

  /** A lease that was granted to us: renewed until it is given back. */
  granted(board: BoardId, lease: BoardLease): void {
    const { host, clock, leaseOf, onGranted } = this.#context;
    const known = leaseOf(board)?.fence;
    // The channel was faster, and told how it ended.
    if ((known ?? 0) > lease.fence) return;
    // The channel tells the same a moment later; a command may come before it.
    if (known !== lease.fence) this.#unseen.set(board, lease);
    onGranted(board, lease);
    const wholeMs = lease.until - lease.since;
    const leftMs = lease.until - clock.shiftMs - host.now();
    this.#renewAfter(board, Math.max(500, Math.min(Math.max(1_000, wholeMs / 3), leftMs / 3)));
    const before = this.#lasting.get(board);
    before?.cancel();
    // Counted here, from its first grant: the clock of the board's server may be another one than that of ours.
    const ms = before?.fence === lease.fence ? before.ms : leftMs > 0 ? Math.min(wholeMs, leftMs) : wholeMs;
    const cancel = host.schedule(ms, () => this.#ranOut(board, lease.fence));
    this.#lasting.set(board, { fence: lease.fence, ms, cancel });
  }

  /** The relay may not have heard yet that we do not want it any more. */
  gaveBack(board: BoardId): void {
    const fence = this.fenceOf(board);
    if (fence !== undefined) this.#over.set(board, fence);
    this.#letGo(board);
  }

  /** A record as it came; with our lease in it, if that is newer. */
  read(record: SharedBoard): SharedBoard {
    const unseen = this.#unseen.get(record.id);
    if (unseen === undefined) return record;
    if ((record.lease?.fence ?? 0) < unseen.fence) return { ...record, lease: unseen };
    this.#unseen.delete(record.id);
    return record;
  }

  /** A record says whose lease it is. */
  told({ id, lease }: SharedBoard): void {
    if (lease?.client !== this.#context.me()) this.#letGo(id);
    // From before this page was loaded again.
    else if (!this.#renewals.has(id) && lease.fence !== this.#over.get(id)) this.#renewAfter(id, RENEW_FOUND_MS);
  }

  /** The board is gone. */
  forget(board: BoardId): void {
    this.#letGo(board);
    this.#over.delete(board);
  }

  close(): void {
    for (const board of [...this.#renewals.keys(), ...this.#lasting.keys()]) this.#letGo(board);
  }

  #letGo(board: BoardId): void {
    this.#renewals.get(board)?.();
    this.#renewals.delete(board);
    this.#unseen.delete(board);
    this.#lasting.get(board)?.cancel();
    this.#lasting.delete(board);
  }

  /** It was not renewed for as long as it lasts, because nobody could be asked. Who can be asked again may still know it. */
  #ranOut(board: BoardId, fence: number): void {
    this.#unseen.delete(board);
    if (this.fenceOf(board) === fence) this.#context.onFree(board);
  }

  #renewAfter(board: BoardId, ms: number): void {
    this.#renewals.get(board)?.();
    this.#renewals.set(
      board,
      this.#context.host.schedule(ms, () => void this.#renew(board)),
    );
  }

  async #renew(board: BoardId): Promise<void> {
    const outcome = await this.#context.questions.ask((rid) => ({ t: 'lease', rid, board, action: 'renew' }));
    if (!this.#renewals.has(board)) return;
    if (outcome.ok && outcome.value.lease) this.granted(board, outcome.value.lease);
    else if (!outcome.ok && LEASE_ENDED.has(outcome.error.code)) {
      // It ended, or is somebody else's now, which the channel tells; unless no record ever told of it.
      const isUnseen = this.#unseen.has(board);
      this.gaveBack(board);
      if (isUnseen) this.#context.onFree(board);
    }
    // Nobody could decide it: the board changes its server, or the servers lost each other. Offline: when the connection is back.
    else if (this.#isUp) this.#renewAfter(board, RENEW_AGAIN_MS);
  }
}
