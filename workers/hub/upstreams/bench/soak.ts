// npm run soak [-- MINUTES]: a hub with every upstream at design counts, with faults coming and going, for 30 minutes. Memory must be flat:
// prints the heap once a minute and, last, its slope over the second half.
import { setTimeout as sleep } from 'node:timers/promises';
import { BENCHED, DESIGN_RATES, FCI_SIGNAL, startBenchHub } from './bench-hub.ts';

const minutes = Number(process.argv[2] ?? 30);
const MINUTE_MS = 60_000;
/** Growth over the second half that is still called flat, MB an hour. */
const FLAT_MB_PER_HOUR = 20;
const FAULTS = ['drop', 'silence', 'status-503', 'close-1000', 'duplicates', 'burst', 'flap'] as const;

const hub = await startBenchHub({ slugs: BENCHED, dials: DESIGN_RATES, look: [FCI_SIGNAL], tap: false });
process.on('SIGINT', () => void hub.close().then(() => process.exit(130)));
console.log('minute  heap MB  rss MB  CPU %  records/s  not live');
let before = await hub.report();
const heaps: { readonly minute: number; readonly heapMb: number }[] = [];
for (let minute = 1; minute <= minutes; minute += 1) {
  // One fault per minute on one upstream, for a third of it: everything has to come back by itself.
  const slug = BENCHED[minute % BENCHED.length] ?? 'crep';
  const fault = FAULTS[minute % FAULTS.length] ?? 'drop';
  await hub.setFault(slug, fault, true);
  await sleep(MINUTE_MS / 3);
  await hub.setFault(slug, fault, false);
  await sleep((MINUTE_MS * 2) / 3);
  const now = await hub.report();
  const records =
    now.lines.reduce((sum, line) => sum + line.records, 0) - before.lines.reduce((sum, line) => sum + line.records, 0);
  const seconds = (now.atMs - before.atMs) / 1_000;
  const quiet = now.lines
    .filter(({ state }) => !['live', 'idle'].includes(state))
    .map(({ id, state }) => `${id} ${state}`);
  heaps.push({ minute, heapMb: now.heapMb });
  console.log(
    [
      String(minute).padStart(6),
      now.heapMb.toFixed(1).padStart(8),
      now.rssMb.toFixed(0).padStart(7),
      ((now.cpuMs - before.cpuMs) / seconds / 10).toFixed(1).padStart(6),
      (records / seconds).toFixed(0).padStart(10),
      ` ${slug} ${fault}; ${quiet.join(', ') || 'none'}`,
    ].join(' '),
  );
  before = now;
}
await hub.close();
const half = heaps.slice(Math.floor(heaps.length / 2));
const slope = slopeOf(half) * 60;
console.log(`slope of the second half: ${slope.toFixed(1)} MB an hour (flat: within ${FLAT_MB_PER_HOUR})`);
process.exit(Math.abs(slope) <= FLAT_MB_PER_HOUR || half.length < 3 ? 0 : 1);

/** Least squares, MB per minute. */
function slopeOf(points: readonly { readonly minute: number; readonly heapMb: number }[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = points.reduce((sum, { heapMb }) => sum + heapMb, 0) / n;
  const top = points.reduce((sum, { minute, heapMb }) => sum + (minute - meanX) * (heapMb - meanY), 0);
  const bottom = points.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0);
  return bottom === 0 ? 0 : top / bottom;
}
