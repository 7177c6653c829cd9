import type { ChannelName } from '../../../src/contract/channel.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Opened, Published } from '../bus.ts';
import type { RedisLink } from './link.ts';
import { type ChannelNames, channelNames } from './names.ts';
import type { Sender } from './sender.ts';
import type { Shared } from './shared.ts';

/** A local copy stays so long after its last reader, for the next one. */
const GRACE_MS = 30_000;
/** A channel that was published on here so lately is in use. */
const LATELY_MS = 10_000;
const RETRY_MS = 500;
/** Attempts to open a channel before its readers are given what there is without Redis. */
const MAX_ATTEMPTS = 5;

interface Copy {
  refresh(): Promise<boolean>;
  onWake(bytes: Buffer): void;
  goLocal(): void;
  close(): void;
}

/** Whether a channel was ever published on, on whatever server. Rejects while Redis is away. */
export const wasUsed = async (link: RedisLink, { meta }: ChannelNames): Promise<boolean> =>
  (await link.field(meta, 'used')) !== undefined;

/** One channel in this server: what was published on it here and waits for Redis, and the copy that is read here. */
export abstract class ChannelHub<C extends Copy> {
  readonly name: ChannelName;
  readonly names: ChannelNames;
  protected readonly shared: Shared;
  protected copy: C | undefined;
  #opening: Promise<C> | undefined;
  #handles = 0;
  #cancelForget: () => void = () => undefined;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;
  /** Made, left or published on. */
  usedAt: number;
  #publishedAt: number | undefined;

  constructor(name: ChannelName, shared: Shared) {
    this.name = name;
    this.names = channelNames(shared.prefix, name, shared.node);
    this.shared = shared;
    this.usedAt = shared.clock.now();
  }

  protected abstract readonly sender: Pick<Sender<unknown>, 'kick' | 'close' | 'stuck'>;
  protected abstract makeCopy(): Promise<C>;
  protected abstract makeLocalCopy(): C;
  abstract get hasWaiting(): boolean;

  /** Why Redis cannot be used for this channel now. */
  get away(): { readonly since: number; readonly reason: string } | undefined {
    return this.shared.link.awayOf(this.names.topic) ?? this.sender.stuck;
  }

  get isOpen(): boolean {
    return this.copy !== undefined || this.#opening !== undefined;
  }

  /** Forgetting it now would take something from somebody; if not, all there is to know of it is in Redis. */
  isInUse(now: EpochMs): boolean {
    const isNew = this.#publishedAt !== undefined && Math.abs(now - this.#publishedAt) < LATELY_MS;
    return this.#handles > 0 || this.hasWaiting || isNew;
  }

  /** Something was published here; returns when. */
  protected published(): EpochMs {
    this.usedAt = this.shared.clock.now();
    this.#publishedAt = this.usedAt;
    return this.usedAt;
  }

  async open<V>(view: (copy: C) => V): Promise<Opened<V>> {
    this.#handles++;
    this.#cancelForget();
    const isFirst = this.#opening === undefined;
    this.#opening ??= this.#openCopy();
    const copy = await this.#opening;
    // A reader who comes from another server may have had more there than was woken for here.
    if (!isFirst && this.away === undefined) await this.refresh();
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      this.usedAt = this.shared.clock.now();
      if (--this.#handles > 0 || this.#isClosed) return;
      this.#cancelForget = this.shared.clock.schedule(GRACE_MS, () => this.#forget());
      this.shared.onLeft();
    };
    return { channel: view(copy), close };
  }

  kick(): void {
    this.sender.kick();
  }

  onWake(bytes: Buffer): void {
    this.copy?.onWake(bytes);
  }

  /** Redis can be used again, and may have written meanwhile. */
  onUp(): void {
    this.kick();
    void this.refresh();
  }

  /** It cannot be used: what waits goes to readers here, if it did not already. */
  onAway(): void {
    if (this.away !== undefined) this.copy?.goLocal();
  }

  /** Looks whether something was missed. */
  async refresh(): Promise<void> {
    const { copy } = this;
    if (copy === undefined || (await copy.refresh())) return;
    if (this.#isClosed || this.#cancelRetry !== undefined || !this.shared.link.canSend(this.names.topic)) return;
    // Redis is there and said no (it may be loading its data).
    this.#cancelRetry = this.shared.clock.schedule(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      void this.refresh();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelForget();
    this.#cancelRetry?.();
    this.sender.close();
    this.copy?.close();
  }

  /** Ends a channel that is not in use ({@link isInUse}); whoever wants it later makes it anew from what Redis has. */
  forget(): void {
    this.#forget();
    this.close();
  }

  protected onStuck(): void {
    this.shared.onStuck();
    if (this.sender.stuck !== undefined) this.onAway();
    else void this.refresh();
  }

  protected refuse(
    onDone: ((outcome: Published) => void) | undefined,
    code: 'bus-down' | 'limit-reached',
    message: string,
  ): void {
    this.shared.counts.refused++;
    onDone?.({ ok: false, error: { code, message }, retryAfterMs: code === 'bus-down' ? 1_000 : undefined });
  }

  /** Nobody here reads it any more. */
  protected onForgotten(): void {}

  async #openCopy(): Promise<C> {
    const { link, changed } = this.shared;
    const { topic } = this.names;
    for (let attempt = 0; attempt < MAX_ATTEMPTS && this.away === undefined && !this.#isClosed; attempt++) {
      try {
        // Listening first: what is published while the rest is read must not be missed.
        await link.subscribe(topic);
        this.copy = await this.makeCopy();
        await this.refresh();
        return this.copy;
      } catch {
        // It is away, or is being looked for: either is told soon.
        if (this.away === undefined && !this.#isClosed) await changed();
      }
    }
    link.subscribe(topic).catch(() => undefined);
    this.copy = this.makeLocalCopy();
    this.copy.goLocal();
    return this.copy;
  }

  #forget(): void {
    if (this.#handles > 0) return;
    this.shared.link.unsubscribe(this.names.topic);
    this.copy?.close();
    this.copy = undefined;
    this.#opening = undefined;
    this.onForgotten();
  }
}
