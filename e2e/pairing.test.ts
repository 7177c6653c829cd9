import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { access as accessWords } from '../src/i18n/access.ts';
import { t } from '../src/i18n/en.ts';
import { openLab } from './harness/lab.ts';
import { goTo, simulatedCard } from './harness/screen.ts';
import { seriousFindings } from './harness/serious-findings.ts';

/** A server that others reach asks who they are. */

const env = { HYPHAE_ACCESS: 'required', HYPHAE_SECRET: 'a secret of the lab, long enough for it' };
const words = accessWords.settings;
const field = (page: Page) => page.getByLabel(accessWords.pair.code, { exact: true });

test('the first owner by the printed code, a tablet by the owner’s, and out again', async () => {
  const lab = await openLab({ env });
  const printed = /\/pair#([0-9A-Z-]{9})/.exec(lab.server.log())?.[1] ?? '';

  const laptop = await lab.openTab();
  await field(laptop).pressSequentially('2222 2222');
  await laptop.keyboard.press('Enter');
  await laptop.getByText(accessWords.refusal('code-wrong', '')).waitFor();
  expect(await seriousFindings(laptop)).toEqual([]);
  await field(laptop).fill(printed.toLowerCase());
  await laptop.keyboard.press('Enter');
  await simulatedCard(laptop);

  await goTo(laptop, 'settings');
  await laptop.getByLabel(words.inviteName).fill('Tablet 3');
  await laptop.getByRole('button', { name: words.inviteDo }).click();
  const link = (await laptop.locator('.invite-url').textContent()) ?? '';
  await laptop.getByRole('img', { name: words.inviteQr(link) }).waitFor();

  expect(await seriousFindings(laptop)).toEqual([]);

  const other = await lab.openOtherBrowser();
  const tablet = await other.openTab(new URL(link).pathname + new URL(link).hash);
  await expect.poll(() => tablet.url()).toBe(`${lab.server.origin}/pair`);
  await tablet.keyboard.press('Enter');
  await tablet.locator('.sentence-text', { hasText: t.app.sentence.relayConnected }).waitFor();

  await laptop.locator('[data-device="Tablet 3"]').getByRole('button').focus();
  await laptop.keyboard.press('Enter');
  await laptop.keyboard.press('Enter');
  await laptop.getByText(words.revoked('Tablet 3')).waitFor();
  // Nothing is pressed there: the page itself notices.
  await tablet.getByText(accessWords.pair.why.ended).waitFor();
  expect(lab.errors()).toEqual([]);
});

test('without the server the app opens, and a person who has no code goes on with this computer’s boards', async () => {
  const lab = await openLab({ env });
  const tab = await lab.openTab();
  await field(tab).waitFor();
  await tab.getByRole('button', { name: accessWords.pair.skip }).click();
  await simulatedCard(tab);
  expect(lab.errors()).toEqual([]);
});
