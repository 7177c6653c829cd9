import type { BrowserContext } from 'playwright-core';
import type { BenchRow } from '../../.ci/bench-row.ts';
import { app } from '../../src/i18n/app.ts';
import { type Lab, openLab } from '../harness/lab.ts';
import { SOFTWARE_GL } from '../harness/shared-lab.ts';

const RUNS = 5;
const BUDGET_MS = 1_000;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** From the beginning of the navigation until the view's heading was painted, ms. */
async function openingMs(browser: BrowserContext, address: string): Promise<number> {
  const tab = await browser.newPage();
  await tab.goto(address, { waitUntil: 'commit' });
  const took = await tab.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector('main h1') === null) return requestAnimationFrame(look);
          // The frame after the one that has it: then it is on the screen.
          return requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
        };
        look();
      }),
  );
  await tab.close();
  return took;
}

/** The addresses of all views, by name. */
async function viewsOf(lab: Lab): Promise<readonly (readonly [name: string, path: string])[]> {
  const tab = await lab.openTab();
  await tab.getByRole('navigation', { name: app.rail.label }).waitFor();
  await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const { active } = registration;
    if (active?.state === 'activated') return;
    await new Promise((resolve) => active?.addEventListener('statechange', resolve));
  });
  const views = await tab
    .getByRole('navigation', { name: app.rail.label })
    .getByRole('link')
    .evaluateAll((links) =>
      links.map((link) => [link.textContent?.trim() ?? '', link.getAttribute('href') ?? ''] as const),
    );
  await tab.close();
  return views;
}

/** How long a view takes to open once this computer has the app; the baseline is a browser that never saw it. */
export async function bench(): Promise<readonly BenchRow[]> {
  let end: () => Promise<void> = async () => undefined;
  const lab = await openLab({
    env: { HYPHAE_SIMULATE: '1' },
    chromium: SOFTWARE_GL,
    onEnd: (close) => {
      end = close;
    },
  });
  try {
    const rows: BenchRow[] = [];
    for (const [name, path] of await viewsOf(lab)) {
      const address = lab.server.origin + path;
      const times: number[] = [];
      for (let run = 0; run < RUNS; run += 1) times.push(await openingMs(lab.browser, address));
      const stranger = await lab.openOtherBrowser();
      const first = await openingMs(stranger.browser, address);
      await stranger.browser.close();
      rows.push({
        name: `open ${name} from the cache`,
        value: median(times),
        unit: 'ms',
        baseline: first,
        baselineName: 'never seen, server on this computer',
        budget: BUDGET_MS,
        higherIsBetter: false,
      });
    }
    return rows;
  } finally {
    await end();
  }
}
