import type { FeedRecord } from '../../../src/contract/upstream/redis.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { parseMended } from '../../../src/upstreams/mended-json.ts';
import { MycorrhizaeReader } from '../../../src/upstreams/mycorrhizae/reader.ts';
import { type FrameResult, MasFrames } from '../../../src/upstreams/redis/mas-frame.ts';
import { RedisReader } from '../../../src/upstreams/redis/reader.ts';
import { canonical } from '../../bus/feeds/same-message.ts';
import type { Feed } from './feeds.ts';
import { differenceFrom, type Observed } from './mycorrhizae-expect.ts';
import { arrivalOf, CUTS, FedStream, piecesOf, textOfLine } from './mycorrhizae-feeding.ts';
import { measuredAt, Recorder, type Told } from './mycorrhizae-recorder.ts';
import { ndjsonRunner, type VectorLine } from './ndjson-file.ts';
import { FedFeeds } from './redis-feeding.ts';
import { observedCount, observedRecord } from './redis-observed.ts';
import type { VectorRunner } from './runner.ts';

/** Vectors of Redis: what a server's feeds make of a message, and what the hub's reader makes of that. */
export const redisRunner: VectorRunner = ndjsonRunner(
  ({ id, via }) => /^red-/.test(id) && typeof via === 'string',
  () => {
    const worlds = CUTS.map((cut) => new World(cut));
    return (line) => {
      const expect = isJsonObject(line.expect) ? line.expect : {};
      const differences = worlds.map((world) => {
        const difference = differenceFrom(expect, world.observe(line));
        return difference === undefined ? undefined : `${world.name}: ${difference}`;
      });
      return differences.find((difference) => difference !== undefined);
    };
  },
);

/** Our words for a drop, with those that others have for the same. */
const reasonOf = (why: string): string => (why === 'oversize' ? 'oversize_too_large' : why.replaceAll('-', '_'));

const START = Date.UTC(2026, 8, 2, 8, 15);

class World {
  readonly name: string;
  readonly #cut: Feed;
  readonly #feeds = new FedFeeds();
  readonly #reader = new RedisReader();
  readonly #mycorrhizae = new MycorrhizaeReader();
  readonly #frames = new MasFrames(this.#reader);
  readonly #out = new Recorder();
  readonly #streams = new Map<string, FedStream>();
  /** Which case brought something first: by its key, or by what the whole message says. */
  readonly #firsts = new Map<string, string>();
  readonly #alertStatus = new Map<unknown, unknown>();

  constructor(cut: Feed) {
    this.name = cut.name;
    this.#cut = cut;
    this.#feeds.clock.advance(START - this.#feeds.clock.now());
  }

  observe(line: VectorLine): Observed {
    const text = textOfLine(line);
    const fields = isJsonObject(line.fields) ? line.fields : {};
    const now = arrivalOf(line, text === '' ? String(fields.data ?? '') : text, this.#feeds.clock.now());
    this.#feeds.clock.advance(Math.max(0, now - this.#feeds.clock.now()));
    switch (line.via) {
      case 'pubsub':
        return this.#message(line, Buffer.concat(piecesOf(line)));
      case 'stream':
        return this.#entry(line, fields);
      case 'ws':
        return this.#frame(line, {
          event: '',
          id: undefined,
          data: 'wireB64' in line ? Buffer.concat(piecesOf(line)) : text,
        });
      default:
        return this.#stream(line, text);
    }
  }

  get #now(): number {
    return this.#feeds.clock.now();
  }

  #message(line: VectorLine, bytes: Buffer): Observed {
    const channel = String(line.channel);
    const fed = this.#feeds.message(channel, bytes);
    const identity = `${channel} ${canonical(parseMended(bytes.toString())?.value ?? bytes.toString())}`;
    if (fed.is === 'withheld') return { outcome: 'withhold', reason: fed.why };
    if (fed.is === 'dropped')
      return fed.why === 'duplicate'
        ? { outcome: 'dedupe', dupOf: this.#firsts.get(identity) }
        : { outcome: 'reject', reason: reasonOf(fed.why) };
    if (!this.#firsts.has(identity)) this.#firsts.set(identity, line.id);
    return this.#record(fed.record, line);
  }

  #entry(line: VectorLine, fields: Readonly<Record<string, unknown>>): Observed {
    const key = String(line.channel);
    const id = String(line.entryId);
    if (FedFeeds.isSnapshot(key)) return this.#snapshot(key, id, fields);
    const fed = this.#feeds.entry(key, id, fields);
    if (fed.is === 'withheld') return { outcome: 'withhold', reason: fed.why };
    return fed.is === 'record' ? this.#record(fed.record, line) : { outcome: 'reject', reason: reasonOf(fed.why) };
  }

  #snapshot(key: string, id: string, fields: Readonly<Record<string, unknown>>): Observed {
    const read = this.#feeds.snapshot(key, id, fields);
    if (!read.ok) return { outcome: 'reject', reason: reasonOf(read.why) };
    const { ids, removed, dropped, about } = read;
    return {
      outcome: dropped.length > 0 ? 'partial' : 'deliver',
      kind: 'crep-snapshot',
      source: key.replace(/^crep:/, ''),
      ids,
      removed,
      dropped,
      replaces: true,
      atMs: about.at,
      at: about.atFrom,
    };
  }

  #record(record: FeedRecord, line: VectorLine): Observed {
    if (record.from.startsWith('mycorrhizae:'))
      this.#mycorrhizae.value(record.data, undefined, this.#out, measuredAt(this.#now), { flags: ['via-redis'] });
    else this.#reader.read(record, this.#out, measuredAt(this.#now));
    const observed = this.#observed(this.#out.take(), line, record.from);
    const { flags: own = [], source } = observed as { readonly flags?: readonly string[]; readonly source?: unknown };
    return {
      ...observed,
      flags: [...new Set([...own, ...record.flags])],
      source: record.source ?? (source === record.from ? null : source),
      ...(record.atFrom === 'entry-id' ? { at: 'entry-id' } : {}),
    };
  }

  #stream(line: VectorLine, text: string): Observed {
    const place = `${String(line.via)} ${String(line.path)}`;
    const stream = this.#streams.get(place) ?? new FedStream(this.#cut);
    this.#streams.set(place, stream);
    const fed = stream.feed(piecesOf(line));
    let last: Observed | undefined;
    for (const event of fed.events) last = this.#frame(line, event);
    if (last !== undefined) return last;
    if (fed.isOther || text.trimStart().startsWith('{') || Number(line.status ?? 200) >= 400) {
      stream.end();
      return { outcome: 'reconnect', reason: 'not_sse', backoff: true };
    }
    if (!fed.isCut) return { outcome: 'control', state: 'alive' };
    if (isJsonObject(line.expect) && line.expect.outcome === 'buffer') return { outcome: 'buffer' };
    stream.end();
    return { outcome: 'discard', reason: 'eof_in_block' };
  }

  #frame(
    line: VectorLine,
    event: { readonly event: string; readonly id: string | undefined; readonly data: string | Buffer },
  ): Observed {
    const requested = typeof line.requested === 'string' ? `?category=${line.requested}` : '';
    const path = String(line.path ?? '');
    const result = this.#frames.frame(
      path.includes('?') ? path : path + requested,
      event,
      this.#out,
      measuredAt(this.#now),
    );
    const told = this.#out.take();
    if (result.is !== 'read') return observedResult(result);
    const observed = this.#observed(told, line, '');
    const identity = `frame ${canonical(parseMended(event.data.toString())?.value ?? event.data.toString())}`;
    const first = this.#firsts.get(identity);
    if (first === undefined) this.#firsts.set(identity, line.id);
    return observed.outcome === 'dedupe' ? { ...observed, dupOf: observed.dupOf ?? first } : observed;
  }

  #observed(told: readonly Told[], line: VectorLine, from: string): Observed {
    const kind = isJsonObject(line.expect) ? line.expect.kind : undefined;
    for (const one of told) {
      if (one.is !== 'put' && one.is !== 'event') continue;
      // Mycorrhizae's messages come with the device they are about; the message is what the vectors mean.
      if (told.some(({ is }) => is === 'event') && one.is === 'put') continue;
      const observed = observedRecord(one.part, one.record, from, kind);
      if (one.part === 'alerts') this.#alertStatus.set(observed.alertId, observed.status);
      const key = observed.dedupeKey;
      if (typeof key === 'string' && !this.#firsts.has(key)) this.#firsts.set(key, line.id);
      return one.part === 'messages' ? { ...observed, kind: one.record.kind } : observed;
    }
    for (const one of told) {
      const observed = one.is === 'count' ? observedCount(one) : undefined;
      if (observed === undefined) continue;
      if (observed.outcome === 'dedupe') return { ...observed, dupOf: this.#firsts.get(String(observed.dedupeKey)) };
      if (observed.outcome === 'stale') return { ...observed, status: this.#alertStatus.get(observed.alertId) };
      return observed;
    }
    return { outcome: 'nothing' };
  }
}

function observedResult(result: Exclude<FrameResult, { is: 'read' }>): Observed {
  switch (result.is) {
    case 'control':
      return { outcome: 'control', state: result.state };
    case 'reconnect':
      return { outcome: 'reconnect', reason: result.reason, backoff: true };
    case 'failed':
      return { outcome: 'failed', reason: result.reason };
    case 'topology': {
      const { nodes, edges, dangling, at, atFrom } = result.facts;
      return {
        outcome: 'deliver',
        kind: 'topology',
        nodes: nodes.length,
        edges: edges.length,
        dangling,
        atMs: at,
        at: atFrom,
      };
    }
  }
}
