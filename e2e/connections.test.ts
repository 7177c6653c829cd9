import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { connections as words } from '../src/i18n/connections.ts';
import { type Lab, openLab } from './harness/lab.ts';
import { sentence } from './harness/screen.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** Somebody looks after the feeds: what flows, what does not and why, and what each message became. */

const PATIENT = { timeout: 100_000 };
const SLUG = 'natureos';
const LINE = `line:${SLUG}/hub`;

async function openSimulated(path: string): Promise<{ readonly lab: Lab; readonly tab: Page }> {
  const lab = await openLab({ env: { HYPHAE_SIMULATE: '1' } });
  await lab.browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  return { lab, tab: await lab.openTab(path) };
}

const row = (tab: Page, id: string): Locator => tab.locator(`tr[data-row="${id}"]`);
const rowIs = (tab: Page, id: string, ...states: readonly string[]): Promise<void> =>
  row(tab, id)
    .and(tab.locator(states.map((is) => `[data-state=${is}]`).join(', ')))
    .waitFor(PATIENT);
const clipboard = (tab: Page): Promise<string> => tab.evaluate(() => navigator.clipboard.readText());

test('upstreams, boards, tabs and servers are rows of one table and boxes of one drawing, with rates and hops', async () => {
  const { lab, tab } = await openSimulated('/connections');
  await rowIs(tab, `up:${SLUG}`, 'live');
  for (const id of ['tr[data-row^="board:"]', 'tr[data-row^="tab:"]', 'tr[data-row=relay]', 'tr[data-row^="node:"]'])
    await tab.locator(id).first().waitFor();
  await expect.poll(() => row(tab, `up:${SLUG}`).locator('.cell-rate .number').textContent(), PATIENT).toMatch(/[1-9]/);
  expect(await row(tab, `up:${SLUG}`).getByText('SIM', { exact: true }).isVisible()).toBe(true);

  // The drawing leads to the row, and the row to its hops.
  await tab.locator(`[data-node="up:${SLUG}"]`).click();
  const detail = tab.locator(`[data-detail="up:${SLUG}"]`);
  await expect
    .poll(() => detail.locator('.hop').evaluateAll((all) => all.map((hop) => hop.getAttribute('data-hop'))))
    .toEqual(['source', 'gateway', 'hub', 'tab']);
  await expect.poll(() => detail.locator('[data-hop=gateway] .hop-fact').count()).toBeGreaterThan(0);
  expect(tab.url()).toContain(`row=up%3A${SLUG}`);

  // By keyboard alone: to the first connection below it, and open.
  await row(tab, `up:${SLUG}`).focus();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.locator(`[data-detail^="line:${SLUG}/"]`).waitFor();

  await tab.getByRole('searchbox', { name: words.find }).fill(SLUG);
  await row(tab, 'up:mas-voice').waitFor({ state: 'detached' });
  expect(await row(tab, `up:${SLUG}`).isVisible()).toBe(true);
  expect(lab.errors()).toEqual([]);
});

test('stop says who it is for and start brings it back; a fault is told in words and mends itself without a reload', async () => {
  const { lab, tab } = await openSimulated(`/connections?row=up:${SLUG}`);
  const simulators = simulatorsOf(lab.server.origin);
  const detail = tab.locator(`[data-detail="up:${SLUG}"]`);
  await rowIs(tab, `up:${SLUG}`, 'live');
  await tab.evaluate(() => {
    (globalThis as { same?: boolean }).same = true;
  });

  await detail.locator('[data-act=stop]').click();
  await rowIs(tab, `up:${SLUG}`, 'stopped');
  await detail.getByText(/Stopped by a person, for all tabs of this browser/).waitFor();
  await detail.getByText(words.remark.startAgain).waitFor();
  await detail.locator('[data-act=start]').click();
  await rowIs(tab, `up:${SLUG}`, 'live');

  // One connection of it: the table says which, the top of the page says it calmly.
  await row(tab, LINE).click();
  const hub = tab.locator(`[data-detail="${LINE}"]`);
  await rowIs(tab, LINE, 'live');
  await simulators.fault(SLUG, 'status-503', true);
  await hub.locator('[data-act=restart]').click();
  await rowIs(tab, LINE, 'retrying');
  await hub.getByText(/retrying (next try in .*|trying now).*503/).waitFor(PATIENT);
  await tab
    .locator('.verdict')
    .getByText(/retrying/)
    .waitFor(PATIENT);
  await sentence(tab)
    .filter({ hasText: /in part|not reachable/ })
    .waitFor(PATIENT);

  await hub.locator('[data-do=copy]').click();
  await tab.getByText(words.copied('hub')).waitFor();
  const diagnosis = JSON.parse(await clipboard(tab)) as {
    readonly app: { readonly build: string; readonly at: string };
    readonly facts: { readonly line: { readonly state: { readonly is: string; readonly why: string } } };
  };
  expect(Date.now() - Date.parse(diagnosis.app.at)).toBeLessThan(60_000);
  expect(diagnosis.app.build).not.toBe('');
  expect(diagnosis.facts.line.state).toMatchObject({ is: 'retrying', why: expect.stringContaining('503') });

  await simulators.fault(SLUG, 'status-503', false);
  // Its next try may be a while away by now.
  await rowIs(tab, LINE, 'live');
  expect(await tab.evaluate(() => (globalThis as { same?: boolean }).same)).toBe(true);
  expect(lab.errors()).toEqual([]);
});

test('the tail shows a frame and the record it became; it is held, searched, pinned and copied as a vector', async () => {
  const { lab, tab } = await openSimulated('/connections');
  await rowIs(tab, `up:${SLUG}`, 'live');
  await row(tab, `up:${SLUG}`).click();
  await row(tab, LINE).click();
  await tab.locator(`[data-detail="${LINE}"] [data-do=messages]`).click();
  const list = tab.getByRole('listbox', { name: words.messages.list });
  const record = list.locator('[data-outcome=record]').last();
  await record.waitFor(PATIENT);
  await tab.locator('[data-do=pause]').click();
  const held = await tab.locator('[data-messages]').getAttribute('data-messages');
  await expect
    .poll(async () => Number(await tab.locator('[data-waiting]').getAttribute('data-waiting')), PATIENT)
    .toBeGreaterThan(0);
  expect(await tab.locator('[data-messages]').getAttribute('data-messages')).toBe(held);

  await record.click();
  const detail = tab.getByRole('complementary', { name: words.messages.details });
  expect(await detail.locator('[data-part=raw]').textContent()).toContain('{');
  const became = JSON.parse((await detail.locator('[data-part=record]').first().textContent()) ?? '') as object;
  expect(became).toMatchObject({ provenance: 'simulated' });

  await detail.locator('[data-do=copy-vector]').click();
  await tab.getByText(words.messages.vectorCopied).waitFor();
  const vector = JSON.parse(await clipboard(tab)) as { readonly expect: { readonly results: readonly object[] } };
  expect(vector).toMatchObject({ via: 'signalr', dir: 's2c' });
  expect(vector.expect.results.length).toBeGreaterThan(0);

  await detail.locator('[data-do=pin]').click();
  await tab.locator('[data-do=clear]').click();
  await tab
    .getByRole('region', { name: words.messages.pinned(1) })
    .getByRole('button')
    .waitFor();
  await tab.locator('[data-do=pause]').click();

  // Only what was left out or neither: nothing that became a record is left in the list.
  await list.locator('[data-outcome=record]').first().waitFor(PATIENT);
  await tab.locator('[data-filter=record]').click();
  await expect.poll(() => list.locator('[data-outcome=record]').count()).toBe(0);
  expect(tab.url()).toContain('hide=record');
  await tab.reload();
  await expect.poll(() => tab.locator('[data-filter=record]').getAttribute('aria-pressed')).toBe('false');

  // Any channel, too.
  await tab.getByRole('combobox', { name: words.messages.source }).selectOption('boards');
  await tab.locator('[data-filter=record]').click();
  await list.locator('[data-form=put]').first().waitFor(PATIENT);
  expect(lab.errors()).toEqual([]);
});
