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
/** Readings per second at which the hop is timed. */
const PACED = 100_000;

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

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

async function benchTabs(lab: Lab, count: number): Promise<readonly BenchRow[]> {
  const plain = await measurePlainObjects(lab.browser, count, SECONDS, { t: 'flat-out' });
  const plainPaced = await measurePlainObjects(lab.browser, count, 1, { t: 'paced', perSecond: PACED });
  const feederPage = await lab.openTab('/settings');
  const pages = await Promise.all(Array.from({ length: count }, () => lab.openTab('/settings')));
  try {
    for (const page of [feederPage, ...pages]) await page.waitForFunction(() => 'hyphae' in window);
    const feeder = await startFeeder(feederPage);
    for (const page of pages) await startMeter(page, feeder.channel);
    const feed = async (rate: number) => {
      const sent = await feeder.feed(rate, SECONDS);
      // What is still on its way may arrive; a tab that is behind for good has been thinned by now.
      await feederPage.waitForTimeout(500);
      const meters = await Promise.all(pages.map(takeMeter));
      const whole = meters.every((meter) => meter.readings === sent && meter.thinned === 0);
      return { whole, latencies: meters.flatMap((meter) => meter.latencies) };
    };
    await feed(10_000);

    const paced = [await feed(PACED), await feed(PACED), await feed(PACED)];
    let lossless = 0;
    for (const rate of RATES) {
      // Once more when it fails: another program may have had the machine.
      if (!(await feed(rate)).whole && !(await feed(rate)).whole) break;
      lossless = rate;
    }
    const tabs = `${count} tab${count > 1 ? 's' : ''}`;
    const hop = (q: number, budget?: number): BenchRow => ({
      name: `hub → ${tabs}, port to tab p${q * 100} at 100 k/s`,
      value: median(paced.map(({ latencies }) => quantile(latencies, q))),
      unit: 'ms',
      baseline: quantile(plainPaced.latencies, q),
      baselineName: 'an object per reading, worker to tab',
      budget,
      higherIsBetter: false,
    });
    return [
      {
        name: `hub → ${tabs}, lossless up to, each`,
        value: lossless,
        unit: 'readings/s',
        baseline: plain.count,
        baselineName: 'an object per reading, flat out',
        budget: 100_000,
        higherIsBetter: true,
      },
      hop(0.5),
      hop(0.99, 5),
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
