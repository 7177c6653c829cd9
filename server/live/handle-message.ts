import { type ChannelName, openChannelKind } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { sampleChannelOf } from '../../src/contract/sample-batch.ts';
import type { HelloToRelay, ToRelay } from '../../src/contract/to-relay.ts';
import type { Principal } from '../access/principal.ts';
import type { Published } from '../bus/bus.ts';
import { toArrayBuffer } from '../bus/encode.ts';
import { appError, type Refusal } from '../relay/session.ts';
import type { LiveContext } from './live-context.ts';
import { publishOpen, publishSamples } from './publishing.ts';
import { readBatch } from './read-batch.ts';
import type { ReadingSession, Subscriptions } from './subscriptions.ts';

/** Who sent a message, as far as handling it goes. */
export interface Sender extends ReadingSession {
  readonly who: Principal;
  readonly subscriptions: Subscriptions;
  readonly isClosed: boolean;
  /** Tells, at a bearable rate, what was not taken. */
  refuse(error: Refusal, retryAfterMs?: number): void;
}

/** Does what a welcomed client asks. */
export function handleMessage(from: Sender, message: Exclude<ToRelay, HelloToRelay>, context: LiveContext): void {
  const { relay } = context.delivery;
  switch (message.t) {
    case 'ping':
      from.send({ t: 'pong', at: message.at, serverMs: context.clock.now() });
      break;
    case 'name':
      from.name = message.name;
      relay.boards.renamed(from);
      break;
    case 'subscribe':
      void subscribe(from, message);
      break;
    case 'unsubscribe':
      from.subscriptions.close(message.channel);
      break;
    case 'publish':
      publish(from, message, context);
      break;
    default:
      from.refuse(relay.handle(from, message));
  }
}

/** A binary frame: a batch of a board of the sender's, or of an open channel. `bytes` are only valid now. */
export function handleSamples(from: Sender, bytes: Buffer, { delivery }: LiveContext): void {
  const buffer = toArrayBuffer(bytes);
  const channel = sampleChannelOf(buffer);
  if (channel === undefined || openChannelKind(channel) === undefined) {
    from.refuse(delivery.relay.samples(from, buffer));
    return;
  }
  const batch = readBatch(buffer);
  if ('code' in batch) from.refuse(batch);
  else if (!from.who.may('publish', channel)) from.refuse(notAllowed(channel));
  else from.refuse(publishSamples(delivery.bus, channel, batch, undefined, (outcome) => tellIfRefused(from, outcome)));
}

async function subscribe(from: Sender, message: Extract<ToRelay, { t: 'subscribe' }>): Promise<void> {
  const { id, channel, since, rewind, every, lag, onLag } = message;
  const opened = await from.subscriptions.open(channel, { since, rewind, every, lag, onLag });
  if (opened === undefined || from.isClosed) return;
  if ('code' in opened) {
    from.send({ t: 'answer', rid: id, ok: false, error: opened });
    return;
  }
  const { start } = opened.reader;
  from.send({
    t: 'subscribed',
    id,
    channel,
    kind: opened.kind,
    ...start,
    ...(start.gap && since && { from: since }),
  });
  from.subscriptions.begin(opened.reader);
}

function publish(from: Sender, message: Extract<ToRelay, { t: 'publish' }>, { delivery }: LiveContext): void {
  const { rid, channel } = message;
  const refusal = from.who.may('publish', channel)
    ? publishOpen(delivery.bus, channel, message, (outcome) => {
        if (rid === undefined) tellIfRefused(from, outcome);
        else from.send(answerOf(rid, outcome));
      })
    : notAllowed(channel);
  if (refusal === undefined) return;
  if (rid === undefined) from.refuse(refusal);
  else from.send({ t: 'answer', rid, ok: false, error: refusal });
}

function tellIfRefused(from: Sender, outcome: Published): void {
  if (!outcome.ok) from.refuse(outcome.error, outcome.retryAfterMs);
}

const notAllowed = (channel: ChannelName) =>
  appError('not-allowed', `your role does not let you publish on ${channel}`);

function answerOf(rid: number, outcome: Published): FromRelay {
  if (!outcome.ok) return { t: 'answer', rid, ok: false, error: outcome.error, retryAfterMs: outcome.retryAfterMs };
  const { cursor, duplicate } = outcome;
  return { t: 'answer', rid, ok: true, lease: undefined, have: undefined, cursor, duplicate };
}
