import type { SampleRows } from '../../src/boards/board.ts';
import type { FromHolder } from '../../src/contract/board-link.ts';
import type { ConsoleRecord } from '../../src/contract/console-record.ts';
import type { PortKey } from '../../src/contract/ids.ts';
import type { Provenance } from '../../src/contract/provenance.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { Clock } from '../../src/serial/clock.ts';

/** Where messages go: the hub's MessagePort, or a test. */
export interface HubPort {
  postMessage(message: FromHolder, transfer: ArrayBuffer[]): void;
}

export interface OutboxOptions {
  readonly clock: Clock;
  /** This many records of a port were dropped before the hub could have them. */
  onDropped(key: PortKey, count: number): void;
}

/** Under load, records of this long are sent together; when idle they go at once. */
const COALESCE_MS = 5;
/** More rows than this are not waited for. */
const MOST_WAITING_ROWS = 4_096;
/** What is kept for the next hub. Eight boards at their usual rates fill it in about a minute. */
export const MOST_KEPT_BYTES = 4 * 1_048_576;
/** What a message without a payload of its own is reckoned at. */
const SMALL_BYTES = 256;

interface Waiting {
  /** By series list, so that rows of one shape share a batch. */
  readonly tables: Map<string, { readonly series: readonly string[]; readonly times: number[]; rows: number[][] }>;
  console: ConsoleRecord[];
  /** Of all rows: a port is a real one or a pretend one for good. */
  provenance: Provenance;
  rows: number;
}

interface Kept {
  readonly key: PortKey;
  readonly message: FromHolder;
  readonly bytes: number;
  readonly records: number;
}

export interface Outbox {
  /** `provenance`: default measured. */
  samples(key: PortKey, rows: SampleRows, provenance?: Provenance): void;
  console(key: PortKey, records: readonly ConsoleRecord[]): void;
  /** After everything of this port that came before it. */
  send(message: FromHolder): void;
  /** A hub is there: `announce` goes first, then what was kept. */
  connect(hub: HubPort, announce: readonly FromHolder[]): void;
  /** The hub died. */
  disconnect(): void;
}

export function makeOutbox({ clock, onDropped }: OutboxOptions): Outbox {
  let hub: HubPort | undefined;
  const waiting = new Map<PortKey, Waiting>();
  let flushing: 'no' | 'soon' = 'no';
  let lastFlushMs = Number.NEGATIVE_INFINITY;
  let kept: Kept[] = [];
  let keptBytes = 0;

  function post(message: FromHolder): void {
    hub?.postMessage(message, message.t === 'samples' ? [message.buffer] : []);
  }

  function deliver(key: PortKey, message: FromHolder, bytes: number, records: number): void {
    if (hub) {
      post(message);
      return;
    }
    kept.push({ key, message, bytes, records });
    keptBytes += bytes;
    while (keptBytes > MOST_KEPT_BYTES) {
      const oldest = kept.shift();
      if (!oldest) break;
      keptBytes -= oldest.bytes;
      onDropped(oldest.key, oldest.records);
    }
  }

  function flushPort(key: PortKey): void {
    const batch = waiting.get(key);
    if (!batch) return;
    waiting.delete(key);
    for (const { series, times, rows } of batch.tables.values()) {
      const columns = series.map((_, index) => Float64Array.from(rows, (row) => row[index] ?? Number.NaN));
      const buffer = encodeSampleBatch({
        channel: '',
        epoch: '',
        offset: 0,
        series,
        provenance: batch.provenance,
        times: Float64Array.from(times),
        columns,
      });
      deliver(key, { t: 'samples', key, buffer }, buffer.byteLength, times.length);
    }
    if (batch.console.length > 0) {
      const bytes = batch.console.reduce((sum, record) => sum + sizeOf(record), 0);
      deliver(key, { t: 'console', key, records: batch.console }, bytes, batch.console.length);
    }
  }

  function flush(): void {
    flushing = 'no';
    lastFlushMs = clock.now().monoMs;
    for (const key of [...waiting.keys()]) flushPort(key);
  }

  function flushSoon(): void {
    if (flushing === 'soon') return;
    flushing = 'soon';
    const sinceMs = clock.now().monoMs - lastFlushMs;
    // Idle: at the end of this turn, so that everything made of one chunk of bytes still goes together.
    if (sinceMs >= COALESCE_MS) queueMicrotask(flush);
    else clock.schedule(COALESCE_MS - sinceMs, flush);
  }

  function waitingFor(key: PortKey): Waiting {
    const known = waiting.get(key);
    if (known) return known;
    const fresh: Waiting = { tables: new Map(), console: [], provenance: 'measured', rows: 0 };
    waiting.set(key, fresh);
    return fresh;
  }

  return {
    samples(key, { series, times, rows }, provenance = 'measured') {
      const batch = waitingFor(key);
      batch.provenance = provenance;
      const shape = series.join('\n');
      const table = batch.tables.get(shape) ?? { series, times: [], rows: [] };
      batch.tables.set(shape, table);
      for (const time of times) table.times.push(time);
      for (const row of rows) table.rows.push([...row]);
      batch.rows += times.length;
      if (batch.rows >= MOST_WAITING_ROWS) flushPort(key);
      flushSoon();
    },
    console(key, records) {
      waitingFor(key).console.push(...records);
      flushSoon();
    },
    send(message) {
      flushPort(message.key);
      // The present phase, identity and totals are announced to the next hub anyway.
      const lasts = message.t === 'command' || message.t === 'gap';
      if (hub || lasts) deliver(message.key, message, SMALL_BYTES, 1);
    },
    connect(next, announce) {
      hub = next;
      for (const message of announce) post(message);
      for (const { message } of kept) post(message);
      kept = [];
      keptBytes = 0;
    },
    disconnect() {
      hub = undefined;
    },
  };
}

const sizeOf = (record: ConsoleRecord): number =>
  SMALL_BYTES + (record.dir === 'note' ? record.text.length : record.hex.length * 2);
