// The whole way in the hub at the contract's design counts: answers over HTTP, parsed, merged, put into channels, and taken by one tab
// whose deliveries are cloned as a message port would. CPU of this process alone; the simulator has one of its own.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import { CrepLab } from './crep-lab.ts';

export const needsApp = false;

const PARTS = ['aircraft', 'vessels', 'satellites', 'events', 'devices'];
/** The first answers of everything, and the compilers. */
const WARM_MS = 40_000;
const MEASURE_MS = 60_000;

export async function bench(): Promise<BenchRow[]> {
  return [await measure('asked only', 0), await measure('asked, and 1,000 entities/s live', 1_000)];
}

async function measure(name: string, livePerS: number): Promise<BenchRow> {
  const child = fork(fileURLToPath(new URL('./simulator-process.ts', import.meta.url)), [String(livePerS)]);
  const url = await new Promise<string>((resolve) => child.once('message', (said) => resolve(String(said))));
  const lab = new CrepLab(url, 1);
  const readers = PARTS.map((part) => lab.reader(part, () => undefined));
  const tab = setInterval(() => {
    for (const reader of readers) if (reader.pending) structuredClone(reader.take().items);
  }, 1_000);
  try {
    await pause(WARM_MS);
    const before = process.cpuUsage();
    const begin = performance.now();
    await pause(MEASURE_MS);
    const { user, system } = process.cpuUsage(before);
    const seen = PARTS.map((part) => `${lab.count(part)} ${part}`).join(', ');
    return {
      name: `hub with crep at design counts, ${name} (${seen})`,
      value: (user + system) / 10 / (performance.now() - begin),
      unit: '% of a core',
      budget: 15,
      higherIsBetter: false,
    };
  } finally {
    clearInterval(tab);
    await lab.close();
    child.disconnect();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
