import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AccessRefusal, PairedDevice, Role } from '../../src/contract/access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { KeptRecords } from './kept-records.ts';
import { busRefusal } from './pairing.ts';
import { type SessionRecord, sessionSchema } from './records.ts';
import type { Secrets } from './secrets.ts';

const DAY_MS = 86_400_000;
/** That somebody was here is written down at most this often. */
const SEEN_EVERY_MS = 60_000;

export interface SessionLimits {
  readonly sessionDays: number;
  readonly sessionRotateMs: number;
  readonly sessionOverlapMs: number;
  readonly maxSessions: number;
}

export type SessionJudgement =
  | { readonly ok: true; readonly record: SessionRecord }
  /** forged: nothing of ours. ended: ours, and over. */
  | { readonly ok: false; readonly why: 'forged' | 'ended' };

/**
 * Paired browsers. A session's cookie carries its id and a generation:
 * ```text
 *  gen 1 ──── a day old: gen 2 is handed out ──── gen 2 comes back: gen 1 is good for 60 s more ──── gen 1 is over
 * ```
 * Until the new cookie was seen the old one goes on: an answer that was lost on the way locks nobody out.
 */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #kept: KeptRecords<SessionRecord>;
  readonly #noted = new Map<string, number>();

  static async open(
    limits: SessionLimits,
    bus: Bus,
    clock: Clock,
    secrets: Secrets,
    hooks: { readonly onEnded: (id: string) => void; readonly onChanged: () => void },
  ): Promise<Sessions> {
    const noted = new Map<string, number>();
    const kept = await KeptRecords.open<SessionRecord>(bus, {
      channel: 'access-sessions',
      clock,
      read: (raw) => {
        const read = v.safeParse(sessionSchema, raw);
        return read.success ? read.output : undefined;
      },
      onEnded(id) {
        noted.delete(id);
        hooks.onEnded(id);
      },
      onChanged: hooks.onChanged,
    });
    return new Sessions(limits, clock, secrets, kept, noted);
  }

  private constructor(
    limits: SessionLimits,
    clock: Clock,
    secrets: Secrets,
    kept: KeptRecords<SessionRecord>,
    noted: Map<string, number>,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#secrets = secrets;
    this.#kept = kept;
    this.#noted = noted;
  }

  get records(): KeptRecords<SessionRecord> {
    return this.#kept;
  }

  get lifetimeMs(): number {
    return this.#limits.sessionDays * DAY_MS;
  }

  /** Those that are good now. */
  live(): readonly SessionRecord[] {
    return this.#kept.all().filter((record) => this.#isLive(record));
  }

  async create(
    role: Role,
    name: string,
  ): Promise<{ readonly record: SessionRecord; readonly cookie: string } | AccessRefusal> {
    const { maxSessions } = this.#limits;
    // Revoked ones are remembered until they would have run out, so they have a bound, too.
    if (this.live().length >= maxSessions || this.#kept.size >= 4 * maxSessions)
      return {
        code: 'limit-reached',
        message: `maxSessions: ${maxSessions} devices are paired; revoke one that is not used`,
      };
    const now = this.#clock.now();
    const record: SessionRecord = {
      id: randomBytes(8).toString('hex'),
      name,
      role,
      pairedAt: now,
      seenAt: now,
      expiresAt: now + this.lifetimeMs,
      gen: 1,
      genSeenAt: now,
    };
    const outcome = await this.#kept.put(record, true);
    if (!outcome.ok) return busRefusal(outcome);
    return { record, cookie: await this.#sign(record.id, 1) };
  }

  /** Judges a cookie, and remembers that it was here. */
  judge(cookie: string): SessionJudgement {
    const now = this.#clock.now();
    const claims = this.#secrets.verify(cookie, now);
    if (claims?.use !== 'session') return { ok: false, why: 'forged' };
    const record = this.#kept.get(claims.id);
    if (record === undefined || !this.#isLive(record)) return { ok: false, why: 'ended' };
    const age = record.gen - claims.gen;
    if (age > 1 || (age === 1 && now - record.genSeenAt > this.#limits.sessionOverlapMs))
      return { ok: false, why: 'ended' };
    this.#note(record, claims.gen, now);
    return { ok: true, record };
  }

  /** A new cookie if this one has been used for long enough. */
  async renew(cookie: string): Promise<string | undefined> {
    const now = this.#clock.now();
    const claims = this.#secrets.verify(cookie, now);
    if (claims?.use !== 'session' || !this.judge(cookie).ok) return undefined;
    const isOld = claims.isOldKey || now - claims.issuedAtMs >= this.#limits.sessionRotateMs;
    const gen = this.#kept.get(claims.id)?.gen;
    // Of two cookies that overlap only the newer one has an heir.
    return isOld && gen === claims.gen ? this.#sign(claims.id, gen + 1) : undefined;
  }

  list(current: string | undefined): readonly PairedDevice[] {
    return this.live().map(({ id, name, role, pairedAt, seenAt, expiresAt }) => ({
      id,
      name,
      role,
      pairedAt,
      seenAt: Math.max(seenAt, this.#noted.get(id) ?? 0),
      expiresAt,
      current: id === current,
    }));
  }

  #isLive({ revokedAt, expiresAt }: SessionRecord): boolean {
    return revokedAt === undefined && expiresAt > this.#clock.now();
  }

  #sign(id: string, gen: number): Promise<string> {
    const issuedAtMs = this.#clock.now();
    return this.#secrets.sign({ use: 'session', id, gen, issuedAtMs, expiresAtMs: issuedAtMs + this.lifetimeMs });
  }

  #note(record: SessionRecord, gen: number, now: number): void {
    const isNewGen = gen > record.gen;
    const noted = Math.max(record.seenAt, this.#noted.get(record.id) ?? 0);
    if (!isNewGen && now - noted < SEEN_EVERY_MS) return;
    this.#noted.set(record.id, now);
    // A server whose clock is behind ends nobody's session early.
    const expiresAt = Math.max(record.expiresAt, now + this.lifetimeMs);
    const seen = { ...record, seenAt: Math.max(record.seenAt, now), expiresAt };
    // A conflict means that another server has just written the same, or that it was revoked: both are as they should be. While the
    // bus is away the next minute tries again.
    void this.#kept.put(isNewGen ? { ...seen, gen, genSeenAt: now } : seen);
  }
}
