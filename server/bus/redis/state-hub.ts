import { randomUUID } from 'node:crypto';
import { type ChannelName, channelKind } from '../../../src/contract/channel.ts';
import type { Opened, PutOptions, StateChannel } from '../bus.ts';
import { ChannelState } from '../channel-state.ts';
import { ChannelHub } from './channel-hub.ts';
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
  /** Keys with a time to live were put here, or may have been elsewhere. */
  #hasEnds = false;

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

  openState(): Promise<Opened<StateChannel>> {
    return this.open(({ state }) => state);
  }

  change(kind: Change['kind'], key: string, text: string, { ttlMs, ifOffset, onDone }: PutOptions): void {
    const { clock, budget, nextNumber, soon } = this.shared;
    const bytes = key.length + text.length + ITEM_BYTES;
    const isUndecided = ifOffset !== undefined && this.away !== undefined;
    if (isUndecided || !budget.hasRoomFor(bytes)) {
      this.refuse(onDone, 'bus-down', isUndecided ? DOWN : FULL);
      return;
    }
    this.usedAt = clock.now();
    if (ttlMs !== undefined) this.#hasEnds = true;
    const change = { number: nextNumber(), kind, key, text, ttlMs, ifOffset, at: this.usedAt, bytes };
    const waiting = this.#outbox.push(change, onDone);
    if (this.away !== undefined) this.copy?.applyLocal(waiting);
    soon(this);
  }

  drop(): void {
    this.change('x', '', '', {});
  }

  async exists(): Promise<boolean> {
    if (this.hasWaiting || (this.away !== undefined && this.copy !== undefined)) return true;
    return (await this.shared.link.field(this.names.meta, 'used')) !== undefined;
  }

  /** Called often: lets keys go whose time has come. */
  async sweep(): Promise<void> {
    const { clock, link, node } = this.shared;
    const now = clock.now();
    const isDue = Math.abs(now - this.#sweptAt) >= SWEEP_MS;
    if (!isDue || this.away !== undefined || !(this.#hasEnds || this.isOpen)) return;
    this.#sweptAt = now;
    const { meta, state, ends, topic } = this.names;
    try {
      await link.run(sweepScript, [meta, state, ends], [randomUUID(), topic, node, String(now)]);
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
