import type { Page } from 'playwright-core';

/**
 * Stops the page in the middle of its script, so that it neither draws nor answers: to others it is a tab that the browser has frozen.
 * (Freezing itself cannot be asked for while the page counts as visible, as it does in every tab of a test.) Returns how to go on.
 */
export async function freeze(page: Page): Promise<() => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Debugger.enable');
  const stopped = new Promise<void>((resolve) => cdp.once('Debugger.paused', () => resolve()));
  // It stops at the next statement it would run.
  await cdp.send('Debugger.pause');
  await stopped;
  return async () => {
    await cdp.send('Debugger.resume');
    await cdp.detach();
  };
}
