import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { AccessCode, AccessRefusal } from '../../src/contract/access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { FileKeeper } from './access-file.ts';
import { isForwarded, makeProxyList, type Origin, originOf } from './client-address.ts';
import { cookieName, readCookie } from './cookie.ts';
import { FailureLock } from './failure-lock.ts';
import { AccessLimits } from './limits.ts';
import { LruMap } from './lru-map.ts';
import { isOriginAllowed } from './origin.ts';
import type { Pairing } from './pairing.ts';
import { type AnswerCounts, type Narrowing, Principal, type PrincipalKind } from './principal.ts';
import type { Secrets } from './secrets.ts';
import type { Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

export type Refused = {
  readonly ok: false;
  /** HTTP status. */
  readonly status: number;
  readonly code: AccessCode;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
};
export type Admission = { readonly ok: true; readonly principal: Principal } | Refused;

/** Sessions and tokens that run out are noticed this often, and so their sockets are. */
const PRUNE_MS = 5_000;
const ALL: Narrowing = { channels: undefined, boards: undefined };
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** What is there only where people must be let in. */
export interface Doors {
  readonly secrets: Secrets;
  readonly pairing: Pairing;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  /** undefined: nothing of it outlives the bus. */
  readonly file: FileKeeper | undefined;
}

/** Who may come in, what they may, and how much of it. */
export class Access {
  readonly config: Config;
  readonly bus: Bus;
  readonly limits: AccessLimits;
  /** undefined: everybody is the owner of an open server. */
  readonly doors: Doors | undefined;
  readonly #clock: Clock;
  readonly #proxies: BlockList | undefined;
  readonly #principals: LruMap<Principal>;
  readonly #counts: AnswerCounts = { hits: 0, misses: 0, evicted: 0 };
  readonly #guesses: FailureLock;
  readonly #told = new Set<(principal: string) => void>();
  readonly #open: Principal;
  #cancel: () => void = () => undefined;

  constructor(config: Config, bus: Bus, clock: Clock, doors: Doors | undefined) {
    this.config = config;
    this.bus = bus;
    this.doors = doors;
    this.limits = new AccessLimits(config, clock.now, doors === undefined);
    this.#clock = clock;
    this.#proxies = config.behindProxy ? makeProxyList(config.trustedProxies) : undefined;
    this.#principals = new LruMap(config.maxSessions + config.maxTokens + 16);
    this.#guesses = new FailureLock(config);
    this.#open = new Principal(
      { id: 'open', name: 'this computer', kind: 'open', role: 'owner' },
      ALL,
      config.cachedAnswers,
      this.#counts,
    );
    if (doors) this.#pruneLater(doors);
  }

  get required(): boolean {
    return this.doors !== undefined;
  }

  /** How the clients' side of a request looks, behind a proxy or not. */
  originOf(request: IncomingMessage): Origin {
    return originOf(request, this.#proxies);
  }

  /** Who sends this request: a page of ours with a cookie, or a program with a token. Never waits, never throws. */
  authenticate(request: IncomingMessage, from = this.originOf(request)): Admission {
    const foreign = this.refusalOfOrigin(request, from);
    if (foreign) return foreign;
    if (this.doors === undefined) return { ok: true, principal: this.#open };
    const { authorization, cookie } = request.headers;
    const { secure, address } = from;
    if (authorization !== undefined) return this.#byToken(this.doors, authorization, address);
    const session = readCookie(cookie, cookieName(secure));
    if (session !== undefined) return this.#bySession(this.doors, request, session, address);
    return refuse(401, 'not-paired', 'Pair this device with a code, or send a token (Authorization: Bearer hyp_…).');
  }

  /**
   * The first word about a request: {@link authenticate}, and for what stays open (an upgrade, a stream of events) the limits of its
   * address, which it counts against until its socket closes.
   */
  admit(request: IncomingMessage): Admission {
    if (this.doors === undefined || !staysOpen(request)) return this.authenticate(request);
    const from = this.originOf(request);
    const limit = this.limits.connect(from.address);
    if (limit) return refuse(429, limit.code, 'Too many connections from this address.', limit.retryAfterMs);
    const admission = this.authenticate(request, from);
    if (admission.ok) request.socket.once('close', this.limits.opened(from.address));
    return admission;
  }

  /** Every request is asked where its page came from, signed in or not; undefined: from here, or it is no page at all. */
  refusalOfOrigin(request: IncomingMessage, from = this.originOf(request)): Refused | undefined {
    const { origin } = request.headers;
    if (this.doors === undefined && isForwarded(request))
      return refuse(
        403,
        'proxy-not-configured',
        'A proxy passed this on, and this server is open to everybody who reaches it. Start it with --behind-proxy.',
      );
    const { host, secure } = from;
    const boundTo = this.config.behindProxy ? undefined : this.config.host;
    if (isOriginAllowed(origin, host, boundTo, { secure, strict: this.doors !== undefined })) return undefined;
    return refuse(403, 'origin-not-allowed', 'Only pages of this server may do that.');
  }

  /** Calls back with the id of every principal that was revoked, signed out or ran out, on any server. Returns how to stop. */
  onRevoked(told: (principal: string) => void): () => void {
    this.#told.add(told);
    return () => this.#told.delete(told);
  }

  /** Of what keeps them: a session or token is over. */
  ended(kind: PrincipalKind, id: string): void {
    const principal = `${kind}:${id}`;
    this.#principals.delete(principal);
    for (const told of this.#told) told(principal);
  }

  stats() {
    return {
      sessions: this.doors?.sessions.live().length ?? 0,
      tokens: this.doors?.tokens.list().length ?? 0,
      codes: this.doors?.pairing.waiting ?? 0,
      unreadable: (this.doors?.sessions.records.unreadable ?? 0) + (this.doors?.tokens.records.unreadable ?? 0),
      answers: { ...this.#counts },
      fileFailures: this.doors?.file?.failures ?? 0,
      forgottenAddresses: this.limits.stats().evicted + this.#guesses.evicted,
    };
  }

  close(): void {
    this.#cancel();
    this.doors?.file?.flush();
    this.doors?.sessions.records.close();
    this.doors?.tokens.records.close();
    this.doors?.pairing.close();
  }

  #byToken({ tokens, secrets }: Doors, authorization: string, address: string): Admission {
    const bearer = /^Bearer +([\w.-]{1,1024})$/i.exec(authorization)?.[1] ?? '';
    if (bearer.startsWith('hyp_')) {
      const judged = tokens.judge(bearer);
      if (judged.ok) {
        const { id, name, role, channels, boards } = judged.record;
        return { ok: true, principal: this.#principal('token', id, name, role, { channels, boards }) };
      }
      if (judged.why === 'ended') return refuse(401, 'token-refused', 'This token was revoked or has run out.');
    } else if (secrets.verify(bearer, this.#clock.now())?.use === 'command-line') {
      // Whoever signs with the server's own secret could sign anything.
      return { ok: true, principal: this.#principal('token', 'command-line', 'command line', 'owner', ALL) };
    }
    return this.#guessed(
      address,
      'token-refused',
      'No such token. An owner makes one in Settings, or by /api/access/tokens.',
    );
  }

  #bySession({ sessions }: Doors, request: IncomingMessage, cookie: string, address: string): Admission {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const changes = request.headers.upgrade !== undefined || !SAFE_METHODS.includes(request.method ?? '');
    // A cookie comes by itself, so it counts only when the browser says that a page of ours sent it.
    const isOurs = site === undefined ? origin !== undefined || !changes : site === 'same-origin' || site === 'none';
    if (!isOurs) return refuse(403, 'origin-not-allowed', 'Only pages of this server may use its cookie.');
    const judged = sessions.judge(cookie);
    if (judged.ok) {
      const { id, name, role } = judged.record;
      return { ok: true, principal: this.#principal('session', id, name, role, ALL) };
    }
    if (judged.why === 'ended')
      return refuse(401, 'session-ended', 'This device was signed out, or not seen for too long. Pair it again.');
    return this.#guessed(address, 'not-paired', 'This cookie is not from this server. Pair this device with a code.');
  }

  /** What is wrong by mistake is told so; what is wrong again and again must wait. Right ones from the same address go on. */
  #guessed(address: string, code: AccessCode, message: string): Refused {
    const now = this.#clock.now();
    const waitMs = this.#guesses.waitMs(address, now);
    if (waitMs > 0) return refuse(429, 'too-many-tries', 'Too many wrong tokens or cookies from this address.', waitMs);
    this.#guesses.failed(address, now);
    return refuse(401, code, message);
  }

  #principal(kind: PrincipalKind, id: string, name: string, role: Principal['role'], narrowing: Narrowing): Principal {
    const key = `${kind}:${id}`;
    const known = this.#principals.get(key);
    if (known !== undefined) {
      if (known.name !== name || known.role !== role) known.change(name, role, narrowing);
      return known;
    }
    const made = new Principal({ id: key, name, kind, role }, narrowing, this.config.cachedAnswers, this.#counts);
    this.#principals.set(key, made);
    return made;
  }

  #pruneLater(doors: Doors): void {
    this.#cancel = this.#clock.schedule(PRUNE_MS, () => {
      const now = this.#clock.now();
      doors.sessions.records.prune(now);
      doors.tokens.records.prune(now);
      this.#pruneLater(doors);
    });
  }
}

/** Everything that is let in by `admit` stays open, but for single requests to `/api`. */
const staysOpen = ({ headers, url }: IncomingMessage): boolean =>
  headers.upgrade !== undefined || !url?.startsWith('/api/');

export function refuse(status: number, code: AccessCode, message: string, retryAfterMs?: number): Refused {
  return { ok: false, status, code, message, retryAfterMs };
}

const STATUS: Partial<Record<AccessCode, number>> = {
  'code-wrong': 403,
  'too-many-tries': 429,
  'limit-reached': 429,
  'bus-down': 503,
  'not-allowed': 403,
  'not-found': 404,
};

/** A refusal of a part as one of a request. */
export const toRefused = ({ code, message, retryAfterMs }: AccessRefusal): Refused =>
  refuse(STATUS[code] ?? 400, code, message, retryAfterMs);
