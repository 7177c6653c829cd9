import type { MycorrhizaeMessage } from '../../../src/contract/upstream/mycorrhizae.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { readPublished } from '../../../src/upstreams/mycorrhizae/answers.ts';
import { isPattern, matchesPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import { readPayload } from '../../../src/upstreams/mycorrhizae/payload.ts';
import { MycorrhizaeReader } from '../../../src/upstreams/mycorrhizae/reader.ts';
import { readRefusal } from '../../../src/upstreams/mycorrhizae/refusal.ts';
import { screenMessage } from '../../../src/upstreams/mycorrhizae/screen.ts';
import type { Feed } from './feeds.ts';
import { differenceFrom, type Observed, valuesOf } from './mycorrhizae-expect.ts';
import { arrivalOf, CUTS, type FedEvent, FedStream, piecesOf, textOfLine } from './mycorrhizae-feeding.ts';
import { measuredAt, Recorder, type Told } from './mycorrhizae-recorder.ts';
import { ndjsonRunner, type VectorLine } from './ndjson-file.ts';
import type { VectorRunner } from './runner.ts';

/** Vectors of Mycorrhizae: each line goes through the reader of the product, its bytes in several cuts. */
export const mycorrhizaeRunner: VectorRunner = ndjsonRunner(
  ({ id, via }) => /^myc-/.test(id) && typeof via === 'string',
  () => {
    const worlds = CUTS.map((cut) => new World(cut));
    return (line) => {
      // All of them see each line, also after one has failed: what is remembered must not depend on that.
      const differences = worlds.map((world) => {
        const difference = differenceFrom(expectOf(line), world.observe(line));
        return difference === undefined ? undefined : `${world.name}: ${difference}`;
      });
      return differences.find((difference) => difference !== undefined);
    };
  },
);

export const expectOf = (line: VectorLine): Readonly<Record<string, unknown>> =>
  isJsonObject(line.expect) ? line.expect : {};

const START = Date.UTC(2026, 8, 2, 8, 15);

class World {
  readonly name: string;
  readonly #reader = new MycorrhizaeReader();
  readonly #out = new Recorder();
  readonly #streams = new Map<string, FedStream>();
  /** Which case brought a message first, by its key. */
  readonly #firsts = new Map<string, string>();
  readonly #cut: Feed;
  #now = START;

  constructor(cut: Feed) {
    this.name = cut.name;
    this.#cut = cut;
  }

  observe(line: VectorLine): Observed {
    const text = textOfLine(line);
    switch (line.via) {
      case 'pattern':
        return observePattern(line);
      case 'http':
      case 'rest':
        return observeAnswer(line, text);
      case 'ws':
        return this.#frame(line, text);
      default:
        return this.#stream(line, text);
    }
  }

  #frame(line: VectorLine, text: string): Observed {
    this.#now = arrivalOf(line, text, this.#now);
    this.#reader.frame(text, this.#out, measuredAt(this.#now), placeOf(line));
    const told = this.#out.take();
    if (told.length > 0) return this.#observed(told, line, bodyOf(text));
    const frame = bodyOf(text);
    const event = isJsonObject(frame) ? frame.event : undefined;
    return { outcome: 'control', state: event === 'connected' ? 'connected' : 'alive' };
  }

  #stream(line: VectorLine, text: string): Observed {
    this.#now = arrivalOf(line, text, this.#now);
    const key = `${String(line.via)} ${String(line.path ?? '')}`;
    const stream = this.#streams.get(key) ?? new FedStream(this.#cut);
    this.#streams.set(key, stream);
    const fed = stream.feed(piecesOf(line));
    let last: Observed | undefined;
    for (const event of fed.events) last = this.#event(event, line);
    if (last !== undefined) return last;
    if (fed.isOther) {
      stream.end();
      return { outcome: 'reject', reason: 'not_sse_then_eof' };
    }
    if (fed.isCut) {
      if (expectOf(line).outcome === 'buffer') return { outcome: 'buffer' };
      stream.end();
      return { outcome: 'discard', reason: 'eof_in_block' };
    }
    return { outcome: 'control', state: 'alive' };
  }

  #event(event: FedEvent, line: VectorLine): Observed {
    this.#reader.event(event, this.#out, measuredAt(this.#now), placeOf(line));
    const told = this.#out.take();
    const body = bodyOf(event.data);
    if (told.length > 0) return this.#observed(told, line, body);
    if (event.event !== 'connected') return { outcome: 'control', state: 'alive' };
    const pattern = isJsonObject(body) ? (body.channel_pattern ?? body.channel) : undefined;
    return { outcome: 'control', state: 'connected', pattern };
  }

  #observed(told: readonly Told[], line: VectorLine, body: unknown): Observed {
    for (const one of told)
      if (one.is === 'event' && one.part === 'messages')
        return this.#delivered(one.record as unknown as MycorrhizaeMessage, told, line, body);
    for (const one of told) {
      if (one.is !== 'count') continue;
      switch (one.what) {
        case 'dropped':
          return { outcome: 'reject', reason: one.reason };
        case 'unknown':
          return { outcome: 'ignore', reason: one.reason.startsWith('event:') ? 'unknown_event' : one.reason };
        case 'deduped':
          return { outcome: 'dedupe', dupOf: this.#firsts.get(one.excerpt ?? ''), dedupeKey: one.excerpt };
        case 'withheld':
          return { outcome: 'withhold', reason: one.reason };
        case 'filtered':
          return { outcome: 'filtered', reason: one.reason };
      }
    }
    return { outcome: 'nothing' };
  }

  #delivered(message: MycorrhizaeMessage, told: readonly Told[], line: VectorLine, body: unknown): Observed {
    if (!this.#firsts.has(message.key)) this.#firsts.set(message.key, line.id);
    const isExpired = message.flags.includes('expired');
    const isLive = told.some((one) => one.is === 'put' || one.is === 'rows');
    return {
      ...message,
      outcome: isExpired && !isLive ? 'expired' : message.dropped.length > 0 ? 'partial' : 'deliver',
      dedupeKey: message.key,
      atMs: message.at,
      at: message.atFrom,
      values: valuesOf(message.readings),
      accepted: message.ack?.accepted,
      seq: message.ack?.seq,
      msgId: message.ack?.msgId,
      reason: message.ack?.reason,
      shown: shownPaths(body, message),
    };
  }
}

const placeOf = (line: VectorLine) => ({ pattern: typeof line.requested === 'string' ? line.requested : undefined });

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Dotted paths of what would reach a browser: of the screened message, and of the record. */
function shownPaths(body: unknown, record: object): readonly string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (path !== '') paths.push(path);
    if (isJsonObject(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  const screened = screenMessage(body);
  walk(isJsonObject(screened) && isJsonObject(screened.data) ? screened.data : screened, '');
  walk(record, '');
  return paths;
}

function observePattern({ requested, channel }: VectorLine): Observed {
  if (!isPattern(requested)) return { outcome: 'invalid-pattern' };
  return { outcome: 'match', matches: matchesPattern(requested, String(channel ?? '')) };
}

function observeAnswer(line: VectorLine, text: string): Observed {
  const status = Number(line.status);
  const isPost = line.method === 'POST';
  const isPublish = isPost && /\/publish$/.test(String(line.path));
  const value = bodyOf(text);
  if (isPublish) {
    const result = readPublished(status, value, START);
    if (result.ok)
      return { outcome: 'deliver', kind: 'published', ...result.value, subscribersNotified: result.value.notified };
    const isKey = ['scopes', 'wrong-url', 'bad-key', 'key-expired'].includes(result.reason) || status === 422;
    return { outcome: result.again ? 'retry' : isKey ? 'fatal' : 'failed', reason: `${result.reason} http_${status}` };
  }
  if (status >= 400 || value === undefined) {
    const { is, reason } = readRefusal(status, text, START);
    return { outcome: isPost && is === 'fatal' && status === 400 ? 'failed' : is, reason: `${reason} http_${status}` };
  }
  if (isPost) return observeAck(value);
  const channels = isJsonObject(value) ? value.channels : value;
  if (Array.isArray(channels)) return { outcome: channels.length === 0 ? 'unknown' : 'deliver', kind: 'channels' };
  return { outcome: 'deliver', kind: 'health', state: isJsonObject(value) ? value.status : undefined };
}

function observeAck(value: unknown): Observed {
  const { ack, entity } = readPayload(value, true);
  return { outcome: 'deliver', kind: 'ack', entity, ...ack, reason: ack?.reason };
}
