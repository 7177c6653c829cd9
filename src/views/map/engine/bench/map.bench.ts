// 50,000 things that move on the map: what new reports and finding one under the pointer cost, and a frame in a real browser.
import type { Page } from 'playwright-core';
import type { BenchRow } from '../../../../../.ci/bench-row.ts';
import { openLab } from '../../../../../e2e/harness/lab.ts';
import { SOFTWARE_GL } from '../../../../../e2e/harness/shared-lab.ts';
import { type EntityRow, EntityRows } from '../entity-rows.ts';
import { mercatorX, mercatorY } from '../mercator.ts';

const MANY = 50_000;
const UPDATES = 5_000;
const ROUNDS = 101;
const START_MS = 1_800_000_000_000;
const KINDS = { aircraft: 25_000, vessels: 25_000 } as const;

export async function bench(): Promise<BenchRow[]> {
  return [...rowsBench(), await frameRow()];
}

const row = (index: number, round: number): EntityRow => ({
  ...{
    shape: 'aircraft',
    kind: 'aircraft',
    lon: ((index * 7.3 + round * 0.01) % 360) - 180,
    lat: ((index * 3.1) % 150) - 75,
  },
  ...{ at: START_MS + round, speedMps: 240, trackDeg: index % 360, altM: 10_000, ageFrom: START_MS + round },
  ...{ freshMs: 15_000, ageingMs: 60_000, mapMs: 300_000, mostS: 60, emergency: false },
});

/** Median, ms. */
function median(run: (round: number) => void): number {
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    run(round);
    costs.push(performance.now() - began);
  }
  return costs.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

function rowsBench(): BenchRow[] {
  const rows = new EntityRows(START_MS);
  const keys = Array.from({ length: MANY }, (_, index) => `aircraft:${index}`);
  const slots = keys.map((key) => rows.slotFor(key));
  for (const [index, slot] of slots.entries()) rows.put(slot, row(index, 0), START_MS);
  // Reports are made before the clock starts: they come from the hub.
  const reports = Array.from({ length: UPDATES }, (_, index) => row(index * 10, 1));
  const update = median((round) => {
    for (let index = 0; index < UPDATES; index += 1)
      rows.put(slots[index * 10] ?? 0, reports[index] ?? row(0, 0), START_MS + round);
    rows.clean();
  });
  // The plain way: a list of features that is handed over whole.
  const features = new Map(keys.map((key, index) => [key, feature(row(index, 0))]));
  const plain = median(() => {
    for (let index = 0; index < UPDATES; index += 1)
      features.set(keys[index * 10] ?? '', feature(reports[index] ?? row(0, 0)));
    JSON.stringify({ type: 'FeatureCollection', features: [...features.values()] });
  });
  const pick = median((round) => {
    rows.nearest(mercatorX((round % 360) - 180), mercatorY(30), 1e-4, START_MS + 5_000, true);
  });
  return [
    {
      ...{ name: `map: ${UPDATES} reports into ${MANY} rows`, value: update, unit: 'ms', budget: 0.5 },
      ...{ baseline: plain, baselineName: 'GeoJSON features, handed to a worker whole', higherIsBetter: false },
    },
    {
      ...{ name: `map: what is under the pointer, of ${MANY}`, value: pick, unit: 'ms', budget: 2 },
      ...{ baseline: undefined, baselineName: undefined, higherIsBetter: false },
    },
  ];
}

const feature = ({ lon, lat, ...properties }: EntityRow) => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: [lon, lat] },
});

async function frameRow(): Promise<BenchRow> {
  let close = async (): Promise<void> => undefined;
  const lab = await openLab({
    env: { HYPHAE_SIMULATE: '1' },
    chromium: SOFTWARE_GL,
    onEnd: (end) => {
      close = end;
    },
  });
  try {
    for (const [name, value] of Object.entries(KINDS))
      await fetch(`${lab.server.origin}/api/simulators`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ slug: 'crep', dial: { name, value } }),
      });
    const tab = await lab.openTab('/map?show=');
    await tab.locator('[data-frame-ms]').waitFor({ timeout: 60_000 });
    await tab
      .waitForFunction(
        (most) => Number(document.querySelector('[data-in-sight]')?.getAttribute('data-in-sight')) > most * 0.5,
        MANY,
        { timeout: 120_000 },
      )
      // Fewer are in sight than were asked for: the row says how many.
      .catch(() => undefined);
    await tab.waitForTimeout(5_000);
    const inSight = await tab.locator('[data-in-sight]').getAttribute('data-in-sight');
    const value = Number(await tab.locator('[data-frame-ms]').getAttribute('data-frame-ms'));
    return {
      ...{ name: `map: a frame, ${inSight} in sight and moving`, value, unit: 'ms', budget: 2, higherIsBetter: false },
      ...{ baseline: await plainFrame(tab), baselineName: `${MANY} squares on a canvas, each frame` },
    };
  } finally {
    await close();
  }
}

const plainFrame = (tab: Page): Promise<number> =>
  tab.evaluate((many) => {
    const canvas = document.createElement('canvas');
    canvas.width = 1_280;
    canvas.height = 800;
    const context = canvas.getContext('2d');
    if (context === null) return Number.NaN;
    const costs: number[] = [];
    for (let frame = 0; frame < 21; frame += 1) {
      const began = performance.now();
      context.clearRect(0, 0, 1_280, 800);
      for (let index = 0; index < many; index += 1)
        context.fillRect((index * 7.3 + frame) % 1_280, (index * 3.1) % 800, 4, 4);
      costs.push(performance.now() - began);
    }
    return costs.sort((a, b) => a - b)[10] ?? Number.NaN;
  }, MANY);
