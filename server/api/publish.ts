import * as v from 'valibot';
import { channelKind } from '../../src/contract/channel.ts';
import { keySchema, publicationEntries } from '../../src/contract/to-relay.ts';
import { channelSchema } from '../../src/contract/wire-schemas.ts';
import type { Principal } from '../access/principal.ts';
import type { Published } from '../bus/bus.ts';
import type { SharedRates } from '../live/client-rates.ts';
import type { DeliveryContext } from '../live/delivery.ts';
import { type Publication, publishOpen, weightOf } from '../live/publishing.ts';
import { type Answer, type Call, type Route, refusal, route } from './route.ts';

/** A bus that says nothing for so long keeps the publication in its queue, and the caller is told so. */
const ANSWER_MS = 2_000;
const MAX_BATCH = 256;

const publicationSchema = v.object(publicationEntries);
const batchSchema = v.object({
  publications: v.pipe(
    v.array(v.object({ channel: channelSchema, ...publicationEntries })),
    v.minLength(1),
    v.maxLength(MAX_BATCH),
  ),
});

const STATUS: Readonly<Record<string, number>> = {
  'not-allowed': 403,
  'no-such-channel': 404,
  'limit-reached': 429,
  'bus-down': 503,
  conflict: 409,
};

export interface PublishContext {
  readonly delivery: DeliveryContext;
  readonly rates: Pick<SharedRates, 'publish'>;
}

/** Publishing for whoever speaks HTTP. */
export function publishRoutes(context: PublishContext): readonly Route[] {
  const { maxPublishBytes } = context.delivery.limits;
  const one = route<unknown, Publication>({
    method: 'POST',
    path: '/api/channels/{channel}',
    summary: 'Publish on an open channel',
    about:
      'events: `records`; state: `puts` and `dels`; samples: `samples`. With an `Idempotency-Key` (or `key`) the same request again is the same publication.',
    body: publicationSchema,
    bodyLimit: maxPublishBytes,
    headers: { 'Idempotency-Key': 'Names this publication for ten minutes.' },
    answers: {
      200: 'Published: `cursor` of its first record (state: after its last change), `duplicate` if it was here already.',
      202: 'Queued: the servers cannot reach each other now, and it will be published when they can.',
      400: 'It does not fit the channel, or a limit of the schema.',
      403: 'Not your right, or not an open channel.',
      429: 'A limit was reached; `retryAfterMs` says when to come back.',
      503: 'Not published: the bus is down and cannot queue this.',
    },
    async handle({ principal, name, body, request }) {
      if (channelKind(name) === undefined)
        return refusal(404, 'no-such-channel', `${name.slice(0, 128)} is no channel`);
      const key = v.safeParse(v.optional(keySchema), request.headers['idempotency-key'] ?? body.key);
      if (!key.success)
        return refusal(400, 'bad-message', 'Idempotency-Key: 1 to 128 printable ASCII characters, no spaces');
      return publishAs(principal, context, name, { ...body, key: key.output });
    },
  });
  const batch = route<unknown, v.InferOutput<typeof batchSchema>>({
    method: 'POST',
    path: '/api/publish',
    summary: 'Publish on several open channels',
    about: 'Each publication is taken or refused by itself; `results` are in the same order.',
    body: batchSchema,
    bodyLimit: maxPublishBytes,
    answers: { 200: 'One result per publication: `{status, …}` as of a single one.' },
    handle: async (call) => ({ status: 200, body: { results: await publishAll(context, call) } }),
  });
  return [one, batch];
}

async function publishAll(
  context: PublishContext,
  { principal, body }: Call<unknown, v.InferOutput<typeof batchSchema>>,
): Promise<unknown[]> {
  const answers = body.publications.map(({ channel, ...publication }) =>
    publishAs(principal, context, channel, publication),
  );
  return (await Promise.all(answers)).map(({ status, body: result }) => ({ status, ...(result as object) }));
}

/** Asks for the right and the rate, then publishes. */
function publishAs(
  principal: Principal,
  { delivery, rates }: PublishContext,
  channel: string,
  publication: Publication,
): Promise<Answer> | Answer {
  if (!principal.may('publish', channel))
    return refusal(403, 'not-allowed', `your role does not let you publish on ${channel}`);
  const waitMs = rates.publish(principal.id, weightOf(publication));
  return waitMs > 0
    ? refusal(429, 'publish-per-principal', 'More than one device or token may publish in a while.', waitMs)
    : publish(delivery, channel, publication);
}

function publish(context: DeliveryContext, channel: string, publication: Publication): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const cancel = context.clock.schedule(ANSWER_MS, () => resolve({ status: 202, body: { queued: true } }));
  const refused = publishOpen(context.bus, channel, publication, (outcome) => resolve(answerOf(outcome)));
  if (refused) resolve(refusal(STATUS[refused.code] ?? 400, refused.code, refused.message));
  return promise.finally(cancel);
}

function answerOf(outcome: Published): Answer {
  if (outcome.ok) return { status: 200, body: { cursor: outcome.cursor, duplicate: outcome.duplicate } };
  const { code, message } = outcome.error;
  return refusal(STATUS[code] ?? 400, code, message, outcome.retryAfterMs);
}
