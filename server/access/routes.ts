import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { AccessCode, Me, PairingCode } from '../../src/contract/access.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { type Access, type Doors, type Refused, refuse, toRefused } from './access.ts';
import { auditAccess } from './audit.ts';
import { cookieName, noCookie, readCookie, sessionCookie } from './cookie.ts';
import type { Principal } from './principal.ts';
import { codeBodySchema, issueOf, pairBodySchema, tokenBodySchema } from './request-bodies.ts';
import { describeToken } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on the pages and files, which everybody may load. */
    principal: Principal | undefined;
  }
}

/** Asked before anybody is anybody. */
const OPEN_PATHS = ['/api/access/pair', '/api/access/me'];
const GUARDED = /^\/(?:api(?:\/|$)|metrics$)/;
const DAY_MS = 86_400_000;
const ID = /^[0-9a-f]{16}$/;

export interface RouteHooks {
  readonly now: () => EpochMs;
  /** Counts a refusal by its code. */
  readonly onRefused: (code: AccessCode) => void;
}

/**
 * Guards `/api` and `/metrics`: origin, limits of the address, who asks (`request.principal`). Adds `/api/access/…`. Call it before the
 * other routes are added.
 */
export function addAccessRoutes(app: FastifyInstance, access: Access, { now, onRefused }: RouteHooks): void {
  app.decorateRequest('principal', undefined);

  function send(reply: FastifyReply, refused: Refused): FastifyReply {
    onRefused(refused.code);
    if (refused.retryAfterMs !== undefined) reply.header('Retry-After', Math.ceil(refused.retryAfterMs / 1000));
    if (refused.status === 401) reply.header('WWW-Authenticate', 'Bearer');
    const { code, message, retryAfterMs } = refused;
    return reply.code(refused.status).send({ code, message, retryAfterMs });
  }

  app.addHook('onRequest', async (request, reply) => {
    // The route that was found, not the text that was sent: `/%6Detrics` finds `/metrics`, too.
    const path = request.routeOptions.url ?? '';
    if (!GUARDED.test(path)) return undefined;
    // What is told to one person must not be found by another in a cache between.
    reply.header('Cache-Control', 'no-store');
    if (access.required) {
      const limit = access.limits.request(access.originOf(request.raw).address);
      if (limit)
        return send(reply, refuse(429, limit.code, 'Too many requests from this address.', limit.retryAfterMs));
    }
    if (OPEN_PATHS.includes(path)) {
      const foreign = access.refusalOfOrigin(request.raw);
      return foreign && send(reply, foreign);
    }
    const admission = access.authenticate(request.raw);
    if (!admission.ok) return send(reply, admission);
    request.principal = admission.principal;
    return undefined;
  });

  app.get('/api/access/me', async (request, reply) => {
    const admission = access.authenticate(request.raw);
    if (!admission.ok) return send(reply, admission);
    const { principal } = admission;
    const { secure } = access.originOf(request.raw);
    const cookie = readCookie(request.headers.cookie, cookieName(secure));
    const { sessions } = access.doors ?? {};
    let expiresAt: EpochMs | undefined;
    if (sessions !== undefined && principal.kind === 'session' && cookie !== undefined) {
      const renewed = await sessions.renew(cookie);
      if (renewed !== undefined) reply.header('Set-Cookie', sessionCookie(renewed, secure, sessions.lifetimeMs));
      expiresAt = sessions.records.get(idOf(principal))?.expiresAt;
    }
    const { id, name, kind, role } = principal;
    const me: Me = {
      access: access.required ? 'required' : 'open',
      id,
      name,
      kind,
      role,
      rules: principal.describe().rules,
      expiresAt,
    };
    return me;
  });

  if (access.doors === undefined) return;
  const { doors } = access;

  /** The owner who asks, or undefined after a refusal was sent. */
  const ownerOf = (request: FastifyRequest, reply: FastifyReply): Principal | undefined => {
    const { principal } = request;
    if (principal?.may('admin', 'access')) return principal;
    send(reply, refuse(403, 'not-allowed', 'Only an owner may do that.'));
    return undefined;
  };
  const audit = (who: Pick<Principal, 'id' | 'name' | 'role'>, what: string, detail: Record<string, unknown>): void => {
    auditAccess(access.bus, now(), who, what, detail);
    app.log.info({ who: who.id, what, ...detail }, what);
    doors.file?.flush();
    if (doors.file?.failure !== undefined)
      app.log.error({ file: access.config.tokensFile, reason: doors.file.failure }, 'paired devices were not saved');
  };

  app.post('/api/access/pair', { bodyLimit: 1_024 }, async (request, reply) => {
    const body = v.safeParse(pairBodySchema, request.body);
    if (!body.success) return send(reply, refuse(400, 'bad-request', issueOf(body.issues)));
    const { address, secure } = access.originOf(request.raw);
    const redeemed = await doors.pairing.redeem(body.output.code, address);
    if (!redeemed.ok) {
      app.log.warn({ address, reason: redeemed.refusal.code }, 'pairing refused');
      return send(reply, toRefused(redeemed.refusal));
    }
    const { role, by } = redeemed.code;
    const made = await doors.sessions.create(role, body.output.name ?? redeemed.code.name);
    if ('code' in made) return send(reply, toRefused(made));
    // A browser that is paired anew leaves its old session behind.
    const before = readCookie(request.headers.cookie, cookieName(secure));
    const old = before === undefined ? undefined : doors.sessions.judge(before);
    if (old?.ok) await doors.sessions.records.revoke(old.record.id, now());
    const { id, name } = made.record;
    audit({ id: `session:${id}`, name, role }, 'access.pair', { by });
    reply.header('Set-Cookie', sessionCookie(made.cookie, secure, doors.sessions.lifetimeMs));
    return { id: `session:${id}`, name, role };
  });

  app.post('/api/access/logout', { bodyLimit: 1_024 }, async (request, reply) => {
    const { principal } = request;
    if (principal?.kind === 'session') {
      await doors.sessions.records.revoke(idOf(principal), now());
      audit(principal, 'access.revoke', { session: idOf(principal) });
    }
    reply.header('Set-Cookie', noCookie(access.originOf(request.raw).secure));
    return reply.code(204).send();
  });

  app.post('/api/access/codes', { bodyLimit: 1_024 }, async (request, reply) => {
    const owner = ownerOf(request, reply);
    if (owner === undefined) return reply;
    const body = v.safeParse(codeBodySchema, request.body);
    if (!body.success) return send(reply, refuse(400, 'bad-request', issueOf(body.issues)));
    const { role, name } = body.output;
    const made = await doors.pairing.make(role, name, owner.id);
    if (!('expiresAt' in made)) return send(reply, toRefused(made));
    audit(owner, 'access.invite', { role, name });
    const answer: PairingCode = { ...made, url: `${addressFor(request)}/pair#${made.code}`, role, name };
    return reply.code(201).send(answer);
  });

  /** How the one who asks reaches us, unless the configuration says better. */
  function addressFor(request: FastifyRequest): string {
    const { host, secure } = access.originOf(request.raw);
    return access.config.publicUrl ?? `${secure ? 'https' : 'http'}://${host ?? 'localhost'}`;
  }

  app.get('/api/access/sessions', async (request, reply) => {
    const owner = ownerOf(request, reply);
    return owner === undefined ? reply : { sessions: doors.sessions.list(idOf(owner)) };
  });
  app.get('/api/access/tokens', async (request, reply) =>
    ownerOf(request, reply) === undefined ? reply : { tokens: doors.tokens.list() },
  );
  addRevocation('sessions', 'session');
  addRevocation('tokens', 'token');

  function addRevocation(list: keyof Pick<Doors, 'sessions' | 'tokens'>, kind: 'session' | 'token'): void {
    app.delete<{ Params: { id: string } }>(`/api/access/${list}/:id`, async (request, reply) => {
      const owner = ownerOf(request, reply);
      if (owner === undefined) return reply;
      const { id } = request.params;
      const { records } = doors[list];
      const { name } = (ID.test(id) && records.get(id)) || {};
      const revoked = records.revoke(id, now());
      if (revoked === undefined)
        return send(reply, refuse(404, 'not-found', `There is no such ${kind}, or it is over.`));
      const outcome = await revoked;
      audit(owner, 'access.revoke', { [kind]: id, name });
      if (outcome.ok) return reply.code(204).send();
      const message = 'Revoked on this server. The others hear of it as soon as they can be reached.';
      return send(reply, refuse(503, 'bus-down', message, outcome.retryAfterMs));
    });
  }

  app.post('/api/access/tokens', { bodyLimit: 8_192 }, async (request, reply) => {
    const owner = ownerOf(request, reply);
    if (owner === undefined) return reply;
    const body = v.safeParse(tokenBodySchema, request.body);
    if (!body.success) return send(reply, refuse(400, 'bad-request', issueOf(body.issues)));
    const { name, role, days, channels, boards } = body.output;
    const made = await doors.tokens.create({ name, role, expiresAt: now() + days * DAY_MS, channels, boards });
    if ('code' in made) return send(reply, toRefused(made));
    audit(owner, 'access.token', { token: made.record.id, name, role });
    return reply.code(201).send({ ...describeToken(made.record), token: made.token });
  });
}

/** `session:0123…` → `0123…` */
const idOf = (principal: Principal): string => principal.id.slice(principal.id.indexOf(':') + 1);
