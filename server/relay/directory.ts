import type { Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Bus, NodeId, Opened, StateChannel } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import { atOurTime, readRecord } from './read-neighbours.ts';

/** A board's record as servers keep it on the channel `boards`; clients read the part of it that is a {@link SharedBoard}. */
export interface BoardRecord extends SharedBoard {
  /** The server that alone decides about this board and writes this record; empty: it left, and another is to take the board over. */
  readonly home: NodeId;
  /** The server that left, while `home` is empty. */
  readonly left?: NodeId | undefined;
  /** Grows with every change of home: of two servers that both think they are it, the one with the higher term is. */
  readonly term: number;
  /** The last fence that its home gave to anybody: the next home begins after it. */
  readonly fence: number;
  /** The owner's life that is or was connected last (`offer.life`). */
  readonly life?: string | undefined;
  /** When its home put it here, by its home's clock. */
  readonly at?: EpochMs | undefined;
}

/** All shared boards, whichever server is their home: this server's copy of the state channel `boards`. */
export class Directory {
  readonly #bus: Bus;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #records = new Map<BoardId, BoardRecord>();
  #opened: Opened<StateChannel> | undefined;
  #cursor: Cursor | undefined;
  #stop: () => void = () => undefined;
  /** Records that are none. */
  unreadable = 0;
  /** A record is new, changed or gone. */
  onChange: (board: BoardId, record: BoardRecord | undefined) => void = () => undefined;

  /** The bus began anew, perhaps with less or with older records than it had: what is ours is to be told again. */
  onAnew: () => void = () => undefined;

  constructor(bus: Bus, clock: Pick<Clock, 'now'>) {
    this.#bus = bus;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#opened = await this.#bus.openState('boards');
    this.#stop = this.#opened.channel.onChange(() => this.#read());
    this.#read();
  }

  get(board: BoardId): BoardRecord | undefined {
    return this.#records.get(board);
  }

  /** Deleted by this server; the bus says the same a moment later. */
  forget(board: BoardId): void {
    this.#records.delete(board);
  }

  get size(): number {
    return this.#records.size;
  }

  all(): Iterable<BoardRecord> {
    return this.#records.values();
  }

  /** Of the record's last change, for `ifOffset`; undefined when it is gone, even if {@link onChange} did not say so yet. */
  offsetOf(board: BoardId): number | undefined {
    const channel = this.#opened?.channel;
    return channel?.get(board) === undefined ? undefined : channel.offsetOf(board);
  }

  close(): void {
    this.#stop();
    this.#opened?.close();
  }

  /** Reads the same frames as clients do, so that each change is parsed once, however many boards there are. */
  #read(): void {
    const channel = this.#opened?.channel;
    if (channel === undefined) return;
    let isAnew = false;
    for (let paging = false; ; paging = true) {
      const frame = channel.changesSince(this.#cursor, paging);
      if (frame === undefined) break;
      const message: Extract<FromRelay, { t: 'state' }> = JSON.parse(payloadOf(frame).toString());
      isAnew ||= message.snapshot && this.#cursor !== undefined;
      this.#cursor = message.cursor;
      this.#take(message);
    }
    if (isAnew) this.onAnew();
  }

  #take(message: Extract<FromRelay, { t: 'state' }>): void {
    const gone = new Set<BoardId>(message.snapshot ? this.#records.keys() : message.dels);
    const changed: BoardRecord[] = [];
    for (const [board, raw] of message.puts) {
      const put = readRecord(board, raw);
      if (put === undefined) {
        // Whoever is its home hears that it is gone, and puts it there again.
        this.unreadable++;
        gone.add(board);
        continue;
      }
      gone.delete(board);
      // How old those of a snapshot are, nobody knows.
      const record = message.snapshot ? put : atOurTime(put, this.#clock.now());
      this.#records.set(board, record);
      changed.push(record);
    }
    for (const board of gone) this.#records.delete(board);
    for (const board of gone) this.onChange(board, undefined);
    for (const record of changed) this.onChange(record.id, record);
  }
}
