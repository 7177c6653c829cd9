import type { LogChannel } from '../bus/bus.ts';
import type { Taken } from './reader.ts';

/** A run ends at a multiple of this many entries, so that readers who began at different places soon share runs. */
const RUN_ENTRIES = 64;
const MAX_RUN_BYTES = 131_072;
/** Runs that are kept for the next reader at the same place, 2 MiB at most on the whole. */
const KEPT_RUNS = 16;

/** Several entries of a log as one buffer, for whoever catches up: one write instead of many. */
export class Runs {
  readonly #kept = new Map<LogChannel, Map<number, Run>>();
  #size = 0;

  /** From `seq` to `run.nextSeq`, exclusive. Only called while two or more entries wait. */
  take(log: LogChannel, seq: number): Run {
    const kept = this.#kept.get(log)?.get(seq);
    // A run that was cut short by the end of the log is made anew once there is more.
    if (kept !== undefined && (kept.nextSeq % RUN_ENTRIES === 0 || kept.nextSeq === log.nextSeq)) return kept;
    const run = makeRun(log, seq);
    this.#keep(log, seq, run);
    return run;
  }

  #keep(log: LogChannel, seq: number, run: Run): void {
    if (this.#size >= KEPT_RUNS) {
      this.#kept.clear();
      this.#size = 0;
    }
    const ofLog = this.#kept.get(log) ?? new Map<number, Run>();
    if (!ofLog.has(seq)) this.#size++;
    ofLog.set(seq, run);
    this.#kept.set(log, ofLog);
  }
}

export interface Run extends Taken {
  readonly nextSeq: number;
  readonly epoch: string;
  readonly end: number;
}

function makeRun(log: LogChannel, seq: number): Run {
  const until = Math.min(log.nextSeq, (Math.floor(seq / RUN_ENTRIES) + 1) * RUN_ENTRIES);
  const frames: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  let next = seq;
  let last = log.entry(seq);
  const at = last?.at ?? 0;
  for (; next < until && bytes < MAX_RUN_BYTES; next++) {
    const entry = log.entry(next);
    if (entry === undefined) break;
    frames.push(entry.frame);
    bytes += entry.frame.length;
    count += entry.count;
    last = entry;
  }
  const [only] = frames;
  const frame = frames.length === 1 && only !== undefined ? only : Buffer.concat(frames, bytes);
  const end = (last?.offset ?? 0) + (last?.count ?? 0);
  return { frame, head: 0, binary: false, at, count, isRun: true, nextSeq: next, epoch: last?.epoch ?? '', end };
}
