import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from './harness/lab.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** Every source says no: each view says that it has none, and none is called live. */

let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
  await simulatorsOf(lab.server.origin).fault('*', 'token-expired', true);
});
afterAll(() => close());

/** The Redis feed is a channel of the server itself, and nobody asks it for a password here. */
const LIVE = '[data-source=live]:not([data-fleet-source=redis] *)';
const PATHS = ['/scientific', '/topology', '/map', '/voice', '/devices'] as const;

test.for(PATHS)('%s', async (path) => {
  const tab = await lab.openTab(path);
  await tab.locator('[data-trouble], [data-source=refused], [data-source=retrying]').first().waitFor();
  await expect.poll(() => tab.locator(LIVE).count()).toBe(0);
  expect(await seriousFindings(tab)).toEqual([]);
  expect(lab.errors()).toEqual([]);
  await tab.close();
});
