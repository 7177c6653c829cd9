import type { BrowserContext } from 'playwright-core';

/** What the consoles of all pages are told in red from now on; violations of the content security policy are among it. */
export function watchComplaints(browser: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  browser.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.location().url}: ${message.text()}`);
  });
  browser.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
