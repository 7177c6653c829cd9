import type { Page } from 'playwright-core';
import type { BenchRow } from '../../.ci/bench-row.ts';
import type { HubLink } from '../../src/link/link.ts';
import { type Lab, openLab } from '../harness/lab.ts';
import { startFeeder } from './feeder.ts';
import { measurePlainObjects } from './plain-objects.ts';

const TABS = [1, 4, 8] as const;
/** Readings per second that are tried, until one is not delivered whole to every tab. */
const RATES = [100_000, 200_000, 400_000, 800_000, 1_600_000] as const;
const SECONDS = 2;

interface Meter {
  readings: number;
  thinned: number;
  latencies: number[];
}
interface MeterWindow {
  hyphae: { link: HubLink };
  meter: Meter;
}

/** Counts what reaches this page, and how long after it was sent. */
const startMeter = (page: Page, channel: string): Promise<void> =>
  page.evaluate((name) => {
    const here = window as unknown as MeterWindow;
    here.meter = { readings: 0, thinned: 0, latencies: [] };
    here.hyphae.link.subscribeSamples(
      name,
      {
        onSamples(batches, snapshot, thinned) {
          if (snapshot) return;
          here.meter.thinned += thinned;
          for (const batch of batches) {
            here.meter.readings += batch.times.length * batch.series.length;
            here.meter.latencies.push(performance.timeOrigin + performance.now() - (batch.times[0] ?? 0));
          }
        },
        onGap: (gap) => {
          here.meter.thinned += gap.count ?? 1;
        },
      },
      { rewind: 0 },
    );
  }, channel);

const takeMeter = (page: Page): Promise<Meter> =>
  page.evaluate(() => {
    const here = window as unknown as MeterWindow;
    const { meter } = here;
    here.meter = { readings: 0, thinned: 0, latencies: [] };
    return meter;
  });

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN;

async function benchTabs(lab: Lab, count: number): Promise<readonly BenchRow[]> {
  const plain = await measurePlainObjects(lab.browser, count, SECONDS);
  const feederPage = await lab.openTab('/settings');
  const pages = await Promise.all(Array.from({ length: count }, () => lab.openTab('/settings')));
  try {
    for (const page of [feederPage, ...pages]) await page.waitForFunction(() => 'hyphae' in window);
    const feeder = await startFeeder(feederPage);
    for (const page of pages) await startMeter(page, feeder.channel);
    await feeder.feed(10_000, 1);
    await Promise.all(pages.map(takeMeter));

    let lossless = 0;
    let latencies: number[] = [];
    for (const rate of RATES) {
      const sent = await feeder.feed(rate, SECONDS);
      // What is still on its way may arrive; a tab that is behind for good has been thinned by now.
      await feederPage.waitForTimeout(500);
      const meters = await Promise.all(pages.map(takeMeter));
      if (rate === RATES[0]) latencies = meters.flatMap((meter) => meter.latencies).sort((a, b) => a - b);
      if (!meters.every((meter) => meter.readings === sent && meter.thinned === 0)) break;
      lossless = rate;
    }
    const tabs = `${count} tab${count > 1 ? 's' : ''}`;
    const baseline = { baseline: plain, baselineName: 'an object per reading, flat out' };
    return [
      {
        name: `hub → ${tabs}, lossless up to, each`,
        value: lossless,
        unit: 'readings/s',
        budget: 100_000,
        higherIsBetter: true,
        ...baseline,
      },
      {
        name: `hub → ${tabs}, port to tab p50 at 100 k/s`,
        value: quantile(latencies, 0.5),
        unit: 'ms',
        higherIsBetter: false,
      },
      {
        name: `hub → ${tabs}, port to tab p99 at 100 k/s`,
        value: quantile(latencies, 0.99),
        unit: 'ms',
        budget: 5,
        higherIsBetter: false,
      },
    ];
  } finally {
    await Promise.all([feederPage, ...pages].map((page) => page.close()));
  }
}

/** From whoever holds a port, through the hub, to every tab: four series in 200 batches a second. */
export async function bench(): Promise<readonly BenchRow[]> {
  let close = async (): Promise<void> => {};
  const lab = await openLab({
    onEnd: (end) => {
      close = end;
    },
  });
  try {
    // One tab stays, so that the hub lives through all rounds.
    await lab.openTab('/settings');
    const rows: BenchRow[] = [];
    for (const count of TABS) rows.push(...(await benchTabs(lab, count)));
    return rows;
  } finally {
    await close();
  }
}
