import * as v from 'valibot';
import type { BoardLease, BoardShare } from '../../src/contract/board-status.ts';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import { type SharedBoard, sharedBoardSchema } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { type RelayClock, shiftStatus } from './relay-clock.ts';
import type { RelayQuestions } from './relay-questions.ts';
import { RelayReading } from './relay-reading.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { UpstreamHost } from './upstream.ts';

/** A short break is not shown as every remote board going away. */
const GONE_AFTER_MS = 2_000;
/** A renewal that nobody answered, or could decide. */
const RENEW_AGAIN_MS = 1_000;
/** A lease that was ours before we were here. */
const RENEW_FOUND_MS = 500;
/** Refusals after which a lease is not renewed any more. */
const LEASE_ENDED: ReadonlySet<ErrorCode> = new Set(['lease-missing', 'lease-held', 'not-allowed', 'no-such-board']);

export interface RemotesContext {
  readonly host: UpstreamHost;
  readonly socket: RelaySocket;
  readonly questions: RelayQuestions;
  readonly clock: RelayClock;
  /** Our public id; empty before the first welcome. */
  readonly me: () => ClientId;
  readonly onOwn: (record: SharedBoard) => void;
  readonly isOwn: (board: BoardId) => boolean;
  readonly onReceived: (records: number) => void;
  readonly onDrop: (reason: string, count?: number) => void;
}

/** Boards of other computers, and our leases of them. What flows on their channels is read by {@link RelayReading}. */
export class RelayRemotes {
  readonly #context: RemotesContext;
  readonly #boards = new Map<BoardId, SharedBoard>();
  readonly #reading: RelayReading;
  readonly #renewals = new Map<BoardId, () => void>();
  /** Granted to us, and not told on the channel yet: a record that comes late, from before, does not end it. */
  readonly #unseen = new Map<BoardId, BoardLease>();
  /** The fence of the last lease that we know to be over, whatever an older record says. */
  readonly #over = new Map<BoardId, number>();
  /** How long our leases last unless renewed, and how not to tell that one did. */
  readonly #lasting = new Map<BoardId, { readonly fence: number; readonly ms: number; readonly cancel: () => void }>();
  #cancelGone: () => void = () => undefined;
  /** All boards are shown as gone since, by the relay's clock. */
  #goneSince: EpochMs | undefined;
  #isUp = false;

  constructor(context: RemotesContext) {
    this.#context = context;
    this.#reading = new RelayReading({ ...context, isShared: (board) => this.#boards.has(board) });
  }

  up(): void {
    this.#isUp = true;
    this.#goneSince = undefined;
    this.#cancelGone();
    this.#context.socket.send({
      t: 'subscribe',
      id: this.#context.questions.nextRid(),
      channel: 'boards',
      since: undefined,
      rewind: undefined,
    });
    this.#reading.up();
    for (const board of this.#renewals.keys()) void this.#renew(board);
  }

  down(): void {
    // An attempt that failed does not make the break a younger one.
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#reading.down();
    // A record is by the relay's clock.
    const since = this.#context.host.now() + this.#context.clock.shiftMs;
    this.#cancelGone = this.#context.host.schedule(GONE_AFTER_MS, () => {
      this.#goneSince = since;
      for (const record of this.#boards.values()) this.#put(record);
    });
  }

  demand(channel: ChannelName, wanted: boolean, have: Cursor | undefined): void {
    this.#reading.demand(channel, wanted, have);
  }

  /** The relay refused a subscription. */
  refused(id: number): void {
    this.#reading.refused(id);
  }

  /** The fence of our lease, when we hold it. */
  fenceOf(board: BoardId): number | undefined {
    const lease = this.#boards.get(board)?.lease;
    return lease?.client === this.#context.me() ? lease.fence : undefined;
  }

  /** A lease that was granted to us: renewed until it is given back. */
  granted(board: BoardId, lease: BoardLease): void {
    const record = this.#boards.get(board);
    // The channel was faster, and told how it ended.
    if ((record?.lease?.fence ?? 0) > lease.fence) return;
    // The channel tells the same a moment later; a command may come before it.
    if (record?.lease?.fence !== lease.fence) this.#unseen.set(board, lease);
    if (record) this.#boards.set(board, { ...record, lease });
    const everyMs = Math.max(1_000, (lease.until - lease.since) / 3);
    const untilMs = lease.until - this.#context.clock.shiftMs - this.#context.host.now();
    this.#renewAfter(board, Math.max(500, Math.min(everyMs, untilMs / 3)));
    const before = this.#lasting.get(board);
    before?.cancel();
    // Counted here, from its first grant: the clock of the board's server may be another one than that of ours.
    const wholeMs = lease.until - lease.since;
    const ms = before?.fence === lease.fence ? before.ms : untilMs > 0 ? Math.min(wholeMs, untilMs) : wholeMs;
    const cancel = this.#context.host.schedule(ms, () => this.#ranOut(board, lease.fence));
    this.#lasting.set(board, { fence: lease.fence, ms, cancel });
  }

  /** Our lease, of which the relay may not have heard yet that we do not want it any more. */
  gaveBack(board: BoardId): void {
    const fence = this.fenceOf(board);
    if (fence !== undefined) this.#over.set(board, fence);
    this.#released(board);
  }

  #released(board: BoardId): void {
    this.#renewals.get(board)?.();
    this.#renewals.delete(board);
    this.#unseen.delete(board);
    this.#lasting.get(board)?.cancel();
    this.#lasting.delete(board);
  }

  message(message: Extract<FromRelay, { t: 'state' | 'events' | 'gap' | 'subscribed' | 'thinned' }>): void {
    if (message.t !== 'state') this.#reading.message(message);
    else if (message.channel === 'boards') this.#boardsChanged(message);
  }

  samples(buffer: ArrayBuffer): void {
    this.#reading.samples(buffer);
  }

  close(): void {
    this.#cancelGone();
    for (const cancel of this.#renewals.values()) cancel();
    this.#renewals.clear();
    for (const { cancel } of this.#lasting.values()) cancel();
    this.#lasting.clear();
    for (const board of this.#boards.keys()) this.#context.host.removeBoard(board);
    this.#boards.clear();
    this.#reading.close();
  }

  #boardsChanged(message: Extract<FromRelay, { t: 'state' }>): void {
    const seen = new Set<BoardId>();
    for (const [id, value] of message.puts) {
      const result = v.safeParse(sharedBoardSchema, value, { abortEarly: true });
      if (!result.success || result.output.id !== id) {
        this.#context.onDrop('bad-board');
        continue;
      }
      seen.add(id);
      this.#changed(result.output);
    }
    const gone = message.snapshot ? [...this.#boards.keys()].filter((id) => !seen.has(id)) : message.dels;
    for (const board of gone) this.#remove(board);
  }

  #changed(told: SharedBoard): void {
    if (told.owner.client === this.#context.me()) {
      this.#context.onOwn(told);
      return;
    }
    if (this.#context.isOwn(told.id)) return;
    const record = this.#withUnseen(told);
    this.#boards.set(record.id, record);
    const { lease } = record;
    if (lease?.client !== this.#context.me()) this.#released(record.id);
    // From before this page was loaded again.
    else if (!this.#renewals.has(record.id) && lease.fence !== this.#over.get(record.id))
      this.#renewAfter(record.id, RENEW_FOUND_MS);
    this.#put(record);
    this.#reading.appeared(record.id);
  }

  #withUnseen(record: SharedBoard): SharedBoard {
    const unseen = this.#unseen.get(record.id);
    if (unseen === undefined) return record;
    if ((record.lease?.fence ?? 0) < unseen.fence) return { ...record, lease: unseen };
    this.#unseen.delete(record.id);
    return record;
  }

  #put(record: SharedBoard): void {
    const { clock, host, me } = this.#context;
    const shiftMs = -clock.shiftMs;
    const status = shiftStatus(record.status, shiftMs);
    const lease = record.lease && {
      ...record.lease,
      since: record.lease.since + shiftMs,
      until: record.lease.until + shiftMs,
    };
    host.putBoard({
      ...status,
      path: { is: 'relay', client: record.owner.client, clientName: record.owner.name },
      phase:
        record.online && this.#goneSince === undefined
          ? status.phase
          : { is: 'gone', since: (this.#goneSince ?? record.since) + shiftMs },
      share: {
        is: 'shared',
        watchers: record.watchers,
        lease,
        mine: lease?.client === me(),
        lost: lostLease(lease, me()),
      },
    });
  }

  #remove(board: BoardId): void {
    if (!this.#boards.delete(board)) return;
    this.#released(board);
    this.#over.delete(board);
    this.#reading.disappeared(board);
    this.#context.host.removeBoard(board);
  }

  #renewAfter(board: BoardId, ms: number): void {
    this.#renewals.get(board)?.();
    this.#renewals.set(
      board,
      this.#context.host.schedule(ms, () => void this.#renew(board)),
    );
  }

  #ended(board: BoardId): void {
    const isUnseen = this.#unseen.has(board);
    this.gaveBack(board);
    // No record ever told of it, so none will tell that it is over.
    if (isUnseen) this.#showFree(board);
  }

  /** It was not renewed for as long as it lasts, because nobody could be asked. Who can be asked again may still know it. */
  #ranOut(board: BoardId, fence: number): void {
    this.#unseen.delete(board);
    if (this.fenceOf(board) === fence) this.#showFree(board);
  }

  #showFree(board: BoardId): void {
    const record = this.#boards.get(board);
    if (record === undefined) return;
    const free = { ...record, lease: undefined };
    this.#boards.set(board, free);
    this.#put(free);
  }

  async #renew(board: BoardId): Promise<void> {
    const outcome = await this.#context.questions.ask((rid) => ({ t: 'lease', rid, board, action: 'renew' }));
    if (!this.#renewals.has(board)) return;
    if (outcome.ok && outcome.value.lease) this.granted(board, outcome.value.lease);
    // It ended, or is somebody else's now, which the boards channel tells.
    else if (!outcome.ok && LEASE_ENDED.has(outcome.error.code)) this.#ended(board);
    // Nobody could decide it: the board changes its server, or the servers lost each other. Offline: when the connection is back.
    else if (this.#isUp) this.#renewAfter(board, RENEW_AGAIN_MS);
  }
}

/** Our lease was taken over by whoever has it now. */
function lostLease(lease: BoardLease | undefined, me: ClientId): Extract<BoardShare, { is: 'shared' }>['lost'] {
  if (lease?.takenFrom?.client !== me) return undefined;
  return { by: lease.name, reason: lease.takenFrom.reason, at: lease.since };
}
