import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from './harness/lab.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** Every source says no: each view says so and why, shows nothing that it does not know, and is well again once they say yes. */

let lab: Lab;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
  await simulatorsOf(lab.server.origin).fault('*', 'token-expired', true);
}, 60_000);
afterAll(() => close());

const PATHS = ['/scientific', '/topology', '/map', '/voice', '/devices'] as const;

test.for(PATHS)('%s', { timeout: 90_000 }, async (path) => {
  const tab = await lab.openTab(path);
  await tab.locator('[data-trouble=refused], [data-source=refused]').first().waitFor({ timeout: 60_000 });
  await tab.getByText('401').or(tab.getByTitle(/401/)).first().waitFor();
  expect(await seriousFindings(tab)).toEqual([]);
  expect(lab.errors()).toEqual([]);
  await tab.close();
});
