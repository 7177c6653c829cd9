import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { RelayStatus } from '../src/contract/relay-status.ts';
import { t } from '../src/i18n/en.ts';
import { watchState } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { buildOf, NEWER_NAME, newerBuild } from './harness/newer-build.ts';
import { connection, expectAcknowledged, expectToMove, sentence, simulatedCard } from './harness/screen.ts';

/** Somebody updates the server while tabs of the build before are open. */

test('of two builds at once the newer talks to the relay, and the older is told and goes on with its boards', async () => {
  const newer = await newerBuild();
  const lab = await openLab();
  const old = await lab.openTab();
  await expectToMove(await simulatedCard(old));
  const oldRelay = await relayOf(old);
  await expect.poll(oldRelay).toBe('live');

  await lab.server.stop();
  await lab.server.restart({ HYPHAE_DIST: newer });
  const fresh = await hardReloaded(lab.browser, lab.server.origin);
  expect(await buildOf(fresh)).toBe(NEWER_NAME);
  expect(await buildOf(old)).not.toBe(NEWER_NAME);
  expect((await connection(fresh)).hub).not.toBe((await connection(old)).hub);

  await expect.poll(async () => (await connection(old)).supersededBy).toBe(NEWER_NAME);
  await sentence(old).filter({ hasText: t.app.sentence.superseded }).waitFor();
  await expect.poll(await relayOf(fresh)).toBe('live');
  await expect.poll(oldRelay).not.toBe('live');
  // The boards stay with the tab that holds them as long as it is there.
  await expectToMove(await simulatedCard(old));
  await expectAcknowledged(await simulatedCard(old), 'status');

  await old.close();
  await expectToMove(await simulatedCard(fresh));
  await expectAcknowledged(await simulatedCard(fresh), 'status');
  expect(lab.errors()).toEqual([]);
});

async function relayOf(page: Page): Promise<() => Promise<RelayStatus['state']['is'] | undefined>> {
  const relay = await watchState<RelayStatus>(page, 'relay');
  return async () => (await relay.read()).relay?.state.is;
}

/** A new tab, loaded past the service worker as a hard reload does. */
async function hardReloaded(browser: BrowserContext, origin: string): Promise<Page> {
  const page = await browser.newPage();
  const cdp = await browser.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setBypassServiceWorker', { bypass: true });
  await page.goto(origin);
  return page;
}
