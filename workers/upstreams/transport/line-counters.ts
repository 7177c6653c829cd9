import type { EpochMs, MonoMs } from '../../../src/contract/time.ts';
import type { Counted, LineStatus } from '../../../src/contract/upstream/status.ts';
import { LatencyWindow } from './latency-window.ts';

/** So many different `what:reason` are told apart; every further one is `what:other`. */
const MOST_REASONS = 64;
const REASON_CHARS = 64;
const EXCERPT_CHARS = 200;
/** Rates are of at least this long. */
const RATE_MS = 1_000;

type Counters = Omit<LineStatus, 't' | 'id' | 'upstream' | 'transport' | 'url' | 'state' | 'staleMs'>;

/** Everything that is counted of one connection. Numbers only grow. */
export class LineCounters {
  attempts = 0;
  connects = 0;
  bytesIn = 0;
  bytesOut = 0;
  frames = 0;
  records = 0;
  lastFrameAt: EpochMs | undefined;
  lastRecordAt: EpochMs | undefined;
  rttMs: number | undefined;
  readonly latency = new LatencyWindow();
  readonly #counts = new Map<string, number>();
  #lastDrop: LineStatus['lastDrop'];
  #lastCounted: LineStatus['lastCounted'];
  #mark = { at: 0 as MonoMs, records: 0, bytes: 0 };
  #rates = { records: 0, bytes: 0 };

  constructor(mono: MonoMs) {
    this.#mark.at = mono;
  }

  count(at: EpochMs, what: Counted, reason: string, excerpt = ''): void {
    const named = `${what}:${reason.slice(0, REASON_CHARS)}`;
    const key = this.#counts.has(named) || this.#counts.size < MOST_REASONS ? named : `${what}:other`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#lastCounted = { at, what: named, excerpt: excerpt.slice(0, EXCERPT_CHARS) };
  }

  drop(at: EpochMs, why: string): void {
    this.#lastDrop = { at, why };
  }

  read(mono: MonoMs): Counters {
    const elapsedMs = mono - this.#mark.at;
    if (elapsedMs >= RATE_MS) {
      const perS = (now: number, then: number): number => ((now - then) * 1_000) / elapsedMs;
      this.#rates = {
        records: perS(this.records, this.#mark.records),
        bytes: perS(this.bytesIn + this.bytesOut, this.#mark.bytes),
      };
      this.#mark = { at: mono, records: this.records, bytes: this.bytesIn + this.bytesOut };
    }
    return {
      attempts: this.attempts,
      connects: this.connects,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      frames: this.frames,
      records: this.records,
      recordsPerS: this.#rates.records,
      bytesPerS: this.#rates.bytes,
      lastFrameAt: this.lastFrameAt,
      lastRecordAt: this.lastRecordAt,
      lastDrop: this.#lastDrop,
      counts: Object.fromEntries(this.#counts),
      lastCounted: this.#lastCounted,
      latencyMs: this.latency.percentiles(),
      rttMs: this.rttMs,
    };
  }
}
