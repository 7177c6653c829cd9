import type { EpochMs } from '../../contract/time.ts';
import type { MycorrhizaeMessage } from '../../contract/upstream/mycorrhizae.ts';
import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import { parseMended } from '../mended-json.ts';
import type { Out, ReadContext } from '../out.ts';
import { Seen } from '../seen.ts';
import { Devices } from './devices.ts';
import type { Lag } from './lag.ts';
import { readMessage } from './message.ts';
import { matchesPattern } from './pattern.ts';
import { withheldBecause } from './withheld.ts';

/** What one connection knows besides what all of them share. */
export interface StreamPlace {
  /** What was asked for; undefined: everything is ours. */
  readonly pattern?: string | undefined;
  readonly lag?: Lag | undefined;
  /** Said of every record that comes this way. */
  readonly flags?: readonly string[];
}

const EXCERPT = 200;

/**
 * What all connections to Mycorrhizae bring, in one place, because one message can come by several of them (and by Redis): repeats are left
 * out, the latest of each device is kept.
 */
export class MycorrhizaeReader {
  readonly #seen = new Seen();
  readonly #devices = new Devices();

  /** One event of the stream. Gives the message, where it was one that goes on. */
  event(
    event: { readonly event: string; readonly id: string | undefined; readonly data: string },
    out: Out,
    context: ReadContext,
    place: StreamPlace = {},
  ): MycorrhizaeMessage | undefined {
    switch (event.event) {
      case '':
      case 'message':
        return this.text(event.data, event.id, out, context, place);
      // Signs of life. The number in a ping is a clock of the process over there, or of the website: it says nothing about time here.
      case 'connected':
      case 'ping':
        return undefined;
      default:
        out.count('unknown', `event:${event.event.slice(0, 40)}`, event.data.slice(0, EXCERPT));
        return undefined;
    }
  }

  /** One frame of the WebSocket twin: the same, with the event's name inside. */
  frame(text: string, out: Out, context: ReadContext, place: StreamPlace = {}): MycorrhizaeMessage | undefined {
    const frame = parseMended(text);
    if (frame === undefined) return this.#reject(out, 'bad-json', text);
    if (!isJsonObject(frame.value)) return this.#reject(out, 'not-an-object', text);
    const { event, id, data } = frame.value;
    if (event === 'connected' || event === 'ping') return undefined;
    const flags = [...(place.flags ?? []), ...frame.flags];
    if (event === 'message')
      return this.value(data, typeof id === 'string' ? id : undefined, out, context, { ...place, flags }, text);
    out.count('unknown', `event:${String(event).slice(0, 40)}`, text.slice(0, EXCERPT));
    return undefined;
  }

  text(text: string, id: string | undefined, out: Out, context: ReadContext, place: StreamPlace = {}) {
    const body = parseMended(text);
    if (body === undefined) return this.#reject(out, 'bad-json', text);
    const flags = body.flags.length === 0 ? place.flags : [...(place.flags ?? []), ...body.flags];
    return this.value(body.value, id, out, context, { ...place, flags: flags ?? [] }, text);
  }

  /** A message that is JSON already: from a frame, or from Redis. */
  value(
    value: unknown,
    id: string | undefined,
    out: Out,
    context: ReadContext,
    place: StreamPlace = {},
    text = '',
  ): MycorrhizaeMessage | undefined {
    if (!isJsonObject(value)) return this.#reject(out, 'not-an-object', text);
    if (!isChannelled(value)) return this.#reject(out, 'no-channel', text);
    const why = withheldBecause(value.channel, value.payload);
    if (why !== undefined) {
      out.count('withheld', why);
      return undefined;
    }
    const { pattern, lag } = place;
    const sent = timeOf(value.timestamp);
    if (sent !== undefined) lag?.heard(sent, context.now);
    const message = readMessage(value, id, context, place.flags ?? [], sent, lag?.skewMs ?? 0);
    // The website's invented messages come whatever was asked for, and say that they are invented.
    if (pattern !== undefined && message.provenance !== 'simulated' && !matchesPattern(pattern, value.channel)) {
      out.count('filtered', 'other-channel', value.channel.slice(0, EXCERPT));
      return undefined;
    }
    if (message.key !== '' && this.#seen.isRepeat(message.key)) {
      out.count('deduped', 'message', message.key.slice(0, EXCERPT));
      return undefined;
    }
    return this.#isTooLate(sent, message, out, context, lag) ? undefined : this.#put(message, out);
  }

  #put(message: MycorrhizaeMessage, out: Out): MycorrhizaeMessage {
    for (const name of message.dropped) out.count('dropped', 'reading', name);
    if (message.flags.includes('unknown-message-type')) out.count('unknown', 'message-type');
    if (message.flags.includes('unknown-source-type')) out.count('unknown', 'source-type', message.source);
    out.event('messages', message);
    if (message.channel.startsWith('alert.') || message.channel.endsWith('.alerts')) out.event('alerts', message);
    if (message.flags.includes('expired')) out.count('expired', 'message', message.channel);
    else this.#devices.take(message, out);
    return message;
  }

  /** Numbers that come too late are left out, so that the newest are soon here; whatever is a word is kept. */
  #isTooLate(
    sent: EpochMs | undefined,
    { kind, flags }: MycorrhizaeMessage,
    out: Out,
    context: ReadContext,
    lag: Lag | undefined,
  ): boolean {
    // What is past its lifetime is no curve's newest point: it is history, and stays that.
    if (lag === undefined || sent === undefined || flags.includes('expired')) return false;
    if (lag.isLate(sent, context.now)) {
      if (kind !== 'telemetry' && kind !== 'heartbeat') return false;
      lag.skipped(sent);
      out.count('late', 'behind');
      return true;
    }
    const gap = lag.caughtUp(context.now);
    if (gap !== undefined) for (const part of ['messages', 'telemetry']) out.gap(part, gap);
    return false;
  }

  #reject(out: Out, why: string, text: string): undefined {
    out.count('dropped', why, text.slice(0, EXCERPT));
    return undefined;
  }
}

const isChannelled = (value: JsonObject): value is JsonObject & { readonly channel: string } =>
  typeof value.channel === 'string' && value.channel !== '' && value.channel.length <= 300;
