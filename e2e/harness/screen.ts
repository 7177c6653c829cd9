import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { HubStats, SimulatedFault } from '../../src/contract/hub-api.ts';
import { t } from '../../src/i18n/en.ts';
import type { HubLink, LinkStatus } from '../../src/link/link.ts';
import { type BoardCard, boardCard } from './board-card.ts';

/** The app as a person finds their way in it. */

/** The card with these words on it; waits until there is one. */
export async function findCard(page: Page, words: string | RegExp): Promise<BoardCard> {
  const id = await page.locator('article[data-board]', { hasText: words }).getAttribute('data-board');
  if (id === null) throw new Error('a card without a board');
  return boardCard(page, id);
}

export const simulatedCard = (page: Page): Promise<BoardCard> => findCard(page, t.boards.simulatedBanner);

export const goTo = (
  page: Page,
  view: 'boards' | 'telemetry' | 'console' | 'connections' | 'settings',
): Promise<void> =>
  page.getByRole('navigation', { name: t.app.rail.label }).getByRole('link', { name: t.app.rail[view] }).click();

/** The sentence at the top that tells how everything is. */
export const sentence = (page: Page): Locator => page.locator('.sentence-text');

export async function injectFault({ locator }: BoardCard, fault: SimulatedFault): Promise<void> {
  const button = locator.locator(`[data-fault=${fault}]`);
  if (!(await button.isVisible())) await locator.locator('summary', { hasText: t.boards.more }).click();
  await button.click();
}

/** The board itself confirms the command, and the card says how long that took. */
export async function expectAcknowledged(card: BoardCard, command: string): Promise<void> {
  const { result, text } = await card.act(command);
  expect(result).toBe('done');
  expect(text).toMatch(/done [\d.]+ ms/);
}

/** New readings come onto the screen, and go on coming: one could have been on its way already. */
export async function expectToMove({ locator }: BoardCard): Promise<void> {
  const numbers = locator.locator('output.tile-number');
  await numbers.first().waitFor();
  for (let changes = 0; changes < 2; changes++) {
    const before = await numbers.allTextContents();
    await expect.poll(() => numbers.allTextContents()).not.toEqual(before);
  }
}

interface Hyphae {
  readonly hyphae: { readonly link: HubLink };
}

/** The hub's own counters, asked through this page. */
export const hubStats = (page: Page): Promise<HubStats> =>
  page.evaluate(async () => {
    const { link } = (globalThis as unknown as Hyphae).hyphae;
    const answer = await link.ask(async (hub) => ({ ok: true, value: await hub.stats() }));
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  });

/** The page's connection to its hub; waits until there is one. */
export async function connection(page: Page): Promise<Extract<LinkStatus, { is: 'connected' }>> {
  const handle = await page.waitForFunction(() => {
    const status = (globalThis as unknown as Partial<Hyphae>).hyphae?.link.status();
    return status?.is === 'connected' ? status : undefined;
  });
  return (await handle.jsonValue()) as Extract<LinkStatus, { is: 'connected' }>;
}
