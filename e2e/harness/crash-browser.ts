import type { BrowserContext } from 'playwright-core';

/** Ends a whole browser at once: no page and no worker gets to say goodbye. */
export async function crashBrowser(context: BrowserContext): Promise<void> {
  const cdp = await context.browser()?.newBrowserCDPSession();
  if (!cdp) throw new Error('a browser that cannot be reached');
  const closed = new Promise<void>((resolve) => void context.once('close', () => resolve()));
  // Never answered: whoever would answer is gone.
  cdp.send('Browser.crash').catch(() => {});
  await closed;
}
