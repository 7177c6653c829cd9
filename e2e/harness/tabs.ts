import type { Page } from 'playwright-core';
import type { HubLink } from '../../src/link/link.ts';

interface Hyphae {
  readonly hyphae: { readonly link: HubLink };
}

/** The id by which the hub knows this page. */
export async function tabOf(page: Page): Promise<string> {
  await page.waitForFunction(() => 'hyphae' in globalThis);
  return page.evaluate(() => (globalThis as unknown as Hyphae).hyphae.link.tab);
}

/** Kills the page's renderer, and whatever else lives in that process, without a goodbye. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Never answered: whoever would answer is gone.
  session.send('Page.crash').catch(() => {});
  await crashed;
}
