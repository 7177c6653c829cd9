import { BadRun } from '../../../../src/decode/signalr/bad-run.ts';
import { readHubHandshake, readHubRecord } from '../../../../src/decode/signalr/hub-record.ts';
import { RecordSplitter } from '../../../../src/decode/signalr/record-splitter.ts';
import { isFields } from '../../../../src/upstreams/natureos/fields.ts';
import { isPermanentHubError } from '../../../../src/upstreams/natureos/hub-session.ts';
import type { NatureosReader } from '../../../../src/upstreams/natureos/natureos-reader.ts';
import { screened } from '../../../../src/upstreams/natureos/screen.ts';
import type { ReadContext } from '../../../../src/upstreams/out.ts';
import { Captured } from './captured.ts';
import type { Actual } from './outcome.ts';
import { actualOf } from './told.ts';

/** One pretended connection to the hub: bytes in, and what they came to. */
export class HubCase {
  readonly #reader: NatureosReader;
  readonly #splitter = new RecordSplitter();
  readonly #run = new BadRun();
  #empties = 0;

  constructor(reader: NatureosReader) {
    this.#reader = reader;
  }

  /** Feeds the pieces one by one. Gives what each complete record came to. */
  feed(pieces: readonly (string | Uint8Array)[], context: ReadContext): readonly Actual[] {
    const before = this.#splitter.empties;
    const actuals: Actual[] = [];
    for (const piece of pieces) {
      const { records, tooLarge } = this.#splitter.push(piece);
      actuals.push(...records.map((record) => this.#record(record, context)));
      if (tooLarge) {
        actuals.push({ outcome: 'reconnect', reason: 'record_too_large' });
        this.#splitter.reset();
        break;
      }
    }
    this.#empties = this.#splitter.empties - before;
    return actuals;
  }

  /** Empty records of what was fed last. */
  get empties(): number {
    return this.#empties;
  }

  get pendingChars(): number {
    return this.#splitter.pendingChars;
  }

  /** The connection ends. Gives what was begun and is lost, in characters. */
  end(): number {
    this.#reader.session.lost();
    this.#run.good();
    return this.#splitter.reset();
  }

  #record(text: string, context: ReadContext): Actual {
    const handshake = looksLikeHandshake(text) ? readHubHandshake(text) : undefined;
    if (handshake?.is === 'accepted') return { outcome: 'control', state: 'ready' };
    if (handshake?.is === 'rejected') return { outcome: 'fatal', reason: 'handshake_rejected', error: handshake.error };
    const record = readHubRecord(text);
    if (record.is === 'bad') {
      return this.#run.bad()
        ? { outcome: 'reconnect', reason: `many_${record.why}`, backoff: true }
        : { outcome: 'reject', reason: record.why };
    }
    this.#run.good();
    switch (record.is) {
      case 'ping':
        return { outcome: 'control', state: 'alive' };
      case 'completion':
        return { outcome: 'control', completed: record.invocationId, ...errorWords(record.error) };
      case 'close':
        return {
          outcome: 'reconnect',
          reason: record.error === undefined ? 'server_close' : 'server_close_error',
          backoff: !record.allowReconnect,
          error: record.error,
        };
      case 'other':
        return OF_THE_PROTOCOL.has(record.type)
          ? { outcome: 'control' }
          : { outcome: 'ignore', reason: 'unknown_type' };
      case 'invocation':
        return this.#invocation(record.target, record.args, context);
    }
  }

  #invocation(target: string, args: readonly unknown[], context: ReadContext): Actual {
    const captured = new Captured();
    const { session } = this.#reader;
    this.#reader.invoked(target, args, context, captured);
    const actual = actualOf(captured);
    const [fields] = args;
    const name = target.toLowerCase();
    if (actual.outcome === 'control' && name === 'connected')
      return { ...actual, state: 'connected', connectionId: session.connectionId, atMs: session.connectedAt };
    if (actual.outcome === 'control' && name === 'joinedgroup')
      return { ...actual, joined: [...session.groups].at(-1) };
    if (actual.outcome === 'control' && name === 'leftgroup') return { ...actual, left: groupOf(fields) };
    // What a browser behind the gateway gets of it counts as told, too.
    const told = [...((actual.told as readonly unknown[] | undefined) ?? []), screened({ target, arguments: args })];
    return { ...actual, fields, told };
  }
}

/** Of one record of a client, bytes; a larger one costs the connection. */
const MOST_SAID_BYTES = 32 * 1_024;

/** What a client of ours says: one wire to the hub, as the hub would take it. */
export function saidToHub(wire: string): Actual {
  const { records } = new RecordSplitter().push(wire);
  if (records.length === 0) return { outcome: 'buffer', reason: 'incomplete' };
  const actuals = records.map(saidRecord);
  return { ...(actuals.find(({ outcome }) => outcome !== 'control') ?? actuals[0]), records: records.length } as Actual;
}

function saidRecord(text: string): Actual {
  if (Buffer.byteLength(text) > MOST_SAID_BYTES) return { outcome: 'reconnect', reason: 'record_too_large' };
  const record = readHubRecord(text);
  if (record.is === 'bad') {
    const protocol = /"protocol"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    if (protocol === undefined) return { outcome: 'reject', reason: record.why };
    return protocol === 'json'
      ? { outcome: 'control', state: 'handshake' }
      : { outcome: 'fatal', reason: 'handshake_rejected' };
  }
  return record.is === 'invocation'
    ? { outcome: 'control', target: record.target, invocationId: record.invocationId }
    : { outcome: 'control', state: record.is === 'ping' ? 'alive' : record.is };
}

/** Streams, their end, acknowledgements and sequence numbers. */
const OF_THE_PROTOCOL: ReadonlySet<number> = new Set([2, 4, 5, 8, 9]);

const groupOf = (fields: unknown): unknown => (isFields(fields) ? fields.groupName : undefined);

const errorWords = (error: string | undefined): { readonly error?: string; readonly text?: string } =>
  error === undefined ? {} : { error: isPermanentHubError(error) ? 'permanent' : 'transient', text: error };

/** The only record without a type. */
const looksLikeHandshake = (text: string): boolean => /^\s*\{\s*(?:"error"\s*:|\})/.test(text);
