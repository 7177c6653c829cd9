import { createParser } from 'eventsource-parser';
import type { EpochMs } from '../../../src/contract/time.ts';
import { readHubRecord } from '../../../src/decode/signalr/hub-record.ts';
import { RECORD_END } from '../../../src/decode/signalr/record-splitter.ts';
import { isFields } from '../../../src/upstreams/natureos/fields.ts';
import { NatureosReader } from '../../../src/upstreams/natureos/natureos-reader.ts';
import { NatureosStreams } from '../../../src/upstreams/natureos/streams.ts';
import { timeOf } from '../../../src/upstreams/natureos/times.ts';
import type { ReadContext } from '../../../src/upstreams/out.ts';
import { Captured } from './natureos/captured.ts';
import { HubCase, saidToHub } from './natureos/hub-case.ts';
import { type Actual, differenceOf } from './natureos/outcome.ts';
import { restCase } from './natureos/rest-case.ts';
import { actualOf } from './natureos/told.ts';
import { ndjsonRunner, type VectorLine } from './ndjson-file.ts';
import type { VectorRunner } from './runner.ts';

type Cut = 'whole' | 'byte by byte' | 'random cuts' | 'with pings around';
const CUTS: readonly Cut[] = ['whole', 'byte by byte', 'random cuts', 'with pings around'];
const VIAS = new Set(['hub', 'hub-bytes', 'rest', 'http', 'sse']);
const PING = `{"type":6}${RECORD_END}`;

/** Vectors of NatureOS: each file is read four times over, in different cuts, and every time has to come to the same. */
export const natureosRunner: VectorRunner = ndjsonRunner(
  (first) => VIAS.has(String(first.via)) && (first.id.startsWith('nat') || first.via !== 'http'),
  () => {
    const runs = CUTS.map((cut) => new Run(cut));
    return (line) => {
      for (const run of runs) {
        const difference = run.check(line);
        if (difference !== undefined) return run.cut === 'whole' ? difference : `${run.cut}: ${difference}`;
      }
      return undefined;
    };
  },
);

/** One reading of one file; state carries over from case to case. */
class Run {
  readonly cut: Cut;
  readonly #reader = new NatureosReader();
  readonly #text = new HubCase(this.#reader);
  readonly #bytes = new HubCase(this.#reader);
  readonly #streams = new NatureosStreams(this.#reader);
  /** What each case was known by, to find whose repeat a later one is. */
  readonly #keys = new Map<string, unknown>();
  #now: EpochMs = 0;

  constructor(cut: Cut) {
    this.cut = cut;
    this.#reader.alerts.listening(0);
  }

  check(line: VectorLine): string | undefined {
    const expected = isFields(line.expect) ? line.expect : undefined;
    if (expected === undefined) return 'expect is missing';
    const actual = this.#actual(line, expected);
    if (actual.outcome !== 'dedupe' && actual.key !== undefined) this.#keys.set(line.id, actual.key);
    const { dupOf, ...others } = expected;
    const difference = differenceOf(others, actual);
    if (difference !== undefined || dupOf === undefined) return difference;
    const known = this.#keys.get(String(dupOf));
    return known === actual.key ? undefined : `dupOf: ${dupOf} is known by ${known}, this by ${actual.key}`;
  }

  #actual(line: VectorLine, expected: Readonly<Record<string, unknown>>): Actual {
    const text = typeof line.wire === 'string' ? line.wire : '';
    switch (line.via) {
      case 'rest':
      case 'http':
        return restCase(line, { now: arrivalOf(line, text) ?? 0, simulated: false });
      case 'sse':
        return this.#sse(line, text);
      case 'hub':
      case 'hub-bytes':
        return this.#hub(line, expected);
      default:
        return { outcome: `via ${String(line.via)} is not known` };
    }
  }

  #hub(line: VectorLine, expected: Readonly<Record<string, unknown>>): Actual {
    const pieces = piecesOf(line);
    if (line.dir === 'c2s') return saidToHub(pieces.map(textOfPiece).join(''));
    const hub = line.via === 'hub' ? this.#text : this.#bytes;
    const context = this.#arrived(line, pieces.map(textOfPiece).join(''));
    const isWhole = hub.pendingChars === 0 && allReadable(pieces.map(textOfPiece).join(''));
    const isMerged = this.cut === 'with pings around' && line.via === 'hub' && isWhole;
    const fed = isMerged ? [PING + pieces.map(textOfPiece).join('') + PING] : cutUp(pieces, this.cut);
    const heard = hub.feed(fed, context);
    const actuals = isMerged ? heard.slice(1, endsOpen(pieces) ? undefined : -1) : heard;
    // Whether the connection ends here is not in the bytes: only the case can say it.
    if (expected.outcome === 'discard') {
      return {
        outcome: actuals.length === 0 && hub.end() > 0 ? 'discard' : 'nothing to discard',
        reason: 'incomplete',
      };
    }
    const counts = { records: actuals.length, emptyRecords: hub.empties, thenRecords: Math.max(0, actuals.length - 1) };
    if (actuals.length === 0) {
      const outcome = hub.pendingChars > 0 ? 'buffer' : 'control';
      return { outcome, reason: 'incomplete', ...counts };
    }
    return { ...together(actuals, String(expected.outcome)), ...counts };
  }

  #sse(line: VectorLine, text: string): Actual {
    const captured = new Captured();
    const context = this.#arrived(line, text);
    let events = 0;
    const parser = createParser({
      onEvent: ({ data }) => {
        events += 1;
        this.#streams.event(String(line.path ?? '').split('?')[0] ?? '', data, context, captured);
      },
    });
    for (const piece of cutUp(piecesOf(line), this.cut)) parser.feed(textOfPiece(piece));
    if (events === 0) return { outcome: text.startsWith(':') ? 'control' : 'buffer', state: 'alive' };
    const actual = actualOf(captured);
    if (actual.outcome === 'control') return { ...actual, state: 'alive' };
    if (!String(line.path).includes('/events/stream')) return actual;
    const newIds = captured.events.map(({ record }) => (record as { readonly id?: string }).id);
    const repeatedIds = captured.counted('deduped').map(({ excerpt }) => excerpt);
    return { ...actual, kind: 'events', newIds, repeatedIds };
  }

  #arrived(line: VectorLine, text: string): ReadContext {
    this.#now = Math.max(this.#now, arrivalOf(line, text) ?? this.#now);
    return { now: this.#now, simulated: false };
  }
}

/** Of several records in one wire the case is about the one that comes to what is expected; else about the first that is no control. */
function together(actuals: readonly Actual[], outcome: string): Actual {
  const it =
    actuals.find((actual) => actual.outcome === outcome && outcome !== 'control') ??
    actuals.find((actual) => actual.outcome !== 'control');
  return it ?? (Object.assign({}, ...[...actuals].reverse()) as Actual);
}

function piecesOf(line: VectorLine): readonly (string | Uint8Array)[] {
  if (Array.isArray(line.wireParts)) return line.wireParts.map(String);
  if (typeof line.wireB64 === 'string') return [Buffer.from(line.wireB64, 'base64')];
  if (Array.isArray(line.wireB64)) return line.wireB64.map((part) => Buffer.from(String(part), 'base64'));
  return typeof line.wire === 'string' ? [line.wire] : [];
}

const textOfPiece = (piece: string | Uint8Array): string =>
  typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8');

/** A ping between two unreadable records would be a good one that forgives them. */
const allReadable = (wire: string): boolean =>
  wire.split(RECORD_END).every((record) => record === '' || readHubRecord(record).is !== 'bad');

const endsOpen = (pieces: readonly (string | Uint8Array)[]): boolean =>
  !textOfPiece(pieces.at(-1) ?? '').endsWith(RECORD_END);

function cutUp(pieces: readonly (string | Uint8Array)[], cut: Cut): readonly (string | Uint8Array)[] {
  if (cut === 'whole' || cut === 'with pings around') return pieces;
  return pieces.flatMap((piece) => {
    // Text frames are never cut inside a character; bytes are.
    const units = typeof piece === 'string' ? [...piece] : Array.from(piece, (byte) => Uint8Array.of(byte));
    return cut === 'byte by byte' ? units : randomRuns(units);
  });
}

let seed = 1;

/** The same cuts in every run of the checks. */
function randomRuns(units: readonly (string | Uint8Array)[]): (string | Uint8Array)[] {
  const runs: (string | Uint8Array)[] = [];
  for (let from = 0; from < units.length; ) {
    seed = (seed * 48_271) % 2_147_483_647;
    const run = units.slice(from, from + 1 + (seed % 40));
    runs.push(typeof run[0] === 'string' ? run.join('') : Buffer.concat(run as Uint8Array[]));
    from += run.length;
  }
  return runs;
}

const TIMES = /"(?:timestamp|last_?update|last_?seen|updated_?at)"\s*:\s*"([^"]+)"/gi;
const A_MOMENT_MS = 50;

/** When it came: as the case says, else a moment after the message's own time. */
function arrivalOf(line: VectorLine, text: string): EpochMs | undefined {
  if (typeof line.recvAt === 'number') return line.recvAt;
  const said = timeOf(line.recvAt);
  if (said !== undefined) return said;
  const times = [...text.matchAll(TIMES)].flatMap(([, stamp]) => timeOf(stamp) ?? []);
  return times.length === 0 ? undefined : Math.max(...times) + A_MOMENT_MS;
}
