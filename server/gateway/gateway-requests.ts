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
  await app.register((up, _options, done) => {
    up.removeAllContentTypeParsers();
    up.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, parsed) =>
      parsed(null, body),
    );
    up.route({
      method: [...METHODS],
      url: '/up/*',
      exposeHeadRoute: false,
      bodyLimit: MAX_BODY_BYTES,
      handler: (request, reply) => handle(request, reply, context),
    });
    done();
  });
}

async function handle(request: FastifyRequest, reply: FastifyReply, context: GatewayContext): Promise<FastifyReply> {
  const found = find(request, context);
  if ('code' in found) {
    if (found.slug !== undefined) context.stats(found.slug).refuse(found.code);
    return refuse(reply, found, context);
  }
  const { target, asked, route } = found;
  const stats = context.stats(target.slug);
  stats.requests++;
  const refuseHere = (refusal: Refusal): FastifyReply => {
    stats.refuse(refusal.code);
    return refuse(reply, refusal, context);
  };
  if (!mayUse(found.principal, target.slug, route.role))
    return refuseHere({
      status: 403,
      code: 'not-allowed',
      message: `This needs the role ${route.role}, or a token for it.`,
    });
  const body = judgeBody(request, found);
  if (!body.ok) return refuseHere(body.refusal);
  try {
    if (route.is === 'stream') return await stream(request, reply, found, body, context);
    const { method, headers } = request.raw;
    const shown = await context.answers.answer({
      target,
      route,
      asked,
      method: method ?? 'GET',
      headers,
      body: body.bytes,
    });
    return show(request, reply, shown);
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    // Causes carry addresses: they are for the log.
    request.log.info({ upstream: target.slug, reason: cause.reason, err: cause.cause }, 'an upstream was not reached');
    const { reason, message, retryAfterMs } = cause;
    return refuseHere({ status: statusOf(reason), code: reason, message, retryAfterMs });
  }
}

/** Which upstream and route, and who asks. */
function find(request: FastifyRequest, context: GatewayContext): Found | Refusal {
  const { raw } = request;
  const asked = readTarget(raw.url ?? '');
  if (typeof asked === 'string') {
    const message = BAD_TARGET[asked] ?? 'There is no such upstream.';
    return { status: 404, code: asked, message };
  }
  const target = context.targets.get(asked.slug);
  if (target === undefined)
    return {
      status: 404,
      code: 'unknown-upstream',
      message: `${asked.slug} is not configured here; /api/upstreams says what is.`,
    };
  const method = raw.method ?? 'GET';
  const wantsStream = raw.headers.accept?.includes('text/event-stream') ?? false;
  const route = target.routes.request(asked.segments, method, wantsStream);
  const admission = (route?.is === 'stream' ? context.admit : context.admitOnce)(raw);
  if (!admission.ok) return { ...admission, slug: asked.slug };
  if (route !== undefined) return { target, asked, route, principal: admission.principal };
  const allow = target.routes.methods(asked.segments);
  if (allow.length > 0)
    return { status: 405, code: 'method-not-allowed', message: `Not by ${method}.`, allow, slug: asked.slug };
  const isSocket = target.routes.socket(asked.segments) !== undefined;
  const message = isSocket
    ? 'This is a WebSocket: ask for an upgrade.'
    : 'This path of the upstream is not let through; `allow` in the configuration can change that.';
  return {
    status: isSocket ? 426 : 404,
    code: isSocket ? 'upgrade-required' : 'path-not-allowed',
    message,
    slug: asked.slug,
  };
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Found,
  body: BodyVerdict & { ok: true },
  context: GatewayContext,
): Promise<FastifyReply> {
  if (context.isDraining() || context.open.size >= MAX_OPEN)
    return refuse(
      reply,
      { status: 503, code: 'busy', message: 'Too many streams are open, or the server stops.' },
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
  const { status, code, message, retryAfterMs, allow } = refusal;
  context.onRefused(code);
  void reply.headers(AS_DATA);
  if (retryAfterMs !== undefined) void reply.header('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  if (allow !== undefined) void reply.header('Allow', allow.join(', '));
  return reply.code(status).send({ code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
