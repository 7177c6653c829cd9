import * as v from 'valibot';
import type { BoardLease, BoardShare } from '../../src/contract/board-status.ts';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import { type SharedBoard, sharedBoardSchema } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { type RelayClock, shiftStatus } from './relay-clock.ts';
import { RelayLeases } from './relay-leases.ts';
import type { RelayQuestions } from './relay-questions.ts';
import { againMs, RelayReading } from './relay-reading.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { UpstreamHost } from './upstream.ts';

/** A short break is not shown as every remote board going away. */
const GONE_AFTER_MS = 2_000;
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
  readonly #leases: RelayLeases;
  #cancelGone: () => void = () => undefined;
  /** All boards are shown as gone since, by the relay's clock. */
  #goneSince: EpochMs | undefined;
  #isUp = false;
  /** Of the last subscription to the list of boards. */
  #boardsId = 0;
  #cancelAgain: () => void = () => undefined;

  constructor(context: RemotesContext) {
    this.#context = context;
    this.#reading = new RelayReading({ ...context, isShared: (board) => this.#boards.has(board) });
    this.#leases = new RelayLeases({
      ...context,
      leaseOf: (board) => this.#boards.get(board)?.lease,
      onGranted: (board, lease) => this.#setLease(board, lease),
      onFree: (board) => {
        const record = this.#setLease(board, undefined);
        if (record !== undefined) this.#put(record);
      },
    });
  }

  up(): void {
    this.#isUp = true;
    this.#goneSince = undefined;
    this.#cancelGone();
    this.#subscribe();
    this.#reading.up();
    this.#leases.up();
  }

  down(): void {
    // An attempt that failed does not make the break a younger one.
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#cancelAgain();
    this.#leases.down();
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
  refused(id: number, retryAfterMs: number | undefined): void {
    if (id !== this.#boardsId) this.#reading.refused(id, retryAfterMs);
    else if (retryAfterMs !== undefined) {
      this.#cancelAgain();
      this.#cancelAgain = this.#context.host.schedule(againMs(retryAfterMs), () => this.#subscribe());
    }
  }

  /** The fence of our lease, when we hold it. */
  fenceOf(board: BoardId): number | undefined {
    return this.#leases.fenceOf(board);
  }

  granted(board: BoardId, lease: BoardLease): void {
    this.#leases.granted(board, lease);
  }

  gaveBack(board: BoardId): void {
    this.#leases.gaveBack(board);
  }

  message(message: Extract<FromRelay, { t: 'state' | 'events' | 'gap' | 'subscribed' | 'thinned' }>): void {
    if (message.t === 'state' && message.channel === 'boards') this.#boardsChanged(message);
    else this.#reading.message(message);
  }

  samples(buffer: ArrayBuffer): void {
    this.#reading.samples(buffer);
  }

  close(): void {
    this.#cancelGone();
    this.#cancelAgain();
    this.#leases.close();
    for (const board of this.#boards.keys()) this.#context.host.removeBoard(board);
    this.#boards.clear();
    this.#reading.close();
  }

  #subscribe(): void {
    const { questions, socket } = this.#context;
    this.#boardsId = questions.nextRid();
    socket.send({ t: 'subscribe', id: this.#boardsId, channel: 'boards', since: undefined, rewind: undefined });
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
    const record = this.#leases.read(told);
    this.#boards.set(record.id, record);
    this.#leases.told(record);
    this.#put(record);
    this.#reading.appeared(record.id);
  }

  #setLease(board: BoardId, lease: BoardLease | undefined): SharedBoard | undefined {
    const record = this.#boards.get(board);
    if (record === undefined) return undefined;
    const changed = { ...record, lease };
    this.#boards.set(board, changed);
    return changed;
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
    this.#leases.forget(board);
    this.#reading.disappeared(board);
    this.#context.host.removeBoard(board);
  }
}

/** Our lease was taken over by whoever has it now. */
function lostLease(lease: BoardLease | undefined, me: ClientId): Extract<BoardShare, { is: 'shared' }>['lost'] {
  if (lease?.takenFrom?.client !== me) return undefined;
  return { by: lease.name, reason: lease.takenFrom.reason, at: lease.since };
}
