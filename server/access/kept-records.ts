import type { Bus, Opened, Published, StateChannel } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { inTime } from './in-time.ts';

/** What every record of a session or token has. */
export interface Kept {
  readonly id: string;
  readonly expiresAt: number;
  readonly revokedAt?: number | undefined;
}

export interface KeptRecordsOptions<T extends Kept> {
  readonly channel: string;
  readonly clock: Clock;
  /** undefined: not such a record. */
  readonly read: (raw: unknown) => T | undefined;
  /** A record was revoked, ran out or is gone, here or on another server. */
  readonly onEnded: (id: string) => void;
  /** Anything changed. */
  readonly onChanged: () => void;
}

type Change = { readonly puts: readonly (readonly [string, unknown])[]; readonly dels: readonly string[] };

/**
 * The local copy of a state channel of sessions or tokens, so that a request is judged without waiting. Revoked stays revoked: should
 * the bus lose its memory, every server puts back what it knows, and a revocation wins over a record that knows nothing of it.
 */
export class KeptRecords<T extends Kept> {
  readonly #bus: Bus;
  readonly #options: KeptRecordsOptions<T>;
  readonly #opened: Opened<StateChannel>;
  readonly #records = new Map<string, T>();
  readonly #stop: () => void;
  #epoch: string;
  #offset: number;
  /** Revoked here, and the bus would not have it. */
  readonly #untold = new Set<string>();
  /** Records on the bus that are none. */
  unreadable = 0;

  static async open<T extends Kept>(bus: Bus, options: KeptRecordsOptions<T>): Promise<KeptRecords<T>> {
    return new KeptRecords(bus, await bus.openState(options.channel), options);
  }

  private constructor(bus: Bus, opened: Opened<StateChannel>, options: KeptRecordsOptions<T>) {
    this.#bus = bus;
    this.#options = options;
    this.#opened = opened;
    this.#epoch = opened.channel.epoch;
    this.#offset = opened.channel.nextOffset;
    for (const [id, raw] of opened.channel.entries()) this.#take(id, raw);
    this.#stop = opened.channel.onChange(() => this.#follow());
  }

  get size(): number {
    return this.#records.size;
  }

  /** The record, revoked or not. */
  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  all(): readonly T[] {
    return [...this.#records.values()];
  }

  /**
   * Writes a record. Known at once here when the bus has it. `conflict`: another server changed it meanwhile.
   * @param isNew nothing of that id can be there yet.
   */
  put(record: T, isNew = false): Promise<Published> {
    const ifOffset = isNew ? undefined : this.#opened.channel.offsetOf(record.id);
    return inTime(this.#options.clock, (onDone) =>
      this.#bus.put(this.#options.channel, record.id, record, {
        ifOffset,
        onDone: (outcome) => {
          if (outcome.ok) this.#take(record.id, record);
          onDone(outcome);
        },
      }),
    );
  }

  /**
   * Marks a record as revoked, whatever else happens to it at the same time. The bus having it is what makes it last; one that is away
   * gets it when it is back.
   */
  revoke(id: string, now: number): Promise<Published> | undefined {
    const record = this.#records.get(id);
    if (record === undefined || record.revokedAt !== undefined) return undefined;
    const revoked = { ...record, revokedAt: now };
    // Here it ends at once, even while the bus is away.
    this.#take(id, revoked);
    return inTime(this.#options.clock, (onDone) => this.#tell(revoked, onDone));
  }

  #tell(revoked: T, onDone: (outcome: Published) => void): void {
    this.#bus.put(this.#options.channel, revoked.id, revoked, {
      onDone: (outcome) => {
        if (outcome.ok) this.#untold.delete(revoked.id);
        else this.#untold.add(revoked.id);
        onDone(outcome);
      },
    });
  }

  /** Forgets what has run out, and tells again what the bus would not have. Called often. Every server does, with the same result. */
  prune(now: number): void {
    for (const id of [...this.#untold]) {
      this.#untold.delete(id);
      const revoked = this.#records.get(id);
      if (revoked !== undefined) this.#tell(revoked, () => undefined);
    }
    for (const { id, expiresAt } of this.#records.values())
      if (expiresAt <= now) this.#bus.del(this.#options.channel, id);
    for (const { id, expiresAt } of this.all()) if (expiresAt <= now) this.#drop(id);
  }

  /** Puts records from a file in, without driving out what the bus knows. */
  restore(records: readonly T[]): void {
    for (const record of records) if (!this.#records.has(record.id)) this.#putBack(record);
  }

  close(): void {
    this.#stop();
    this.#opened.close();
  }

  #follow(): void {
    const { channel } = this.#opened;
    for (;;) {
      const since = { epoch: this.#epoch, offset: this.#offset };
      if (!channel.knows(since)) {
        this.#readAgain();
        return;
      }
      const frame = channel.changesSince(since);
      if (frame === undefined) return;
      const { puts, dels }: Change = JSON.parse(frame.frame.subarray(frame.head).toString());
      for (const [id, raw] of puts) this.#take(id, raw);
      for (const id of dels) this.#drop(id);
      this.#offset = frame.next;
    }
  }

  /** The channel began anew, or too much happened at once. */
  #readAgain(): void {
    const { channel } = this.#opened;
    const isNewLife = channel.epoch !== this.#epoch;
    this.#epoch = channel.epoch;
    this.#offset = channel.nextOffset;
    const there = new Set<string>();
    for (const [id, raw] of channel.entries()) {
      there.add(id);
      this.#take(id, raw);
    }
    for (const record of this.all()) {
      if (there.has(record.id)) continue;
      if (isNewLife) this.#putBack(record);
      else this.#drop(record.id);
    }
  }

  #putBack(record: T): void {
    this.#records.set(record.id, record);
    this.#bus.put(this.#options.channel, record.id, record);
  }

  #take(id: string, raw: unknown): void {
    const record = this.#options.read(raw);
    if (record === undefined || record.id !== id) {
      this.unreadable++;
      return;
    }
    const before = this.#records.get(id);
    if (before?.revokedAt !== undefined && record.revokedAt === undefined) {
      this.#putBack(before);
      return;
    }
    this.#records.set(id, record);
    if (record.revokedAt !== undefined && before?.revokedAt === undefined) this.#options.onEnded(id);
    this.#options.onChanged();
  }

  #drop(id: string): void {
    if (!this.#records.delete(id)) return;
    this.#options.onEnded(id);
    this.#options.onChanged();
  }
}
