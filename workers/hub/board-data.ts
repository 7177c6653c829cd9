import { type BoardPart, boardChannel, type ChannelName, type Gap } from '../../src/contract/channel.ts';
import type { ConsoleRecord } from '../../src/contract/console-record.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { decodeSampleBatch, type SampleBatch } from '../../src/contract/sample-batch.ts';
import type { BoardEntry } from './board-entry.ts';
import type { Channels } from './channels.ts';
import type { HubEnv } from './hub-env.ts';

/** Puts what boards say into their channels. */
export class BoardData {
  readonly #channels: Channels;
  readonly #env: HubEnv;
  /** Batches that could not be read. */
  unreadable = 0;

  constructor(channels: Channels, env: HubEnv) {
    this.#channels = channels;
    this.#env = env;
  }

  /** Rows of a local board: the hub counts their offsets. */
  samples(entry: BoardEntry, buffer: ArrayBuffer): void {
    const batch = this.#decode(buffer);
    if (batch === undefined) return;
    this.#channels.samples(boardChannel(entry.id, 'telemetry'))?.publish(batch);
    this.#values(entry, batch, 0);
  }

  /** Rows of a remote board, at their own offsets. */
  samplesAt(entry: BoardEntry, buffer: ArrayBuffer): void {
    const batch = this.#decode(buffer);
    if (batch === undefined) return;
    const from = this.#channels.samples(boardChannel(entry.id, 'telemetry'))?.publishAt(batch) ?? 0;
    this.#values(entry, batch, from);
  }

  /** Rows of an open channel of our server, at their own offsets. */
  openSamplesAt(channel: ChannelName, buffer: ArrayBuffer): void {
    const batch = this.#decode(buffer);
    if (batch !== undefined) this.#channels.samples(channel)?.publishAt(batch);
  }

  events(board: BoardId, part: 'console' | 'commands', records: readonly unknown[]): void {
    this.#channels.events(boardChannel(board, part))?.publish(records);
  }

  /** Where the curve and the console have a hole. */
  gap(board: BoardId, gap: Gap): void {
    this.#channels.samples(boardChannel(board, 'telemetry'))?.gap(gap);
    this.#channels.events(boardChannel(board, 'console'))?.gap(gap);
  }

  note(board: BoardId, text: string, level: 'info' | 'warn' | 'alarm'): void {
    const record: ConsoleRecord = { dir: 'note', at: this.#env.now(), text, level };
    this.events(board, 'console', [record]);
  }

  /** A phantom turned out to be another board: what it said belongs there. */
  move(from: BoardEntry, to: BoardEntry): void {
    for (const part of ['console', 'commands'] as const) {
      const records = this.#channels.events(boardChannel(from.id, part))?.records() ?? [];
      if (records.length > 0) this.events(to.id, part, records);
    }
    for (const block of this.#channels.samples(boardChannel(from.id, 'telemetry'))?.blocks() ?? []) {
      this.samples(to, block.encode(boardChannel(to.id, 'telemetry'), 0, block.rows));
    }
    this.drop(from.id);
  }

  drop(board: BoardId): void {
    const values: BoardPart = 'values';
    this.#channels.state(boardChannel(board, values))?.replace([]);
    this.#channels.dropBoard(board);
  }

  #values(entry: BoardEntry, batch: SampleBatch, fromRow: number): void {
    const puts = entry.values.update(batch, fromRow).map((value) => [value.series, value] as const);
    if (puts.length > 0) this.#channels.state(boardChannel(entry.id, 'values'))?.put(puts);
  }

  #decode(buffer: ArrayBuffer): SampleBatch | undefined {
    try {
      return decodeSampleBatch(buffer);
    } catch {
      this.unreadable += 1;
      return undefined;
    }
  }
}
