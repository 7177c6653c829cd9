// Traces of 64 channels at 1 kHz in a real browser: what a frame costs the page, beside drawing all that is on the screen anew.
import type { Page } from 'playwright-core';
import type { BenchRow } from '../../../../.ci/bench-row.ts';
import { openLab } from '../../../../e2e/harness/lab.ts';

const CHANNELS = 64;
const RATE_HZ = 1_000;
const BUDGET_MS = 8;
const FRAMES = 30;
const WATCHED_MS = 12_000;

export async function bench(): Promise<BenchRow[]> {
  let close = async (): Promise<void> => undefined;
  const lab = await openLab({
    env: { HYPHAE_SIMULATE: '1' },
    onEnd: (end) => {
      close = end;
    },
  });
  try {
    for (const [name, value] of [
      ['fciChannels', CHANNELS],
      ['fciRateHz', RATE_HZ],
    ] as const)
      await fetch(`${lab.server.origin}/api/simulators`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ slug: 'mas-scientific', dial: { name, value } }),
      });
    const tab = await lab.openTab('/scientific?tab=signals&signal=mushroom1&span=5');
    await tab
      .locator('.lab-electrode')
      .nth(CHANNELS - 1)
      .waitFor({ timeout: 60_000 });
    await tab.waitForTimeout(WATCHED_MS);
    const shown = Number(await tab.locator('.lab-trace').getAttribute('data-frame-ms'));
    return [
      {
        name: `traces of ${CHANNELS} channels at 1 kHz, a frame of 5 s on screen`,
        value: shown,
        unit: 'ms',
        baseline: await drawnAnew(tab),
        baselineName: 'every sample of the 5 s drawn anew each frame',
        budget: BUDGET_MS,
        higherIsBetter: false,
      },
    ];
  } finally {
    await close();
  }
}

/** The plain way on the same page: one path per channel through all its samples. Median, ms. */
const drawnAnew = (tab: Page): Promise<number> =>
  tab.evaluate(
    ({ channels, samples, frames }) => {
      const canvas = document.createElement('canvas');
      canvas.width = 1_200;
      canvas.height = 11 * channels;
      const context = canvas.getContext('2d', { alpha: false });
      if (context === null) return Number.NaN;
      const values = Float64Array.from({ length: samples }, (_, at) => Math.sin(at / 300) + Math.random());
      const costs: number[] = [];
      for (let frame = 0; frame < frames; frame += 1) {
        const began = performance.now();
        context.clearRect(0, 0, canvas.width, canvas.height);
        for (let channel = 0; channel < channels; channel += 1) {
          context.beginPath();
          for (let at = 0; at < samples; at += 1)
            context.lineTo((at / samples) * canvas.width, 11 * (channel + 0.5) + 3 * (values[at] ?? 0));
          context.stroke();
        }
        costs.push(performance.now() - began);
      }
      return costs.sort((a, b) => a - b)[costs.length >> 1] ?? Number.NaN;
    },
    { channels: CHANNELS, samples: 5 * RATE_HZ, frames: FRAMES },
  );
