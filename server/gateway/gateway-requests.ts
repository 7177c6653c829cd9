import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { type AskedTarget, readTarget } from './asked-target.ts';
import { mayUse } from './gateway-access.ts';
import { type GatewayContext, MAX_OPEN } from './gateway-context.ts';
import { GatewayError, statusOf } from './gateway-error.ts';
import { AS_DATA } from './passed-headers.ts';
import type { HttpRoute, StreamRoute } from './preset.ts';
import { type BodyVerdict, judgeBody } from './request-body.ts';
import type { Shown } from './shared-answers.ts';
import { openStream } from './stream-open.ts';
import type { Target } from './targets.ts';

/** Of a request to an upstream. */
const MAX_BODY_BYTES = 1_048_576;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A refusal of ours, not of the upstream. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly allow?: readonly string[];
  /** Of which upstream, if that was understood. */
  readonly slug?: string;
}

/** What was found for a request. */
export interface Found {
  readonly target: Target;
  readonly asked: AskedTarget;
  readonly route: HttpRoute | StreamRoute;
  readonly principal: Principal;
}

const BAD_TARGET: Readonly<Record<string, string>> = {
  'bad-path': 'This path could be read in two ways, so it is not passed on.',
  'bad-query': 'This query has characters that are not passed on: encode them.',
  'target-too-long': 'This address is too long.',
};

/** Puts `/up/*` on a server, for requests and event streams. Bodies are bytes here: nobody parses them but the upstream. */
export async function addGatewayRoutes(app: FastifyInstance, context: GatewayContext): Promise<void> {
  const allowed = new WeakMap<FastifyRequest, Found>();
  await app.register((up, _options, done) => {
    up.removeAllContentTypeParsers();
    up.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, parsed) =>
      parsed(null, body),
    );
    // Before a byte of the body is read.
    up.addHook('onRequest', async (request, reply) => {
      const found = find(request, context);
      if ('code' in found) return refuse(reply, found, context);
      allowed.set(request, found);
      return undefined;
    });
    up.route({
      method: [...METHODS],
      url: '/up/*',
      exposeHeadRoute: false,
      bodyLimit: MAX_BODY_BYTES,
      handler: (request, reply) => handle(request, reply, must(allowed.get(request)), context),
    });
    done();
  });
}

function must(found: Found | undefined): Found {
  if (found === undefined) throw new Error('a request that nobody let in');
  return found;
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Found,
  context: GatewayContext,
): Promise<FastifyReply> {
  const { target, asked, route, principal } = found;
  const { slug } = target;
  context.stats(slug).requests++;
  const body = judgeBody(request, found);
  if (!body.ok) return refuse(reply, { ...body.refusal, slug }, context);
  try {
    if (route.is === 'stream') return await stream(request, reply, found, body, context);
    const { method = 'GET', headers } = request.raw;
    return show(
      request,
      reply,
      await context.answers.answer({ target, route, asked, principal, method, headers, body: body.bytes }),
    );
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const { reason, message, retryAfterMs } = cause;
    return refuse(reply, { status: statusOf(reason), code: reason, message, retryAfterMs, slug }, context);
  }
}

/** Who asks, for which upstream and route. Strangers learn nothing, not even what is configured. */
function find(request: FastifyRequest, { targets, admit, admitOnce }: GatewayContext): Found | Refusal {
  const { raw } = request;
  const { method = 'GET', headers } = raw;
  const asked = readTarget(raw.url ?? '');
  const isSound = typeof asked !== 'string';
  const target = isSound ? targets.get(asked.slug) : undefined;
  const wantsStream = headers.accept?.includes('text/event-stream') ?? false;
  const route = isSound ? target?.routes.request(asked.segments, method, wantsStream) : undefined;
  const admission = (route?.is === 'stream' ? admit : admitOnce)(raw);
  if (!admission.ok) return admission;
  if (!isSound) return { status: 404, code: asked, message: BAD_TARGET[asked] ?? 'There is no such upstream.' };
  const { slug, segments } = asked;
  if (target === undefined) {
    const message = `${slug} is not configured here; /api/upstreams says what is.`;
    return { status: 404, code: 'unknown-upstream', message };
  }
  const { principal } = admission;
  if (route === undefined) return noRoute(target, segments, method);
  if (mayUse(principal, slug, route.role)) return { target, asked, route, principal };
  const message = `This needs the role ${route.role}, or a token for it.`;
  return { status: 403, code: 'not-allowed', message, slug };
}

/** Why a path of an upstream is not let through. */
function noRoute({ routes, slug }: Target, segments: readonly string[], method: string): Refusal {
  const allow = routes.methods(segments);
  if (allow.length > 0) return { status: 405, code: 'method-not-allowed', message: `Not by ${method}.`, allow, slug };
  if (routes.socket(segments) !== undefined)
    return { status: 426, code: 'upgrade-required', message: 'This is a WebSocket: ask for an upgrade.', slug };
  const message = 'This path of the upstream is not let through; `allow` in the configuration can change that.';
  return { status: 404, code: 'path-not-allowed', message, slug };
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Found,
  body: BodyVerdict & { ok: true },
  context: GatewayContext,
): Promise<FastifyReply> {
  // It was counted against its address until its connection ends: so it has one of its own.
  reply.raw.shouldKeepAlive = false;
  if (context.isDraining() || context.open.size >= MAX_OPEN)
    return refuse(
      reply,
      {
        status: 503,
        code: 'busy',
        message: 'Too many streams are open, or the server stops.',
        slug: found.target.slug,
      },
      context,
    );
  const opened = await openStream(request.raw, reply.raw, found, body.bytes, context);
  if ('answer' in opened) return show(request, reply, opened);
  reply.hijack();
  opened.start();
  return reply;
}

/** Writes an answer; a browser that has the very same already is told so. */
function show(request: FastifyRequest, reply: FastifyReply, { answer, ageMs, stale }: Shown): FastifyReply {
  const isGet = request.raw.method === 'GET';
  void reply.headers({ ...answer.headers, ...AS_DATA });
  void reply.header('Cache-Control', 'private, no-cache');
  if (isGet) void reply.header('Age', Math.floor(ageMs / 1_000));
  if (stale !== undefined) void reply.header('X-Hyphae-Stale', stale);
  if (isGet && answer.status === 200) {
    void reply.header('ETag', answer.etag);
    if (request.raw.headers['if-none-match']?.split(',').some((tag) => tag.trim() === answer.etag))
      return reply.code(304).send();
  }
  void reply.type(answer.type);
  return reply.code(answer.status).send(answer.body);
}

function refuse(reply: FastifyReply, refusal: Refusal, context: GatewayContext): FastifyReply {
  const { status, code, message, retryAfterMs, allow, slug } = refusal;
  context.onRefused(code);
  if (slug !== undefined) context.stats(slug).refuse(code);
  void reply.headers(AS_DATA);
  if (retryAfterMs !== undefined) void reply.header('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  if (allow !== undefined) void reply.header('Allow', allow.join(', '));
  return reply.code(status).send({ code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
