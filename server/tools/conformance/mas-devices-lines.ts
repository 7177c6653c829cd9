import { createParser } from 'eventsource-parser';
import type { Gap } from '../../../src/contract/channel.ts';
import type { Counted } from '../../../src/contract/upstream/status.ts';
import { utcMs } from '../../../src/upstreams/mas/time.ts';
import { parseJson } from '../../../src/upstreams/mas-devices/plain.ts';
import type { Out, Rows } from '../../../src/upstreams/out.ts';
import { firstDifference } from './first-difference.ts';
import type { VectorLine } from './ndjson-file.ts';

/** Lines of the vectors of MAS' devices and voice, as data. What an answer of ours is compared with is `expect`. */
export interface MasLine {
  readonly tMs: number;
  readonly endpoint: string;
  readonly path: string;
  readonly isFromServer: boolean;
  readonly frame: string;
  /** Exactly the characters of a text frame. */
  readonly text: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly event: { readonly name: string; readonly data: string } | undefined;
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  readonly silenceMs: number;
  readonly handshakeStatus: number | undefined;
  readonly method: string;
  readonly status: number;
  readonly json: unknown;
  readonly retryAfterMs: number | undefined;
  readonly expect: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

export function readMasLine(line: VectorLine): MasLine {
  const endpoint = String(line.endpoint);
  const frame = String(line.frame);
  const json = line.json;
  const sse = line.sse as { readonly event?: string; readonly data: string } | undefined;
  const handshake = line.handshake as { readonly http_status?: number } | undefined;
  const headers = (line.headers ?? {}) as Json;
  const retryAfter = Number(headers['Retry-After'] ?? headers['retry-after']);
  return {
    tMs: Number(line.t_ms),
    endpoint,
    path: endpoint.split('?')[0] ?? endpoint,
    isFromServer: line.dir === 's2c',
    frame,
    text: typeof line.raw === 'string' ? line.raw : frame === 'text' ? JSON.stringify(json) : undefined,
    bytes: typeof line.hex === 'string' ? Uint8Array.from(Buffer.from(line.hex, 'hex')) : undefined,
    event: sse === undefined ? undefined : { name: sse.event ?? 'message', data: sse.data },
    close: line.close as MasLine['close'],
    silenceMs: Number(line.silence_ms ?? 0),
    handshakeStatus: handshake?.http_status,
    method: String(line.method ?? 'GET'),
    status: Number(line.status ?? 0),
    json: line.json === undefined && typeof line.raw === 'string' ? parseJson(line.raw)?.value : line.json,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined,
    expect: (line.expect ?? {}) as Json,
  };
}

/** When the file begins: the first time that a line of it carries, minus that line's offset. */
export function clockOf(): (line: MasLine) => number {
  let startMs: number | undefined;
  return (line) => {
    startMs ??= timeIn(line) === undefined ? undefined : Math.floor((timeIn(line) ?? 0) - line.tMs);
    return (startMs ?? Date.UTC(2026, 7, 14, 9, 30)) + line.tMs;
  };
}

function timeIn(line: MasLine): number | undefined {
  const json = line.json as Json | undefined;
  const said = utcMs(json?.timestamp);
  if (said !== undefined) return said;
  const at = /"atMs": ?(\d{13})/.exec(line.event?.data ?? '')?.[1];
  return at === undefined ? undefined : Number(at);
}

/** Sentences for people: they explain the other keys. */
const PROSE: ReadonlySet<string> = new Set(['detail', 'then', 'client']);

/** Every promise of `expect` against what came out; the first that does not hold. */
export function brokenPromise(expected: Json, actual: Json): string | undefined {
  for (const [key, value] of Object.entries(expected)) {
    if (PROSE.has(key)) continue;
    const difference = firstDifference(value, subsetFor(value, actual[key]));
    if (difference !== undefined) return `${key}: ${difference}`;
  }
  return undefined;
}

/** A promise about some devices is kept when those are as promised, whatever the others are. */
function subsetFor(expected: unknown, actual: unknown): unknown {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return actual;
  if (typeof actual !== 'object' || actual === null) return actual;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, (actual as Json)[key]]));
}

/** An event as the wire has it, read whole, byte by byte and behind another one: the same event each time, or a word why not. */
export function eventInEveryCut(event: { readonly name: string; readonly data: string }): string | undefined {
  const wire = `event: ${event.name}\n${event.data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
  const cuts = [
    [wire],
    [...wire],
    [`: ping\n\n${wire}`],
    [wire.slice(0, wire.length >> 1), wire.slice(wire.length >> 1)],
  ];
  for (const cut of cuts) {
    const seen: string[] = [];
    const parser = createParser({ onEvent: (read) => seen.push(JSON.stringify([read.event, read.data])) });
    for (const chunk of cut) parser.feed(chunk);
    if (seen.length !== 1 || seen[0] !== JSON.stringify([event.name, event.data])) {
      return `cut in ${cut.length} the event is another one`;
    }
  }
  return undefined;
}

/** Keeps what readers say. */
export class RecordingOut implements Out {
  readonly state = new Map<string, object>();
  readonly events: { readonly part: string; readonly record: object }[] = [];
  readonly counts = new Map<string, number>();
  rowsSeen = 0;

  put(part: string, key: string, record: object): void {
    this.state.set(`${part}/${key}`, record);
  }

  remove(part: string, keys: readonly string[]): void {
    for (const key of keys) this.state.delete(`${part}/${key}`);
  }

  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    for (const name of [...this.state.keys()]) if (name.startsWith(`${part}/`)) this.state.delete(name);
    for (const [key, record] of entries) this.put(part, key, record);
  }

  event(part: string, record: object): void {
    this.events.push({ part, record });
  }

  rows(_part: string, rows: Rows): void {
    this.rowsSeen += rows.times.length;
  }

  gap(_part: string, _gap: Gap): void {
    // Nothing here waits for what is lost.
  }

  count(what: Counted, reason: string): void {
    const name = `${what}:${reason}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
