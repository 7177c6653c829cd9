import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { Principal } from '../access/principal.ts';
import type { Metrics } from '../health.ts';
import type { Admit } from '../live/admission.ts';

/** What a handler gives: a status and a body; objects are sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Call<Query, Body> {
  readonly principal: Principal;
  /** The part of the path behind the route's prefix: a channel's name. Empty where there is none. */
  readonly name: string;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
}

/** One route: what it takes is checked by its schemas, and the OpenAPI document is made from the same. */
export interface Route<Query = unknown, Body = unknown> {
  readonly method: 'GET' | 'POST';
  /** `/api/channels/{channel}` takes the rest of the path as the channel's name. */
  readonly path: string;
  readonly summary: string;
  readonly about: string;
  readonly query?: v.GenericSchema<unknown, Query> | undefined;
  readonly body?: v.GenericSchema<unknown, Body> | undefined;
  readonly bodyLimit?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What its answers mean, by status. */
  readonly answers: Readonly<Record<number, string>>;
  handle(call: Call<Query, Body>): Promise<Answer> | Answer;
}

/** Keeps the types of a route's schemas together with its handler's. */
export const route = <Query, Body>(one: Route<Query, Body>): Route => one as unknown as Route;

export const refusal = (status: number, code: string, message: string, retryAfterMs?: number | undefined): Answer => ({
  status,
  body: { code, message, retryAfterMs },
  headers: retryAfterMs === undefined ? undefined : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) },
});

const NAME = '{channel}';

export interface RoutesOptions {
  readonly admit: Admit;
  readonly metrics: Metrics;
}

/** Puts routes on a server: admission first, then what was asked, then the handler. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], { admit, metrics }: RoutesOptions): void {
  for (const one of routes) {
    app.route({
      method: one.method,
      url: one.path.replace(NAME, '*'),
      ...(one.bodyLimit !== undefined && { bodyLimit: one.bodyLimit }),
      async handler(request, reply) {
        const answer = await answerTo(one, request, admit);
        if (answer.status >= 400) metrics.refused.inc({ reason: codeOf(answer.body) });
        return send(reply, answer);
      },
    });
  }
}

async function answerTo(one: Route, request: FastifyRequest, admit: Admit): Promise<Answer> {
  const admission = admit(request.raw);
  if (!admission.ok) return refusal(admission.status, admission.code, admission.message, admission.retryAfterMs);
  const query = parse(one.query, request.query, 'query');
  if (!query.ok) return query.answer;
  const body = parse(one.body, request.body, 'body');
  if (!body.ok) return body.answer;
  const rest = (request.params as Readonly<Record<string, string>>)['*'] ?? '';
  return one.handle({
    principal: admission.principal,
    name: rest,
    query: query.value,
    body: body.value,
    request,
  });
}

type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly answer: Answer };

function parse(schema: v.GenericSchema | undefined, value: unknown, where: string): Checked {
  if (schema === undefined) return { ok: true, value: undefined };
  const result = v.safeParse(schema, value ?? {}, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue)?.slice(0, 100) ?? where;
  return { ok: false, answer: refusal(400, 'bad-message', `${path}: ${issue.message.slice(0, 200)}`) };
}

function send(reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
  if (headers) void reply.headers(headers);
  return reply.code(status).send(body);
}

const codeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' ? body.code : 'refused';

/** A whole number in a query. */
export const numberInQuery = v.optional(
  v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'a whole number'), v.transform(Number)),
);
