import { randomUUID } from 'node:crypto';
import { type ChannelName, channelKind, openChannelKind } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Opened, PutOptions, StateChannel } from '../bus.ts';
import { ChannelState } from '../channel-state.ts';
import { ChannelHub, wasUsed } from './channel-hub.ts';
import { changeScript, readStateScript, sweepScript } from './script.ts';
import { Sender } from './sender.ts';
import type { Shared } from './shared.ts';
import { parseStatePage, StateCopy, type StatePage } from './state-copy.ts';
import { type Change, type StateBatch, StateOutbox } from './state-outbox.ts';

/** What a waiting change costs beside its text. */
const ITEM_BYTES = 64;
/** Keys whose time has come vanish so soon after, ms. */
const SWEEP_MS = 1_000;

const DOWN = 'Redis is away, and only it can decide this. Try again when it is back.';
const FULL = 'Redis is away and too much waits for it. Put it again when it is back.';

/** One state channel in this server. */
export class StateHub extends ChannelHub<StateCopy> {
  readonly #outbox: StateOutbox;
  protected readonly sender: Sender<StateBatch>;
  #sweptAt = 0;
  /** Keys with a time to live that were put here, counted; and how many of these are known to be gone. */
  #endsPut = 0;
  #endsGone = 0;

  constructor(name: ChannelName, shared: Shared) {
    super(name, shared);
    if (channelKind(name) !== 'state') throw new RangeError(`${name} is not a state channel`);
    const { options } = shared;
    this.#outbox = new StateOutbox(shared.budget, () => shared.counts.refused++);
    this.sender = new Sender(shared.clock, {
      canSend: () => shared.link.canSend(this.names.topic),
      take: () => this.#outbox.takeBatch(),
      send: (batch) => this.#send(batch),
      onDone: (batch, reply) =>
        this.#done(() => this.#outbox.done(batch, String(reply), options.maxStateKeys, this.isOpen)),
      onRefused: (batch, reason) => this.#done(() => this.#outbox.refused(batch, reason)),
      onStuck: () => this.onStuck(),
    });
  }

  get hasWaiting(): boolean {
    return !this.#outbox.isEmpty || this.sender.batch !== undefined;
  }

  /** Bytes of the copy that is read here. */
  get keptBytes(): number {
    return this.copy?.state.keptBytes ?? 0;
  }

  /** What it grows by when all that was put here has come back from Redis, bytes. */
  get comingBytes(): number {
    const { copy } = this;
    if (copy === undefined) return 0;
    const texts = new Map<string, string>();
    for (const changes of [this.#outbox.unheard, this.#waiting()])
      for (const { kind, key, text } of changes) if (kind === 'p') texts.set(key, text);
    let sum = 0;
    for (const [key, text] of texts) sum += Math.max(0, copy.state.growthBy(key, text));
    return sum;
  }

  /** Keys that were put here and have a time to live are ended by whoever has the channel: it stays until they are gone. */
  override isInUse(now: EpochMs): boolean {
    return super.isInUse(now) || this.#endsPut > this.#endsGone;
  }

  openState(): Promise<Opened<StateChannel>> {
    return this.open(({ state }) => state);
  }

  change(kind: Change['kind'], key: string, text: string, { ttlMs, ifOffset, onDone }: PutOptions): void {
    const { budget, stateBytes, nextNumber, soon } = this.shared;
    const bytes = key.length + text.length + ITEM_BYTES;
    const isUndecided = ifOffset !== undefined && this.away !== undefined;
    if (isUndecided || !budget.hasRoomFor(bytes)) {
      this.refuse(onDone, 'bus-down', isUndecided ? DOWN : FULL);
      return;
    }
    const more = kind === 'p' ? (this.copy?.state.growthBy(key, text) ?? 0) : 0;
    if (more > 0 && openChannelKind(this.name) !== undefined && !stateBytes.takes(more)) {
      this.refuse(onDone, 'limit-reached', stateBytes.full);
      return;
    }
    const at = this.published();
    if (ttlMs !== undefined) this.#endsPut++;
    const change = { number: nextNumber(), kind, key, text, ttlMs, ifOffset, at, bytes };
    const waiting = this.#outbox.push(change, onDone);
    if (this.away !== undefined) this.copy?.applyLocal(waiting);
    soon(this);
  }

  drop(): void {
    this.change('x', '', '', {});
  }

  async exists(): Promise<boolean> {
    if (this.hasWaiting || (this.away !== undefined && this.copy !== undefined)) return true;
    return await wasUsed(this.shared.link, this.names);
  }

  /** Called often: lets keys go whose time has come. */
  async sweep(): Promise<void> {
    const { clock, link, node } = this.shared;
    const now = clock.now();
    const isDue = Math.abs(now - this.#sweptAt) >= SWEEP_MS;
    if (!isDue || this.away !== undefined || !(this.#endsPut > this.#endsGone || this.isOpen)) return;
    this.#sweptAt = now;
    const { meta, state, ends, topic } = this.names;
    try {
      // What waits is not in Redis yet, and what is put meanwhile may not be.
      const known = this.hasWaiting ? this.#endsGone : this.#endsPut;
      const left = await link.run(sweepScript, [meta, state, ends], [randomUUID(), topic, node, String(now)]);
      if (Number(left) === 0) this.#endsGone = Math.max(this.#endsGone, known);
    } catch {
      // Redis is away: the keys go when it is back.
    }
  }

  async #send({ number, changes, args }: StateBatch) {
    const { link, node, options } = this.shared;
    const { meta, state, by, ends, topic } = this.names;
    const at = String(changes.at(-1)?.at ?? 0);
    const head = [randomUUID(), topic, node, String(number), at, String(options.maxStateKeys)];
    return await link.run(changeScript, [meta, state, by, ends], [...head, ...args]);
  }

  #done(tell: () => void): void {
    tell();
    // Does nothing unless changes were applied here without Redis, and are all in it now.
    void this.copy?.settle();
  }

  *#waiting(): Iterable<Change> {
    yield* this.sender.batch?.changes ?? [];
    yield* this.#outbox.waiting;
  }

  async #read(known: { readonly epoch: string; readonly offset: number } | undefined): Promise<StatePage> {
    const args = [randomUUID(), known?.epoch ?? '', String(known?.offset ?? '')];
    const reply = await this.shared.link.run(readStateScript, [this.names.meta, this.names.state], args);
    return parseStatePage(reply, known);
  }

  protected override onForgotten(): void {
    this.#outbox.heard(Infinity);
  }

  protected async makeCopy(): Promise<StateCopy> {
    const { epoch, offset, entries = [] } = await this.#read(undefined);
    return this.#copyOf({ epoch, offset }, entries, false);
  }

  protected makeLocalCopy(): StateCopy {
    return this.#copyOf({ epoch: this.shared.localEpoch(), offset: 0 }, [], true);
  }

  #copyOf(
    at: { readonly epoch: string; readonly offset: number },
    entries: NonNullable<StatePage['entries']>,
    isLocal: boolean,
  ): StateCopy {
    const { node, pulse, clock, localEpoch, counts } = this.shared;
    const state = new ChannelState(this.name, at, pulse, clock.now);
    if (entries.length > 0) state.reset(at, entries);
    return new StateCopy(state, isLocal, {
      read: (known) => this.#read(known),
      node,
      waiting: () => this.#waiting(),
      unheard: () => this.#outbox.unheard,
      acknowledged: () => this.#outbox.acknowledged,
      onHeard: (number) => this.#outbox.heard(number),
      localEpoch,
      onHole: () => {
        counts.rereads++;
        void this.refresh();
      },
    });
  }
}
