import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { flowEntries } from '../../src/contract/to-relay.ts';
import { channelSchema, countSchema } from '../../src/contract/wire-schemas.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Metrics } from '../health.ts';
import type { Admit } from './admission.ts';
import type { DeliveryContext } from './delivery.ts';
import { EventStream } from './event-stream.ts';
import { controlEvent, parseCursors } from './event-stream-form.ts';
import { type ReaderCounts, sumOfCounts } from './reader.ts';

export interface Sse {
  streams(): ReadonlySet<EventStream>;
  told(): ReaderCounts;
  pendingBytes(): number;
  revoked(principalId: string): void;
  drain(): Promise<void>;
}

export interface SseOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly delivery: DeliveryContext;
  readonly admit: Admit;
  readonly server: string;
}

const channelNameSchema = channelSchema as v.GenericSchema<string, string>;

/** A parameter that may stand once, several times, or not at all. */
const many = <S extends v.GenericSchema<string, string>>(item: S, most: number) =>
  v.pipe(
    v.optional(
      v.union([
        v.pipe(
          v.string(),
          v.transform((one) => [one]),
        ),
        v.array(v.string()),
      ]),
      () => [],
    ),
    v.array(item),
    v.maxLength(most),
  );

const inQuery = (schema: v.GenericSchema<number, number>) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'a whole number'), v.transform(Number), schema));

/** What `/sse` is asked with; the same words as the message `subscribe`. */
export const sseQuerySchema = (maxSubscriptions: number) =>
  v.object({
    channel: v.pipe(many(channelNameSchema, maxSubscriptions), v.minLength(1)),
    since: many(v.pipe(v.string(), v.maxLength(256)), maxSubscriptions),
    rewind: inQuery(countSchema),
    every: inQuery(flowEntries.every.wrapped),
    lag: inQuery(flowEntries.lag.wrapped),
    onLag: flowEntries.onLag,
  });

/** `GET /sse?channel=…`: the channels of `/live` for whoever has no WebSocket. Resumes by `Last-Event-ID` or `since`. */
export function addSseRoute(app: FastifyInstance, options: SseOptions): Sse {
  const { limits, clock, metrics, delivery, admit } = options;
  const streams = new Set<EventStream>();
  const querySchema = sseQuerySchema(limits.maxSubscriptions);
  let draining = false;
  let onEmpty: () => void = () => undefined;

  // Not for HEAD: a stream has no end that could be told without its body.
  app.get('/sse', { exposeHeadRoute: false }, async (request, reply) => {
    const refuse = (status: number, code: string, message: string) => {
      metrics.refused.inc({ reason: code });
      return reply.code(status).send({ code, message });
    };
    if (draining) return refuse(503, 'draining', 'the server is stopping; come back in a moment');
    if (streams.size >= limits.maxConnections)
      return refuse(503, 'max-connections', `maxConnections: ${limits.maxConnections} are open`);
    const admission = admit(request.raw);
    if (!admission.ok) {
      const { status, code, message, retryAfterMs } = admission;
      if (retryAfterMs !== undefined) reply.header('Retry-After', Math.ceil(retryAfterMs / 1000));
      return refuse(status, code, message);
    }
    const query = v.safeParse(querySchema, request.query, { abortEarly: true });
    if (!query.success) {
      const [issue] = query.issues;
      return refuse(400, 'bad-message', `${v.getDotPath(issue) ?? 'query'}: ${issue.message}`);
    }
    reply.hijack();
    const stream = new EventStream(
      reply.raw,
      {
        who: admission.principal,
        client: randomBytes(12).toString('base64url'),
        onClose(closed) {
          streams.delete(closed);
          if (streams.size === 0) onEmpty();
        },
      },
      delivery,
    );
    streams.add(stream);
    greet(stream);
    const { channel: channels, since, rewind, every, lag, onLag } = query.output;
    const cursors = parseCursors([...since, lastEventId(request)].join(' '));
    const flows = channels.map(
      (channel) => [channel, { since: cursors.get(channel), rewind, every, lag, onLag }] as const,
    );
    void stream.subscribe(new Map(flows));
    return reply;
  });

  function greet(stream: EventStream): void {
    const { degraded } = delivery.bus.health();
    const about = { t: 'welcome', server: options.server, client: stream.client, now: clock.now(), degraded };
    stream.control(controlEvent(about));
  }

  const stopHealth = delivery.bus.onHealth(() => {
    const event = controlEvent({ t: 'health', ...delivery.bus.health() });
    for (const stream of streams) stream.control(event);
  });

  let cancelBeat = clock.schedule(limits.pingMs, beat);
  function beat(): void {
    for (const stream of streams) stream.checkAlive();
    cancelBeat = clock.schedule(limits.pingMs, beat);
  }

  return {
    streams: () => streams,
    told: () =>
      sumOfCounts(
        [...streams].flatMap(({ subscriptions }) => [...subscriptions.readers()].map(({ counts }) => counts)),
      ),
    pendingBytes: () => [...streams].reduce((sum, { pendingBytes }) => sum + pendingBytes, 0),
    revoked(principalId) {
      for (const stream of streams) if (stream.who.id === principalId) stream.end();
    },
    async drain() {
      draining = true;
      cancelBeat();
      stopHealth();
      const empty = streams.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => (onEmpty = resolve));
      for (const stream of streams)
        stream.reconnect(Math.round(Math.random() * limits.drainMs), 'the server is stopping');
      await empty;
    },
  };
}

/** Browsers send it by themselves when they come back. */
function lastEventId(request: FastifyRequest): string {
  const value = request.headers['last-event-id'];
  return typeof value === 'string' ? value : '';
}
