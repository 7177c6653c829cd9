import { randomUUID } from 'node:crypto';
import { type ChannelName, type Cursor, channelKind } from '../../../src/contract/channel.ts';
import { encodeSampleBatch } from '../../../src/contract/sample-batch.ts';
import type { BusPublication, LogChannel, Opened, PublishOptions } from '../bus.ts';
import { ChannelLog } from '../channel-log.ts';
import { textsOf } from '../encode.ts';
import { isUrgent } from '../memory.ts';
import { ChannelHub, wasUsed } from './channel-hub.ts';
import type { EntryKind, Place } from './entry.ts';
import type { RedisLink } from './link.ts';
import { LogCopy, placeBefore } from './log-copy.ts';
import { type Batch, LogOutbox, type Outgoing } from './log-outbox.ts';
import { type LogPage, parsePage } from './log-page.ts';
import type { ChannelNames } from './names.ts';
import { publishScript, readScript } from './script.ts';
import { Sender } from './sender.ts';
import type { Shared } from './shared.ts';

/** What a waiting publication costs beside its bytes. */
const ITEM_BYTES = 64;

const DOWN = 'Redis is away, and only it can decide this. Try again when it is back.';
const FULL = 'Redis is away and too much waits for it. Publish it again when it is back.';

/** One log channel in this server. */
export class LogHub extends ChannelHub<LogCopy> {
  readonly #kind: 'events' | 'samples';
  readonly #outbox: LogOutbox;
  protected readonly sender: Sender<Batch>;
  #source: Cursor | undefined;

  constructor(name: ChannelName, shared: Shared) {
    super(name, shared);
    const kind = channelKind(name);
    if (kind !== 'events' && kind !== 'samples') throw new RangeError(`${name} is not a log channel`);
    this.#kind = kind;
    this.#outbox = new LogOutbox(shared.budget, () => shared.counts.refused++);
    this.sender = new Sender(shared.clock, {
      canSend: () => shared.link.canSend(this.names.topic),
      take: () => this.#outbox.takeBatch(),
      send: (batch) => this.#send(batch),
      onDone: (batch, reply) => this.#done(() => this.#outbox.done(batch, String(reply), this.isOpen)),
      onRefused: (batch, reason) => this.#done(() => this.#outbox.refused(batch, reason)),
      onStuck: () => this.onStuck(),
    });
  }

  get hasWaiting(): boolean {
    return !this.#outbox.isEmpty || this.sender.batch !== undefined;
  }

  /** Of the copy that is read here. */
  get log(): ChannelLog | undefined {
    return this.copy?.log;
  }

  async openLog(): Promise<Opened<LogChannel>> {
    const opened = await this.open(({ log }) => log);
    // What was read is there for whoever looks for a place in it now.
    opened.channel.seal();
    return opened;
  }

  publish(publication: BusPublication, { key, source, onDone }: PublishOptions): void {
    const content = contentOf(publication);
    // Only Redis knows whether this was published before.
    if (key !== undefined && this.away !== undefined) this.refuse(onDone, 'bus-down', DOWN);
    else if (!this.shared.budget.hasRoomFor(content.body.length + ITEM_BYTES)) this.refuse(onDone, 'bus-down', FULL);
    else this.#push(content, { key, source, onDone });
  }

  drop(): void {
    this.#push({ kind: 'x', count: 0, body: '' }, {});
    this.#source = undefined;
  }

  async sourceOf(): Promise<Cursor | undefined> {
    const waiting = this.#outbox.source ?? this.sender.batch?.source;
    if (waiting !== undefined) return waiting;
    if (this.away !== undefined) return this.#source;
    return await readSource(this.shared.link, this.names);
  }

  async exists(): Promise<boolean> {
    if (this.hasWaiting || (this.away !== undefined && this.copy !== undefined)) return true;
    return await wasUsed(this.shared.link, this.names);
  }

  #push(content: Content, { key, source, onDone }: PublishOptions): void {
    const { nextNumber, soon } = this.shared;
    const at = this.published();
    this.#source = source ?? this.#source;
    const bytes = content.body.length + ITEM_BYTES;
    const item = this.#outbox.push({ ...content, number: nextNumber(), at, bytes, key, source, onDone });
    if (this.copy !== undefined && this.away !== undefined) {
      this.copy.appendLocal(item);
      this.#outbox.localUpTo = this.copy.localUpTo;
    }
    soon(this);
  }

  override onAway(): void {
    super.onAway();
    this.#outbox.localUpTo = this.copy?.localUpTo ?? 0;
    // It was appended first.
    if (this.copy?.isLocal) this.#outbox.heard(this.copy.localUpTo);
  }

  async #send({ number, idempotencyKeys, source, args }: Batch) {
    const { link, node, options } = this.shared;
    const { meta, log, by, topic } = this.names;
    const keys = [meta, log, by, ...idempotencyKeys.map((key) => this.names.key(key))];
    const keep = String(this.#kind === 'events' ? options.eventsLogBytes : options.samplesLogBytes);
    const from = source === undefined ? '' : `${source.offset} ${source.epoch}`;
    const head = [randomUUID(), topic, node, String(number), keep, String(options.historyMs), from];
    return await link.run(publishScript, keys, [...head, ...args]);
  }

  #done(tell: () => void): void {
    tell();
    // All that readers here have got by themselves is in Redis now: its epoch can go on.
    const { copy } = this;
    if (copy?.isLocal && (this.#waiting().next().value?.number ?? Infinity) > copy.localUpTo) void this.refresh();
  }

  *#waiting(): Generator<Outgoing, undefined> {
    for (const run of this.sender.batch?.runs ?? []) yield* run.items;
    yield* this.#outbox.waiting();
    return undefined;
  }

  async #read(after: Place | undefined): Promise<LogPage> {
    const { link } = this.shared;
    const { epoch = '', offset = 0, k = 0 } = after ?? {};
    const args = [randomUUID(), epoch, String(offset), String(k)];
    return parsePage(await link.run(readScript, [this.names.meta, this.names.log], args));
  }

  protected override onForgotten(): void {
    this.#outbox.heard(Infinity);
  }

  protected async makeCopy(): Promise<LogCopy> {
    const { entries, end } = await this.#read(undefined);
    const [first] = entries;
    return this.#copyFrom(first === undefined ? end : placeBefore(first));
  }

  protected makeLocalCopy(): LogCopy {
    return this.#copyFrom(undefined);
  }

  #copyFrom(place: Place | undefined): LogCopy {
    const { options, pulse, node, clock, localEpoch, lag, counts } = this.shared;
    const maxBytes = this.#kind === 'events' ? options.eventsLogBytes : options.samplesLogBytes;
    const at = place ?? { epoch: localEpoch(), offset: 0 };
    const log = new ChannelLog(this.name, this.#kind, at, { maxBytes, pulse, urgent: isUrgent(this.name) });
    return new LogCopy(log, place, {
      node,
      now: clock.now,
      read: (after) => this.#read(after),
      waiting: () => this.#waiting(),
      localEpoch,
      unheard: this.#outbox.unheard,
      acknowledged: () => this.#outbox.acknowledged,
      onHeard: (number) => this.#outbox.heard(number),
      onOwn: (number, lagMs) => {
        this.#outbox.heard(number);
        lag.note(lagMs);
      },
      onHole: () => {
        counts.rereads++;
        void this.refresh();
      },
    });
  }
}

/** How far the channel's own publisher has come, as Redis has it. Rejects while Redis is away. */
export async function readSource(link: RedisLink, { meta }: ChannelNames): Promise<Cursor | undefined> {
  const text = await link.field(meta, 'source');
  if (text === undefined) return undefined;
  const [offset = '', epoch = ''] = text.split(/ (.*)/s);
  return { epoch, offset: Number(offset) };
}

interface Content {
  readonly kind: EntryKind | 'n';
  readonly count: number;
  readonly body: string | Buffer;
}

function contentOf(publication: BusPublication): Content {
  switch (publication.t) {
    case 'events': {
      const { records } = publication;
      if (records.length === 0) return { kind: 'n', count: 0, body: '' };
      return { kind: 'e', count: records.length, body: textsOf(records) };
    }
    case 'samples': {
      const { batch } = publication;
      return { kind: 's', count: batch.times.length, body: Buffer.from(encodeSampleBatch(batch)) };
    }
    case 'gap':
      return { kind: 'g', count: 0, body: JSON.stringify(publication.gap) };
  }
}
