import * as v from 'valibot';
import type { AccessRefusal, Role } from '../../src/contract/access.ts';
import type { Bus, Opened, Published, StateChannel } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { makeCode, readCode } from './code-words.ts';
import { type FailureLimits, FailureLock } from './failure-lock.ts';
import { inTime } from './in-time.ts';
import { type CodeRecord, codeSchema } from './records.ts';
import { isSame, type Secrets } from './secrets.ts';
import { TokenBucket } from './token-bucket.ts';

const CHANNEL = 'access-codes';

export interface PairingLimits extends FailureLimits {
  readonly codeMs: number;
  readonly maxCodes: number;
  readonly pairTriesPerMinute: number;
}

export type Redeemed =
  | { readonly ok: true; readonly code: CodeRecord }
  | { readonly ok: false; readonly refusal: AccessRefusal };

/** One-time codes on the bus, hashed: any server redeems any code, and only one of them does. */
export class Pairing {
  readonly #limits: PairingLimits;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #opened: Opened<StateChannel>;
  readonly #stopReading: () => void;
  readonly #lock: FailureLock;
  readonly #tries: TokenBucket;

  static async open(limits: PairingLimits, bus: Bus, clock: Clock, secrets: Secrets): Promise<Pairing> {
    return new Pairing(limits, bus, clock, secrets, await bus.openState(CHANNEL));
  }

  private constructor(limits: PairingLimits, bus: Bus, clock: Clock, secrets: Secrets, opened: Opened<StateChannel>) {
    this.#limits = limits;
    this.#bus = bus;
    this.#clock = clock;
    this.#secrets = secrets;
    this.#opened = opened;
    // Whoever reads a channel is given notice of it; an empty one that nobody reads is forgotten by the bus.
    this.#stopReading = opened.channel.onChange(() => undefined);
    this.#lock = new FailureLock(limits);
    const perMinute = limits.pairTriesPerMinute;
    this.#tries = new TokenBucket(perMinute / 60, perMinute, clock.now());
  }

  get waiting(): number {
    return this.#codes().length;
  }

  /** A new code, with its name and role bound to it. The text itself is kept nowhere. */
  async make(
    role: Role,
    name: string,
    by: string,
  ): Promise<{ readonly code: string; readonly expiresAt: number } | AccessRefusal> {
    if (this.waiting >= this.#limits.maxCodes)
      return {
        code: 'limit-reached',
        message: `maxCodes: ${this.#limits.maxCodes} codes wait to be used; they run out by themselves`,
        retryAfterMs: this.#limits.codeMs,
      };
    const code = makeCode();
    const expiresAt = this.#clock.now() + this.#limits.codeMs;
    const hash = this.#secrets.hashCode(code);
    const record: CodeRecord = { hash, role, name, by, expiresAt };
    const outcome = await inTime(this.#clock, (onDone) =>
      this.#bus.put(CHANNEL, hash, record, { ttlMs: this.#limits.codeMs, onDone }),
    );
    return outcome.ok ? { code, expiresAt } : busRefusal(outcome);
  }

  /** Takes a code out of the world, or says why not. A wrong one costs its address time. */
  async redeem(text: string, address: string): Promise<Redeemed> {
    const now = this.#clock.now();
    const waitMs = this.#lock.waitMs(address, now) || this.#tries.take(1, now);
    if (waitMs > 0) return { ok: false, refusal: tooMany(waitMs) };
    const code = readCode(text);
    const found = code === undefined ? undefined : this.#find(this.#secrets.hashCode(code), now);
    if (found === undefined) return { ok: false, refusal: this.#wrong(address, now) };
    const outcome = await inTime(this.#clock, (onDone) =>
      this.#bus.del(CHANNEL, found.hash, { ifOffset: this.#opened.channel.offsetOf(found.hash), onDone }),
    );
    if (outcome.ok) {
      this.#lock.succeeded(address);
      return { ok: true, code: found };
    }
    // Somebody was a moment faster, here or on another server.
    if (outcome.error.code === 'conflict') return { ok: false, refusal: this.#wrong(address, now) };
    return { ok: false, refusal: busRefusal(outcome) };
  }

  close(): void {
    this.#stopReading();
    this.#opened.close();
  }

  #codes(): readonly CodeRecord[] {
    return [...this.#opened.channel.entries()].flatMap(([, raw]) => {
      const read = v.safeParse(codeSchema, raw);
      return read.success ? [read.output] : [];
    });
  }

  /** Looks at every code, so that the time it takes says nothing. */
  #find(hash: string, now: number): CodeRecord | undefined {
    let found: CodeRecord | undefined;
    for (const record of this.#codes()) if (isSame(record.hash, hash) && record.expiresAt > now) found = record;
    return found;
  }

  #wrong(address: string, now: number): AccessRefusal {
    const retryAfterMs = this.#lock.failed(address, now);
    const message = 'That code is not right, was used, or is too old. Ask for a new one.';
    return retryAfterMs > 0 ? { code: 'code-wrong', message, retryAfterMs } : { code: 'code-wrong', message };
  }
}

const tooMany = (retryAfterMs: number): AccessRefusal => ({
  code: 'too-many-tries',
  message: `Too many tries. The next one counts in ${Math.ceil(retryAfterMs / 1000)} s.`,
  retryAfterMs,
});

/** What the bus could not take, in the words of this interface. */
export function busRefusal(outcome: Extract<Published, { ok: false }>): AccessRefusal {
  const { error, retryAfterMs } = outcome;
  const code = error.code === 'limit-reached' ? 'limit-reached' : 'bus-down';
  return { code, message: error.message, retryAfterMs };
}
