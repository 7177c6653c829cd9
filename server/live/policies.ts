import type { LogChannel } from '../bus/bus.ts';

/**
 * What a reader who fell behind leaves out. events: nothing while the log has it. samples: all but the newest quarter of the
 * allowance, so that a slow viewer sees the present and not ever older values. (state needs no policy: it conflates by key.)
 * @returns the number of the entry to go on with; `seq` itself when nothing is left out.
 */
export function nextForLaggard(log: LogChannel, seq: number, samplesLagBytes: number): number {
  const kept = Math.max(seq, log.firstSeq);
  if (log.kind === 'events' || log.nextSeq - kept < 2) return kept;
  if (log.bytesFrom(kept) <= samplesLagBytes) return kept;
  let from = log.nextSeq - 1;
  let bytes = log.entry(from)?.bytes.length ?? 0;
  while (from - 1 > kept) {
    bytes += log.entry(from - 1)?.bytes.length ?? 0;
    if (bytes > samplesLagBytes / 4) break;
    from--;
  }
  return from;
}
