import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
import { LruMap } from './lru-map.ts';

const MAX_CHARS = 1_024;
/** A token that was verified once is not computed again; whether it has run out is looked at every time. */
const REMEMBERED = 4_096;

/** What a session's cookie, or the command line's own pass, says. */
export interface Claims {
  readonly use: 'session' | 'command-line';
  /** The session's id. */
  readonly id: string;
  /** Which of the session's cookies, counted from 1. */
  readonly gen: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

type Verified = Claims & { readonly isOldKey: boolean };

interface Key {
  readonly secret: KeyObject;
  readonly kid: string;
  /** The first part of every token that is signed with it: an algorithm that we did not choose is not even looked at. */
  readonly header: string;
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const derive = (secret: string, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(secret), Buffer.alloc(0), `hyphae ${use}`, 32));

function makeKey(secret: string): Key {
  const kid = Buffer.from(derive(secret, 'key id')).toString('hex').slice(0, 12);
  return {
    secret: createSecretKey(derive(secret, 'sessions')),
    kid,
    header: base64url(JSON.stringify({ alg: 'HS256', kid })),
  };
}

/**
 * Everything that is derived from the server's secret: signed tokens (JWT, HS256) and hashes of pairing codes. After a rotation, what
 * the secret before signed is still read; nothing new is signed with it.
 */
export class Secrets {
  readonly #current: Key;
  readonly #accepted: readonly Key[];
  readonly #codeKey: KeyObject;
  readonly #verified = new LruMap<Verified>(REMEMBERED);

  constructor(secret: string, previous: string | undefined) {
    this.#current = makeKey(secret);
    this.#accepted = previous === undefined ? [this.#current] : [this.#current, makeKey(previous)];
    this.#codeKey = createSecretKey(derive(secret, 'pairing codes'));
  }

  sign({ use, id, gen, issuedAtMs, expiresAtMs }: Claims): Promise<string> {
    return new SignJWT({ gen })
      .setProtectedHeader({ alg: 'HS256', kid: this.#current.kid })
      .setAudience(use)
      .setSubject(id)
      .setIssuedAt(Math.floor(issuedAtMs / 1000))
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(this.#current.secret);
  }

  /**
   * Reads a token that one of our keys signed and that has not run out; undefined for anything else. Does not wait: a socket is
   * admitted or refused within its upgrade. (`jose` signs; a test lets it check what is accepted here.)
   */
  verify(token: string, nowMs: number): Verified | undefined {
    if (token.length > MAX_CHARS) return undefined;
    const claims = this.#verified.get(token) ?? this.#verify(token);
    return claims !== undefined && claims.expiresAtMs > nowMs ? claims : undefined;
  }

  #verify(token: string): Verified | undefined {
    const [header, payload, signature, more] = token.split('.');
    if (header === undefined || payload === undefined || signature === undefined || more !== undefined)
      return undefined;
    const key = this.#accepted.find((one) => one.header === header);
    if (key === undefined) return undefined;
    const right = createHmac('sha256', key.secret).update(`${header}.${payload}`).digest('base64url');
    if (!isSame(right, signature)) return undefined;
    const claims = readClaims(payload);
    if (claims === undefined) return undefined;
    const verified = { ...claims, isOldKey: key !== this.#current };
    this.#verified.set(token, verified);
    return verified;
  }

  /** Codes are short: hashed with a key, so that who reads the bus cannot try them all. */
  hashCode(code: string): string {
    return createHmac('sha256', this.#codeKey).update(code).digest('hex');
  }
}

/** Compares in a time that does not tell where they differ. Lengths are no secret. */
export function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The payload was signed by us, so only its use has to be looked at. */
function readClaims(payload: string): Claims | undefined {
  const { aud, sub, gen, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<
    string,
    unknown
  >;
  if (aud !== 'session' && aud !== 'command-line') return undefined;
  if (typeof sub !== 'string' || typeof gen !== 'number' || typeof iat !== 'number' || typeof exp !== 'number')
    return undefined;
  return { use: aud, id: sub, gen, issuedAtMs: iat * 1000, expiresAtMs: exp * 1000 };
}
