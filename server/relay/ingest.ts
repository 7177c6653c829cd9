import * as v from 'valibot';
import type { CommandUpdate } from '../../src/contract/board-command.ts';
import { consoleRecordSchema } from '../../src/contract/board-records-schema.ts';
import {
  boardChannel,
  type ChannelName,
  type Cursor,
  type Gap,
  parseBoardChannel,
} from '../../src/contract/channel.ts';
import type { ConsoleRecord } from '../../src/contract/console-record.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import type { Bus, BusPublication } from '../bus/bus.ts';
import { dropRows } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import { WIRE_PARTS } from './board-entry.ts';
import type { Boards } from './boards.ts';
import type { LastWords } from './last-words.ts';
import { appError, type Refusal, type Session } from './session.ts';

/** What owners publish on their boards' channels: checked, without doubles, with every hole told. */
export class Ingest {
  readonly #boards: Boards;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #lastWords: LastWords;
  /** Records that the bus would not have, per channel: told as a gap as soon as it takes something again. */
  readonly #refused = new Map<ChannelName, number>();

  constructor(boards: Boards, bus: Bus, clock: Clock, lastWords: LastWords) {
    this.#lastWords = lastWords;
    this.#boards = boards;
    this.#bus = bus;
    this.#clock = clock;
  }

  records(session: Session, message: Extract<ToRelay, { t: 'records' }>): Refusal {
    const { channel, epoch, from } = message;
    const refusal = this.#mayPublish(session, channel, 'console');
    if (refusal) return refusal;
    const skip = this.#place(channel, { epoch, offset: from }, message.records.length);
    const good: ConsoleRecord[] = [];
    let reason: string | undefined;
    for (const record of message.records.slice(skip)) {
      const result = v.safeParse(consoleRecordSchema, record, { abortEarly: true });
      if (result.success) good.push(result.output);
      else reason ??= `${v.getDotPath(result.issues[0]) ?? 'record'}: ${result.issues[0].message.slice(0, 200)}`;
    }
    if (good.length > 0) this.#publish(channel, { t: 'events', records: good }, good.length);
    const bad = message.records.length - skip - good.length;
    if (bad > 0) this.#lost(channel, 'link-lost', bad);
    return reason === undefined ? undefined : appError('bad-message', `${bad} console records: ${reason}`);
  }

  /**
   * `silent`: the update only moves the owner's cursor on, nobody is to hear it. `published` is called when it goes out; its `done` once
   * the bus has it, or will not have it.
   */
  commandUpdate(
    session: Session,
    message: { readonly cursor: Cursor | undefined; readonly update: CommandUpdate },
    silent: boolean,
    published: (update: CommandUpdate) => { readonly isShared: boolean; readonly done: () => void },
  ): Refusal {
    const { cursor, update } = message;
    const channel = boardChannel(update.board, 'commands');
    const refusal = this.#mayPublish(session, channel, 'commands');
    if (refusal) return refusal;
    const isNew = cursor === undefined || this.#place(channel, cursor, 1) === 0;
    if (silent) return undefined;
    const { isShared, done } = published(update);
    if (!isNew) {
      done();
      return undefined;
    }
    const onDone = (isTaken: boolean): void => {
      if (!isTaken) this.#wasRefused(channel, 1);
      done();
    };
    this.#lastWords.publish(update, { isShared, source: this.#before(channel), onDone });
    return undefined;
  }

  gap(session: Session, channel: ChannelName, gap: Gap): Refusal {
    const refusal = this.#mayPublish(session, channel, undefined);
    if (refusal) return refusal;
    this.#bus.publish(channel, { t: 'gap', gap });
    return undefined;
  }

  samples(session: Session, buffer: ArrayBuffer): Refusal {
    let batch: ReturnType<typeof decodeSampleBatch>;
    try {
      batch = decodeSampleBatch(buffer);
    } catch (cause) {
      return appError('bad-message', cause instanceof RangeError ? cause.message : 'not a sample batch');
    }
    const refusal = this.#mayPublish(session, batch.channel, 'telemetry');
    if (refusal) return refusal;
    if (batch.epoch.length > 64) return appError('bad-message', 'sample batch: epoch is too long');
    const rows = batch.times.length;
    const skip = this.#place(batch.channel, { epoch: batch.epoch, offset: batch.offset }, rows);
    if (skip < rows)
      this.#publish(batch.channel, { t: 'samples', batch: skip > 0 ? dropRows(batch, skip) : batch }, rows - skip);
    return undefined;
  }

  #mayPublish(session: Session, channel: ChannelName, part: string | undefined): Refusal {
    const parsed = parseBoardChannel(channel);
    if (parsed === undefined || parsed.part === 'values' || (part !== undefined && parsed.part !== part))
      return appError('no-such-channel', `${channel.slice(0, 128)} does not take this`);
    return this.#boards.ownerOf(parsed.board)?.session === session
      ? undefined
      : appError('not-allowed', `only its owner publishes on ${channel}`);
  }

  /** With the owner's cursor after it, so that the board's next home knows where to go on. */
  #publish(channel: ChannelName, publication: BusPublication, count: number): void {
    const source = this.#before(channel);
    this.#bus.publish(channel, publication, { source, onDone: ({ ok }) => ok || this.#wasRefused(channel, count) });
  }

  /** Tells what is missing on a channel before the next that is published; returns its owner's cursor after that. */
  #before(channel: ChannelName): Cursor | undefined {
    const missing = this.#refused.get(channel);
    if (missing !== undefined) {
      this.#refused.delete(channel);
      this.#lost(channel, 'link-lost', missing);
    }
    return this.#boards.sourcesOf(parseBoardChannel(channel)?.board ?? '')?.get(channel);
  }

  /** This server is not the board's home any more. */
  drop(board: BoardId): void {
    for (const part of WIRE_PARTS) this.#refused.delete(boardChannel(board, part));
  }

  #wasRefused(channel: ChannelName, count: number): void {
    if (this.#boards.isHome(parseBoardChannel(channel)?.board ?? ''))
      this.#refused.set(channel, (this.#refused.get(channel) ?? 0) + count);
  }

  /** Moves the owner's cursor on; tells a hole; returns how many of the records are here already. */
  #place(channel: ChannelName, from: Cursor, count: number): number {
    const board = parseBoardChannel(channel)?.board ?? '';
    const sources = this.#boards.sourcesOf(board);
    const known = sources?.get(channel);
    const end = from.offset + count;
    if (known !== undefined && known.epoch !== from.epoch) this.#lost(channel, 'epoch-changed', undefined);
    if (known?.epoch !== from.epoch) {
      sources?.set(channel, { epoch: from.epoch, offset: end });
      return 0;
    }
    if (from.offset > known.offset) this.#lost(channel, 'link-lost', from.offset - known.offset);
    sources?.set(channel, { epoch: from.epoch, offset: Math.max(end, known.offset) });
    return Math.min(count, Math.max(0, known.offset - from.offset));
  }

  #lost(channel: ChannelName, why: Gap['why'], count: number | undefined): void {
    const at = this.#clock.now();
    const onDone = ({ ok }: { readonly ok: boolean }): void => {
      if (!ok && count !== undefined) this.#wasRefused(channel, count);
    };
    this.#bus.publish(channel, { t: 'gap', gap: { why, count, fromMs: at, toMs: at } }, { onDone });
  }
}
