import { type CommandUpdate, isFinal } from '../../src/contract/board-command.ts';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import { boardChannel, type ChannelName, type Cursor, type Gap } from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import { type RelayClock, shiftAt, shiftStatus, shiftTimes } from './relay-clock.ts';
import { piecesOf, recordMessages } from './relay-messages.ts';
import type { RelayOrders } from './relay-orders.ts';
import type { RelayQuestions } from './relay-questions.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { Publication, UpstreamHost } from './upstream.ts';

/** A status goes out at most this often; the last one always does. */
const STATUS_EVERY_MS = 500;
/** The socket holds more than this: the channels wait in the hub, which has a bound and a policy. */
const SOCKET_BYTES = 2 * 1024 * 1024;
const SOCKET_RETRY_MS = 200;

const PARTS = ['telemetry', 'console', 'commands'] as const;

interface Share {
  readonly board: BoardId;
  status: BoardStatus;
  /** The relay took it on this connection. */
  taken: boolean;
  dirty: boolean;
  cancelStatus: (() => void) | undefined;
  cancelRetry: (() => void) | undefined;
  readonly taps: Map<ChannelName, () => void>;
  /** How far each channel was sent, by the hub's cursors. */
  readonly sent: Map<ChannelName, Cursor>;
  /** What the relay says of it, which may come before its answer to our offer. */
  record: SharedBoard | undefined;
  /** The last gap that was sent on each channel since its last record: a tap that was paused tells it again. */
  readonly lastGap: Map<ChannelName, Gap>;
}

export interface SharesContext {
  readonly host: UpstreamHost;
  readonly socket: RelaySocket;
  readonly questions: RelayQuestions;
  readonly clock: RelayClock;
  readonly orders: RelayOrders;
  readonly onSent: (records: number) => void;
  readonly onDrop: (reason: string) => void;
}

/** Boards of this browser that others may see: their status, their data, and commands for them. */
export class RelayShares {
  readonly #context: SharesContext;
  readonly #shares = new Map<BoardId, Share>();
  /** Stopped being shared while the relay was away: it is told when it is back. */
  readonly #toWithdraw = new Set<BoardId>();
  #live = false;

  constructor(context: SharesContext) {
    this.#context = context;
  }

  has(board: BoardId): boolean {
    return this.#shares.has(board);
  }

  offer(board: BoardId, status: BoardStatus | undefined): void {
    const share = this.#shares.get(board);
    if (status === undefined) {
      if (share) this.#withdraw(share);
      return;
    }
    if (share) {
      share.status = status;
      share.dirty = true;
      if (share.taken) this.#statusSoon(share);
      return;
    }
    const fresh: Share = {
      board,
      status,
      taken: false,
      dirty: false,
      cancelStatus: undefined,
      cancelRetry: undefined,
      taps: new Map(),
      sent: new Map(),
      record: undefined,
      lastGap: new Map(),
    };
    this.#shares.set(board, fresh);
    this.#context.orders.share(board);
    this.#toWithdraw.delete(board);
    if (this.#live) void this.#claim(fresh);
    else this.#context.host.setShare(board, { is: 'offered', reason: 'the relay cannot be reached now' });
  }

  up(): void {
    this.#live = true;
    for (const board of this.#toWithdraw) this.#context.socket.send({ t: 'withdraw', board });
    this.#toWithdraw.clear();
    for (const share of this.#shares.values()) void this.#claim(share);
  }

  down(reason: string): void {
    this.#live = false;
    for (const share of this.#shares.values()) {
      this.#stop(share);
      this.#context.host.setShare(share.board, { is: 'offered', reason });
    }
  }

  /** The relay's record of one of ours. */
  record(record: SharedBoard): void {
    const share = this.#shares.get(record.id);
    if (share === undefined) return;
    share.record = record;
    if (share.taken) this.#tellShare(share);
  }

  #tellShare({ board, record }: Share): void {
    const shiftMs = this.#context.clock.shiftMs;
    const lease = record?.lease && {
      ...record.lease,
      since: record.lease.since - shiftMs,
      until: record.lease.until - shiftMs,
    };
    this.#context.host.setShare(board, { is: 'shared', watchers: record?.watchers ?? [], lease, mine: false });
  }

  close(): void {
    for (const share of this.#shares.values()) this.#stop(share);
    this.#shares.clear();
  }

  async #claim(share: Share): Promise<void> {
    const { host, questions, clock } = this.#context;
    share.dirty = false;
    const status = shiftStatus(share.status, clock.shiftMs);
    const { life } = host;
    const outcome = await questions.ask((rid) => ({ t: 'offer', rid, board: share.board, status, life }));
    if (this.#shares.get(share.board) !== share || !this.#live) return;
    if (!outcome.ok) {
      host.setShare(share.board, { is: 'offered', reason: outcome.error.message });
      share.cancelRetry = host.schedule(10_000, () => void this.#claim(share));
      return;
    }
    share.taken = true;
    this.#context.orders.taken(share.board);
    share.lastGap.clear();
    share.sent.clear();
    for (const { channel, cursor } of outcome.value.have ?? []) share.sent.set(channel, cursor);
    this.#tellShare(share);
    for (const part of PARTS) this.#tap(share, boardChannel(share.board, part));
    if (share.dirty) this.#statusSoon(share);
  }

  #statusSoon(share: Share): void {
    if (share.cancelStatus) return;
    const send = (): void => {
      share.dirty = false;
      const rid = this.#context.questions.nextRid();
      const status = shiftStatus(share.status, this.#context.clock.shiftMs);
      const { life } = this.#context.host;
      this.#context.socket.send({ t: 'offer', rid, board: share.board, status, life });
    };
    send();
    share.cancelStatus = this.#context.host.schedule(STATUS_EVERY_MS, () => {
      share.cancelStatus = undefined;
      if (share.dirty) this.#statusSoon(share);
    });
  }

  #tap(share: Share, channel: ChannelName): void {
    share.taps.get(channel)?.();
    share.taps.set(
      channel,
      this.#context.host.tap(channel, share.sent.get(channel), (publication) => this.#send(share, publication)),
    );
  }

  #send(share: Share, publication: Publication): void {
    const { channel } = publication;
    const { socket, clock } = this.#context;
    switch (publication.t) {
      case 'events': {
        const { epoch, from, records } = publication;
        const moved = records.map((record) => shiftAt(record, clock.shiftMs));
        if (channel.endsWith('/commands')) this.#sendUpdates(epoch, from, moved);
        else for (const text of recordMessages(channel, epoch, from, moved)) socket.sendText(text);
        share.sent.set(channel, { epoch, offset: from + records.length });
        share.lastGap.delete(channel);
        this.#context.onSent(records.length);
        break;
      }
      case 'samples': {
        const batch = decodeSampleBatch(publication.buffer);
        shiftTimes(batch.times, clock.shiftMs);
        for (const piece of piecesOf(publication.buffer)) socket.sendSamples(piece);
        share.sent.set(channel, { epoch: batch.epoch, offset: batch.offset + batch.times.length });
        share.lastGap.delete(channel);
        this.#context.onSent(batch.times.length);
        break;
      }
      case 'gap': {
        const { gap } = publication;
        if (share.lastGap.get(channel) === gap) break;
        share.lastGap.set(channel, gap);
        const moved = { ...gap, fromMs: gap.fromMs + clock.shiftMs, toMs: gap.toMs + clock.shiftMs };
        socket.send({ t: 'gap', channel, gap: moved });
        break;
      }
      case 'state':
        break;
    }
    if (socket.bufferedAmount > SOCKET_BYTES) this.#pause(share, channel);
  }

  #sendUpdates(epoch: string, from: number, records: readonly unknown[]): void {
    records.forEach((record, index) => {
      // The hub's own channel: it holds command updates and nothing else.
      const update = record as CommandUpdate;
      if (isFinal(update.state)) this.#context.orders.ended(update);
      this.#context.socket.send({ t: 'command-update', cursor: { epoch, offset: from + index }, update });
    });
  }

  /** The uplink is slower than the board: the rest waits in the hub until the socket is empty again. */
  #pause(share: Share, channel: ChannelName): void {
    const { host, socket } = this.#context;
    share.taps.get(channel)?.();
    let cancel = host.schedule(SOCKET_RETRY_MS, retry);
    const tap = (): void => this.#tap(share, channel);
    function retry(): void {
      if (socket.bufferedAmount < SOCKET_BYTES / 4) tap();
      else cancel = host.schedule(SOCKET_RETRY_MS, retry);
    }
    share.taps.set(channel, () => cancel());
  }

  #stop(share: Share): void {
    share.taken = false;
    share.record = undefined;
    for (const stop of share.taps.values()) stop();
    share.taps.clear();
    share.cancelStatus?.();
    share.cancelStatus = undefined;
    share.cancelRetry?.();
    share.cancelRetry = undefined;
  }

  #withdraw(share: Share): void {
    this.#stop(share);
    this.#shares.delete(share.board);
    this.#context.orders.unshare(share.board);
    if (!this.#context.socket.send({ t: 'withdraw', board: share.board })) this.#toWithdraw.add(share.board);
    this.#context.host.setShare(share.board, { is: 'private' });
  }
}
