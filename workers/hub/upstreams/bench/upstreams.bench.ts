// What each adapter costs beside a bare client of the same library on the same endpoints, and what a hub with all of them costs at the
// counts the contracts design for.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import type { UpstreamSlug } from '../../../../src/contract/upstream/upstream.ts';
import { startBareClient } from './bare-client.ts';
import { BENCHED, DESIGN_RATES, FCI_SIGNAL, startBenchHub } from './bench-hub.ts';
import type { HubReport } from './hub-process.ts';

export const needsApp = false;

const WARM_MS = 12_000;
const MEASURE_MS = 20_000;
const ALL_MEASURE_MS = 60_000;

const sum = (report: HubReport, of: 'frames' | 'records'): number =>
  report.lines.reduce((total, line) => total + line[of], 0);

export async function bench(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const slug of BENCHED) rows.push(...(await benchAdapter(slug)));
  rows.push(...(await benchAll()));
  return rows;
}

async function benchAdapter(slug: UpstreamSlug): Promise<BenchRow[]> {
  const look = slug === 'mas-scientific' ? [FCI_SIGNAL] : [];
  const hub = await startBenchHub({ slugs: [slug], dials: DESIGN_RATES, look, tap: true });
  try {
    await sleep(WARM_MS);
    const from = await hub.report();
    await sleep(MEASURE_MS);
    const to = await hub.report();
    const frames = sum(to, 'frames') - sum(from, 'frames');
    const records = sum(to, 'records') - sum(from, 'records');
    const bare = await startBareClient(to.lines, from.lines, MEASURE_MS);
    await sleep(2_000);
    const heard = await bare.measure(MEASURE_MS);
    await bare.close();
    const cpu = to.cpuMs - from.cpuMs;
    return [
      {
        name: `${slug}: records through the adapter`,
        value: records / (MEASURE_MS / 1_000),
        unit: 'records/s',
        higherIsBetter: true,
      },
      {
        name: `${slug}: CPU per 1,000 frames`,
        value: (cpu / frames) * 1_000,
        unit: 'ms',
        baseline: (heard.cpuMs / Math.max(1, heard.frames)) * 1_000,
        baselineName: 'bare client of the same library',
        higherIsBetter: false,
      },
      {
        name: `${slug}: CPU per 1,000 records`,
        value: (cpu / Math.max(1, records)) * 1_000,
        unit: 'ms',
        higherIsBetter: false,
      },
    ];
  } finally {
    await hub.close();
  }
}

async function benchAll(): Promise<BenchRow[]> {
  const hub = await startBenchHub({ slugs: BENCHED, dials: DESIGN_RATES, look: [FCI_SIGNAL], tap: false });
  try {
    await sleep(2 * WARM_MS);
    const from = await hub.report();
    await sleep(ALL_MEASURE_MS);
    const to = await hub.report();
    const share = ((to.cpuMs - from.cpuMs) / (to.atMs - from.atMs)) * 100;
    return [
      {
        name: 'hub, all upstreams at design counts',
        value: share,
        unit: '% of a core',
        budget: 25,
        higherIsBetter: false,
      },
      {
        name: 'hub, all upstreams: records',
        value: (sum(to, 'records') - sum(from, 'records')) / ((to.atMs - from.atMs) / 1_000),
        unit: 'records/s',
        higherIsBetter: true,
      },
      { name: 'hub, all upstreams: heap', value: to.heapMb, unit: 'MB', higherIsBetter: false },
    ];
  } finally {
    await hub.close();
  }
}
