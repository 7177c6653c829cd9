import * as v from 'valibot';
import { ROLES } from '../../src/contract/access.ts';

const idSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const hashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const timeSchema = v.pipe(v.number(), v.finite());
/** A name as people write it; nothing that could draw outside of its line. */
export const nameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'a name is needed'),
  v.maxLength(60, 'a name has 60 characters at most'),
  v.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'a name has no control characters'),
);
export const roleSchema = v.picklist(ROLES);

/** In the state channel `access-codes`, by its hash; gone once it is used. */
export const codeSchema = v.object({
  hash: hashSchema,
  role: roleSchema,
  name: nameSchema,
  /** Who made it, for the audit. */
  by: v.string(),
  expiresAt: timeSchema,
});
export type CodeRecord = v.InferOutput<typeof codeSchema>;

/** In the state channel `access-sessions`, by id. */
export const sessionSchema = v.object({
  id: idSchema,
  name: nameSchema,
  role: roleSchema,
  pairedAt: timeSchema,
  seenAt: timeSchema,
  expiresAt: timeSchema,
  /** The newest cookie that came back to us, and since when: the one before it is taken for a minute more. */
  gen: v.number(),
  genSeenAt: timeSchema,
  revokedAt: v.optional(timeSchema),
});
export type SessionRecord = v.InferOutput<typeof sessionSchema>;

/** In the state channel `access-tokens`, by id. */
export const tokenSchema = v.object({
  id: idSchema,
  /** SHA-256 of the secret, which has 256 bits of chance of its own. */
  hash: hashSchema,
  name: nameSchema,
  role: roleSchema,
  createdAt: timeSchema,
  expiresAt: timeSchema,
  usedAt: v.optional(timeSchema),
  channels: v.optional(v.array(v.string())),
  boards: v.optional(v.array(v.string())),
  revokedAt: v.optional(timeSchema),
});
export type TokenRecord = v.InferOutput<typeof tokenSchema>;
