import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AccessRefusal, Role, ServiceToken } from '../../src/contract/access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { KeptRecords } from './kept-records.ts';
import { busRefusal } from './pairing.ts';
import { type TokenRecord, tokenSchema } from './records.ts';
import { isSame } from './secrets.ts';

const TOKEN = /^hyp_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** Compared with when there is no such token, so that the answer takes as long. */
const NO_HASH = '0'.repeat(64);
const USED_EVERY_MS = 60_000;

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: number;
  readonly channels: readonly string[] | undefined;
  readonly boards: readonly string[] | undefined;
}

export type TokenJudgement =
  | { readonly ok: true; readonly record: TokenRecord }
  /** unknown: it was never ours. ended: revoked, or run out. */
  | { readonly ok: false; readonly why: 'unknown' | 'ended' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Tokens of programs, `hyp_<id>_<secret>`: shown once, kept as a hash. */
export class Tokens {
  readonly #max: number;
  readonly #clock: Clock;
  readonly #kept: KeptRecords<TokenRecord>;
  readonly #used: Map<string, number>;

  static async open(
    maxTokens: number,
    bus: Bus,
    clock: Clock,
    hooks: { readonly onEnded: (id: string) => void; readonly onChanged: () => void },
  ): Promise<Tokens> {
    const used = new Map<string, number>();
    const kept = await KeptRecords.open<TokenRecord>(bus, {
      channel: 'access-tokens',
      clock,
      read: (raw) => {
        const read = v.safeParse(tokenSchema, raw);
        return read.success ? read.output : undefined;
      },
      onEnded(id) {
        used.delete(id);
        hooks.onEnded(id);
      },
      onChanged: hooks.onChanged,
    });
    return new Tokens(maxTokens, clock, kept, used);
  }

  private constructor(max: number, clock: Clock, kept: KeptRecords<TokenRecord>, used: Map<string, number>) {
    this.#max = max;
    this.#clock = clock;
    this.#kept = kept;
    this.#used = used;
  }

  get records(): KeptRecords<TokenRecord> {
    return this.#kept;
  }

  async create({
    name,
    role,
    expiresAt,
    channels,
    boards,
  }: NewToken): Promise<{ readonly record: TokenRecord; readonly token: string } | AccessRefusal> {
    if (this.list().length >= this.#max || this.#kept.size >= 4 * this.#max)
      return {
        code: 'limit-reached',
        message: `maxTokens: ${this.#max} tokens are there; revoke one that is not used`,
      };
    const id = randomBytes(8).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const record: TokenRecord = {
      id,
      hash: sha256(secret),
      name,
      role,
      createdAt: this.#clock.now(),
      expiresAt,
      ...(channels && { channels: [...channels] }),
      ...(boards && { boards: [...boards] }),
    };
    const outcome = await this.#kept.put(record, true);
    return outcome.ok ? { record, token: `hyp_${id}_${secret}` } : busRefusal(outcome);
  }

  judge(token: string): TokenJudgement {
    const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
    const record = this.#kept.get(id);
    const isRight = isSame(sha256(secret), record?.hash ?? NO_HASH);
    if (record === undefined || !isRight) return { ok: false, why: 'unknown' };
    if (record.revokedAt !== undefined || record.expiresAt <= this.#clock.now()) return { ok: false, why: 'ended' };
    this.#note(record);
    return { ok: true, record };
  }

  list(): readonly ServiceToken[] {
    const now = this.#clock.now();
    return this.#kept
      .all()
      .filter(({ revokedAt, expiresAt }) => revokedAt === undefined && expiresAt > now)
      .map((record) => describeToken(record, this.#used.get(record.id)));
  }

  #note(record: TokenRecord): void {
    const now = this.#clock.now();
    if (now - Math.max(record.usedAt ?? 0, this.#used.get(record.id) ?? 0) < USED_EVERY_MS) return;
    this.#used.set(record.id, now);
    // As with sessions: a conflict is as good, and a bus that is away is tried again in a minute.
    void this.#kept.put({ ...record, usedAt: now });
  }
}

/** What may be told of a token: all but its hash. */
export function describeToken(record: TokenRecord, usedHere?: number): ServiceToken {
  const { id, name, role, createdAt, expiresAt, channels, boards } = record;
  const usedAt = Math.max(record.usedAt ?? 0, usedHere ?? 0);
  return { id, name, role, createdAt, expiresAt, channels, boards, usedAt: usedAt === 0 ? undefined : usedAt };
}
