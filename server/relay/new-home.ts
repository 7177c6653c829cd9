import * as v from 'valibot';
import { commandUpdateSchema } from '../../src/contract/board-records-schema.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { Bus } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import { WIRE_PARTS } from './board-entry.ts';
import type { Boards } from './boards.ts';
import type { RelayedCommands } from './commands.ts';
import type { BoardRecord } from './directory.ts';
import type { Leases } from './leases.ts';
import type { PendingCommand } from './pending-store.ts';

/** What a home says when another server, to which the owner is connected now, asks for the board. */
export interface Yielded {
  readonly record: BoardRecord;
  readonly pending: readonly PendingCommand[];
  readonly sources: readonly (readonly [ChannelName, Cursor])[];
}

export type Before = Pick<BoardRecord, 'status' | 'owner' | 'online' | 'since' | 'lease' | 'fence' | 'life'>;

/** Makes this server the home of a board: record, lease, commands and the owner's cursors go on from where they were. */
export class NewHome {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #boards: Boards;
  readonly #leases: Leases;
  readonly #commands: RelayedCommands;
  /** Boards that are becoming ours, one change at a time. */
  readonly #changes = new Map<BoardId, Promise<void>>();
  /** What was asked of another home while the board was becoming ours is ours to answer now. */
  onDone: () => void = () => undefined;

  constructor(parts: {
    readonly bus: Bus;
    readonly clock: Clock;
    readonly boards: Boards;
    readonly leases: Leases;
    readonly commands: RelayedCommands;
  }) {
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#boards = parts.boards;
    this.#leases = parts.leases;
    this.#commands = parts.commands;
  }

  /** While a board is becoming ours. */
  underWay(board: BoardId): Promise<void> | undefined {
    return this.#changes.get(board);
  }

  run(board: BoardId, how: () => Promise<void>): void {
    this.#changes.set(
      board,
      how().finally(() => {
        this.#changes.delete(board);
        this.onDone();
      }),
    );
  }

  /** Its owner is away as long as nobody says otherwise. */
  async begin(board: BoardId, before: Before, term: number, yielded?: Yielded): Promise<void> {
    const sources = await this.sourcesOf(board);
    for (const [channel, cursor] of yielded?.sources ?? []) sources.set(channel, cursor);
    const since = before.online ? this.#clock.now() : before.since;
    const { status, owner, life } = before;
    this.#leases.restore(board, before.lease, before.fence);
    this.#commands.restore(board, yielded?.pending);
    this.#boards.begin({ id: board, status, owner, since, life, term, sources });
    if (this.#commands.pendingOf(board).length > 0) await this.#readLastWords(board);
  }

  /** The board stayed ours while another server thought that it was its own: what was asked, granted and said there goes on here. */
  async takeUp(board: BoardId, { lease, fence }: Pick<BoardRecord, 'lease' | 'fence'>): Promise<void> {
    this.#leases.takeUp(board, lease, fence);
    this.#commands.restore(board);
    if (this.#commands.pendingOf(board).length > 0) await this.#readLastWords(board);
  }

  /** How far each channel of a board has come by its owner's cursors, as the bus knows it. */
  async sourcesOf(board: BoardId): Promise<Map<ChannelName, Cursor>> {
    const channels = WIRE_PARTS.map((part) => boardChannel(board, part));
    const cursors = await Promise.all(channels.map((channel) => this.#bus.sourceOf(channel)));
    return new Map(channels.flatMap((channel, index) => (cursors[index] ? [[channel, cursors[index]]] : [])));
  }

  /** Its last home may have died between publishing a last word and noting that it did. */
  async #readLastWords(board: BoardId): Promise<void> {
    const opened = await this.#bus.openLog(boardChannel(board, 'commands'));
    const { channel } = opened;
    for (let seq = channel.firstSeq; seq < channel.nextSeq; seq++) {
      const entry = channel.entry(seq);
      if (entry?.is !== 'events') continue;
      const { records }: { records: unknown[] } = JSON.parse(payloadOf(entry).toString());
      for (const record of records) {
        const read = v.safeParse(commandUpdateSchema, record);
        if (read.success && read.output.board === board) this.#commands.updated(read.output).done();
      }
    }
    opened.close();
  }
}
