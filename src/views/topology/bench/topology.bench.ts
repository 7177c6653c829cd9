// One change of a graph of 2,000 agents and 5,000 links on the main thread of a real browser, beside making the whole anew; and one agent
// more in the layout, beside laying out all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import { launchChromium } from '../../../../e2e/harness/chromium.ts';
import { SOFTWARE_GL } from '../../../../e2e/harness/shared-lab.ts';
import { LayoutBook } from '../../../../workers/layout/layout-book.ts';
import type { LayoutNode } from '../../../contract/upstream/layout-worker.ts';
import type { Measured } from './page.ts';

export const needsApp = false;

const ROUNDS = 40;
const BUDGET_MS = 4;

export async function bench(): Promise<BenchRow[]> {
  const { change, changeFrame, newcomer, newcomerFrame, rebuild } = await inBrowser();
  const whole = median(rebuild);
  return [
    {
      name: 'topology, 2 k agents / 5 k links: 20 agents and 50 links change',
      value: median(change),
      unit: 'ms main thread',
      baseline: whole,
      baselineName: 'whole graph anew',
      budget: BUDGET_MS,
      higherIsBetter: false,
    },
    {
      name: 'topology, 2 k agents / 5 k links: one agent more',
      value: median(newcomer),
      unit: 'ms main thread',
      baseline: whole,
      baselineName: 'whole graph anew',
      budget: BUDGET_MS,
      higherIsBetter: false,
    },
    {
      name: 'topology: the frame after 20 agents and 50 links changed',
      value: median(changeFrame),
      unit: 'ms main thread',
      higherIsBetter: false,
    },
    {
      name: 'topology: the frame after one agent more came (all are indexed anew)',
      value: median(newcomerFrame),
      unit: 'ms main thread',
      higherIsBetter: false,
    },
    layoutRow(),
  ];
}

function layoutRow(): BenchRow {
  const nodes = Array.from(
    { length: 2_000 },
    (_, index): LayoutNode => ({ key: `a${index}`, rank: 'leaf', sector: `c${index % 12}` }),
  );
  const links = Array.from({ length: 5_000 }, (_, index) => [`a${index % 2_000}`, `a${(index * 7) % 2_000}`] as const);
  const whole: number[] = [];
  const one: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const book = new LayoutBook({ sectors: [], places: [] });
    whole.push(timed(() => book.add(nodes, links)));
    for (let more = 0; more < 5; more += 1)
      one.push(timed(() => book.add([{ key: `new${more}`, rank: 'leaf', sector: 'c3' }], links)));
  }
  return {
    name: 'topology layout worker: one agent more among 2 k',
    value: median(one),
    unit: 'ms worker',
    baseline: median(whole),
    baselineName: 'all laid out',
    higherIsBetter: false,
  };
}

/** The page of this bench in Chromium. What its graphics card then paints is not in it. */
async function inBrowser(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-topology-bench-'));
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: join(folder, 'page'),
        lib: {
          entry: join(import.meta.dirname, 'page.ts'),
          formats: ['iife'],
          name: 'topologyBench',
          fileName: () => 'page.js',
        },
      },
    });
    const browser = await launchChromium({
      profile: join(folder, 'profile'),
      args: SOFTWARE_GL,
    });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: readFileSync(join(folder, 'page/page.js'), 'utf8') });
      return await page.evaluate(
        (rounds) =>
          (globalThis as unknown as { measureTopology(rounds: number): Promise<Measured> }).measureTopology(rounds),
        ROUNDS,
      );
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(run: () => void): number {
  const from = performance.now();
  run();
  return performance.now() - from;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
