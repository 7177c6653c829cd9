import type { CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel, type ChannelName, type Cursor } from '../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { Got } from '../live/raw-client.ts';
import { AGAIN_MS, SteadyClient } from './steady-client.ts';

interface Reading {
  cursor: Cursor | undefined;
  /** Numbers in rows, ids and states of commands, in order. */
  readonly values: (number | CommandUpdate)[];
  /** Ranges that were told as missing. */
  readonly told: string[];
  /** Holes, doubles and other things nobody told. */
  readonly faults: string[];
  id: number;
}

/** Follows channels of boards over all breaks, and checks by the offsets that nothing is missing untold. */
export class TestFollower {
  readonly client: SteadyClient;
  readonly #readings = new Map<ChannelName, Reading>();

  constructor(name: string, ports: readonly number[], channels: readonly ChannelName[]) {
    for (const channel of channels)
      this.#readings.set(channel, { cursor: undefined, values: [], told: [], faults: [], id: 0 });
    this.client = new SteadyClient(name, ports, {
      onUp: () => {
        for (const channel of channels) this.#subscribe(channel);
      },
      onMessage: (message) => this.#message(message),
      onSamples: (buffer) => {
        const { channel, epoch, offset, columns } = decodeSampleBatch(new Uint8Array(buffer).buffer);
        this.#took(channel, { epoch, offset }, [...(columns[0] ?? [])]);
      },
    });
  }

  reading(channel: ChannelName): Reading {
    const reading = this.#readings.get(channel);
    if (reading === undefined) throw new Error(`${channel} is not followed`);
    return reading;
  }

  updates(board: string): readonly CommandUpdate[] {
    return this.reading(boardChannel(board, 'commands')).values.filter((one) => typeof one !== 'number');
  }

  #subscribe(channel: ChannelName): void {
    const reading = this.reading(channel);
    reading.id = this.client.nextRid();
    this.client.send({ t: 'subscribe', id: reading.id, channel, since: reading.cursor });
  }

  #message(message: Got): void {
    if (message.t === 'answer') {
      // The board is not known there yet.
      for (const [channel, { id }] of this.#readings)
        if (id === message.rid && message.ok !== true) setTimeout(() => this.#subscribe(channel), AGAIN_MS);
      return;
    }
    const reading = this.#readings.get(String(message.channel));
    if (reading === undefined) return;
    const cursor = message.cursor as Cursor;
    if (message.t === 'events')
      this.#took(
        String(message.channel),
        { epoch: String(message.epoch), offset: Number(message.from) },
        message.records as CommandUpdate[],
      );
    else if (message.t === 'gap' || (message.t === 'subscribed' && message.gap !== undefined)) {
      const from = (message.from ?? reading.cursor) as Cursor | undefined;
      reading.told.push(
        `${from?.epoch}:${from?.offset}-${cursor.epoch}:${cursor.offset} ${JSON.stringify(message.gap)}`,
      );
      reading.cursor = cursor;
    } else if (message.t === 'subscribed') {
      const before = reading.cursor;
      const isSame = before === undefined || (before.epoch === cursor.epoch && before.offset === cursor.offset);
      if (!isSame) reading.faults.push(`asked from ${before.offset}, told from ${cursor.offset}`);
      reading.cursor = cursor;
    } else reading.faults.push(`${message.t}: ${JSON.stringify(message)}`);
  }

  #took(channel: ChannelName, at: Cursor, values: readonly (number | CommandUpdate)[]): void {
    const reading = this.reading(channel);
    const { cursor } = reading;
    if (cursor?.epoch !== at.epoch || cursor.offset !== at.offset)
      reading.faults.push(`at ${cursor?.epoch}:${cursor?.offset} came ${at.epoch}:${at.offset}`);
    reading.values.push(...values);
    reading.cursor = { epoch: at.epoch, offset: at.offset + values.length };
  }
}
