import { type CommandUpdate, EMERGENCY_STOP, isFinal } from '../../src/contract/board-command.ts';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import { boardChannel, type ChannelName, type Cursor, type Gap } from '../../src/contract/channel.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId, CommandId } from '../../src/contract/ids.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import { fromHex } from '../../src/decode/hex.ts';
import { type RelayClock, shiftAt, shiftStatus, shiftTimes } from './relay-clock.ts';
import { piecesOf, recordMessages } from './relay-messages.ts';
import type { RelayQuestions } from './relay-questions.ts';
import type { RelaySocket } from './relay-socket.ts';
import type { Publication, UpstreamHost } from './upstream.ts';

/** A status goes out at most this often; the last one always does. */
const STATUS_EVERY_MS = 500;
/** The socket holds more than this: the channels wait in the hub, which has a bound and a policy. */
const SOCKET_BYTES = 2 * 1024 * 1024;
const SOCKET_RETRY_MS = 200;

/** Last words that are remembered per board; more than the relay asks for. */
const MAX_FINALS = 256;

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
  /** Commands under an older lease than this are late and refused. Of this connection: the relay says the rest again after it. */
  fence: number;
  /** Last words of commands: the relay, or its next server, may ask for one again. */
  readonly finals: Map<CommandId, CommandUpdate>;
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
      fence: 0,
      finals: new Map(),
      record: undefined,
      lastGap: new Map(),
    };
    this.#shares.set(board, fresh);
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

  async run(message: Extract<FromRelay, { t: 'run-command' | 'run-cancel' | 'run-write' }>): Promise<void> {
    const { host, clock } = this.#context;
    const board = message.t === 'run-command' ? message.request.board : message.board;
    const share = this.#shares.get(board);
    // What is not shared is not commanded, whatever the relay says.
    const stop = message.t === 'run-command' && message.request.name === EMERGENCY_STOP;
    const final = message.t === 'run-command' ? share?.finals.get(message.request.id) : undefined;
    if (final !== undefined) {
      // It was done, and the relay lost the word of it.
      this.#context.socket.send({ t: 'command-update', cursor: undefined, update: final });
      return;
    }
    if (share === undefined || (message.fence < share.fence && !stop)) {
      this.#context.onDrop('late-command');
      if (message.t === 'run-command') this.#refuse(message, 'the lease it came under has ended');
      return;
    }
    if (!stop) share.fence = Math.max(share.fence, message.fence);
    if (message.t === 'run-cancel') {
      await host.cancelCommand(board, message.id);
    } else if (message.t === 'run-write') {
      const outcome = await host.write(board, fromHex(message.hex), message.by);
      if (!outcome.ok) this.#context.onDrop(outcome.error.code);
    } else {
      const request = { ...message.request, deadline: message.request.deadline - clock.shiftMs };
      const outcome = await host.command(request);
      if (!outcome.ok) this.#refuse(message, outcome.error.message, outcome.error.code);
    }
  }

  close(): void {
    for (const share of this.#shares.values()) this.#stop(share);
    this.#shares.clear();
  }

  /** The hub did not take it, so its `commands` channel says nothing: we say why. */
  #refuse(message: Extract<FromRelay, { t: 'run-command' }>, text: string, code: ErrorCode = 'lease-missing'): void {
    const { deadline: _, ...command } = message.request;
    const error = { code, message: text };
    const at = this.#context.host.now() + this.#context.clock.shiftMs;
    const update: CommandUpdate = { ...command, at, state: { is: 'failed', error, answer: undefined } };
    this.#context.socket.send({ t: 'command-update', cursor: undefined, update });
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
    share.fence = 0;
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
        if (channel.endsWith('/commands')) this.#sendUpdates(share, epoch, from, moved);
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

  #sendUpdates(share: Share, epoch: string, from: number, records: readonly unknown[]): void {
    records.forEach((record, index) => {
      // The hub's own channel: it holds command updates and nothing else.
      const update = record as CommandUpdate;
      if (isFinal(update.state)) remember(share.finals, update);
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
    if (!this.#context.socket.send({ t: 'withdraw', board: share.board })) this.#toWithdraw.add(share.board);
    this.#context.host.setShare(share.board, { is: 'private' });
  }
}

function remember(finals: Map<CommandId, CommandUpdate>, update: CommandUpdate): void {
  finals.set(update.id, update);
  for (const oldest of finals.keys()) {
    if (finals.size <= MAX_FINALS) break;
    finals.delete(oldest);
  }
}
