import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { t } from '../../src/i18n/en.ts';

/** A board's card as a person reads and uses it. */
export interface BoardCard {
  readonly locator: Locator;
  text(): Promise<string | null>;
  /** The word on its state chip: `live`, `away` … */
  state(): Promise<string | null>;
  /** The number on a value's tile as it is printed. */
  value(series: string): Promise<string | null>;
  freshness(series: string): Promise<string | null>;
  /** One of the counts under its values, by its word: `Gaps`. */
  health(word: string): Promise<string | null>;
  /** Presses an action that has no form, and waits for the end of the command. */
  act(command: string): Promise<CommandResult>;
  /** The same with the form of an action, sent as it stands. */
  sendForm(command: string): Promise<CommandResult>;
  /** Presses "Reset board" twice: the second press is the deliberate one. */
  reset(): Promise<void>;
}

/** A line among the last results. */
export interface CommandResult {
  readonly result: string | null;
  readonly text: string | null;
}

const FINAL = /done|failed|expired/;

export function boardCard(page: Page, id: string): BoardCard {
  const locator = page.locator(`[data-board="${id}"]`);
  const tile = (series: string) => locator.locator(`[data-series="${series}"]`);

  async function unfold(word: string): Promise<void> {
    const details = locator.locator('details').filter({ has: page.locator('summary', { hasText: word }) });
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  }

  async function resultOf(command: string, press: () => Promise<void>): Promise<CommandResult> {
    // All in one look: the line may change between two.
    const look = () =>
      locator.evaluate((card, name) => {
        const newest = card.querySelector(`li[data-command="${name}"]`);
        if (newest === null) return undefined;
        const { commandId, result = null } = (newest as HTMLElement).dataset;
        return { commandId, result, text: newest.textContent };
      }, command);
    const before = await look();
    await press();
    let seen = before;
    await expect
      .poll(
        async () => {
          seen = await look();
          return seen?.commandId !== before?.commandId && FINAL.test(seen?.result ?? '');
        },
        { message: `the end of ${command}` },
      )
      .toBe(true);
    return { result: seen?.result ?? null, text: seen?.text ?? null };
  }

  return {
    locator,
    text: () => locator.textContent(),
    state: () => locator.locator('[data-state]').getAttribute('data-state'),
    value: (series) => tile(series).locator('output').textContent(),
    freshness: (series) => tile(series).getAttribute('data-freshness'),
    health: (word) => locator.locator('.health-list dt', { hasText: word }).locator('+ dd').textContent(),
    async act(command) {
      await unfold(t.boards.actions);
      return resultOf(command, () => locator.locator(`button[data-action="${command}"]`).click());
    },
    async sendForm(command) {
      await unfold(t.boards.actions);
      const form = locator.locator(`form[data-command="${command}"]`);
      if (!(await form.isVisible())) await locator.locator(`button[data-action="${command}"]`).click();
      return resultOf(command, () => form.getByRole('button', { name: t.boards.send }).click());
    },
    async reset() {
      await unfold(t.boards.more);
      const button = locator.getByRole('button', { name: t.boards.reset });
      await button.click();
      await button.click();
    },
  };
}
