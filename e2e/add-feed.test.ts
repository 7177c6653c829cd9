import { expect, test } from 'vitest';
import { connectionTools as words } from '../src/i18n/connection-tools.ts';
import { t } from '../src/i18n/en.ts';
import { colouredPixels } from './harness/canvas.ts';
import { openLab } from './harness/lab.ts';
import { unknownFeed } from './harness/unknown-feed.ts';

/** A source that nobody wrote code for, from its address to a curve. */

test('an unknown event stream is found, understood, kept and plotted by clicking, and both tabs share one connection to it', async () => {
  const feed = await unknownFeed();
  const lab = await openLab();
  const tab = await lab.openTab('/');
  const began = performance.now();
  await tab.getByRole('link', { name: t.app.rail.connections }).first().click();
  await tab.getByRole('tab', { name: words.add.title }).click();
  await tab.locator('[data-do="feed-url"]').fill(feed.address('/stream'));
  await tab.locator('[data-do="feed-look"]').click();
  await tab.getByText(words.add.why.sse).waitFor();
  // What each field is was guessed from what it says.
  await tab.locator('[data-field="reading.co2"].value').waitFor();
  await tab.locator('[data-field="ts"].time').waitFor();
  await tab.locator('[data-field="sensor"].key').waitFor();
  await tab.locator('[data-do="feed-save"]').click();
  const curves = await tab.locator('[data-do="feed-plot"]').getAttribute('href');
  await tab.locator('[data-do="feed-plot"]').click();
  const canvas = tab.locator('.plot canvas').first();
  await expect.poll(() => colouredPixels(canvas)).toBeGreaterThan(20);
  await tab.locator('[data-series="incubator-3.reading.co2"][data-freshness="live"]').waitFor();
  expect(performance.now() - began).toBeLessThan(120_000);

  const other = await lab.openTab(curves ?? '');
  await other.locator('[data-series="incubator-3.reading.co2"][data-freshness="live"]').waitFor();
  await expect.poll(() => feed.readers()).toBe(1);
  await tab.close();
  await other.close();
  await expect.poll(() => feed.readers()).toBe(0);
  expect(lab.errors()).toEqual([]);
});

test('an endpoint that cannot be read says why and what to do; the tester talks to one that can', async () => {
  const feed = await unknownFeed();
  const lab = await openLab();
  const tab = await lab.openTab('/connections?tab=add');
  await tab.locator('[data-do="feed-url"]').fill('http://127.0.0.1:9/stream');
  await tab.locator('[data-do="feed-look"]').click();
  await tab.getByText(words.add.nothing).waitFor();
  expect(await tab.locator('.probe-step[data-found="false"]').count()).toBe(3);

  await tab.getByRole('tab', { name: words.tester.title }).click();
  await tab.locator('[data-do="tester-url"]').fill(feed.address('/echo', 'ws'));
  await tab.locator('[data-do="tester-connect"]').click();
  await tab.locator('[data-tester-state="open"]').waitFor();
  await tab.locator('[data-do="tester-text"]').fill('{"type":"ping"}');
  await tab.locator('[data-do="tester-send"]').click();
  await tab.locator('.frame[data-dir="out"]', { hasText: '{"type":"ping"}' }).waitFor();
  await tab.locator('.frame[data-dir="in"]', { hasText: '{"type":"ping"}' }).waitFor();
  await tab.locator('[data-do="tester-connect"]').click();
  await tab.locator('[data-tester-state="closed"]').waitFor();
  expect(lab.errors()).toEqual([]);
});
