import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { panels } from '../src/i18n/panels.ts';
import { topology as words } from '../src/i18n/topology.ts';
import { screenPixels } from './harness/canvas.ts';
import type { Lab } from './harness/lab.ts';
import { isHere, type RealParts, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab, SOFTWARE_GL } from './harness/shared-lab.ts';
import { byHand } from './harness/upstream-by-hand.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** The agents of MAS on the screen: simulated ones with their faults, then those of a program that answers as MAS does. */

const SLOW = { interval: 200 };

const graph = (tab: Page): Locator => tab.locator('.topology-graph .graph-pane');
const countOf = async (place: Locator, name: string): Promise<number> => Number(await place.getAttribute(name));
const agentsPanel = (tab: Page): Locator => tab.locator('[data-panel=agents]');

/** Points of the drawing that are not of its commonest colour. */
async function drawnPoints(tab: Page): Promise<number> {
  const pixels = new Uint32Array((await screenPixels(graph(tab).locator('.graph-frame'))).buffer);
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return pixels.length - Math.max(0, ...counts.values());
}

/** It is live, then says nothing while the simulated one is looked at: that takes as long. */
let real: { readonly parts: RealParts; readonly lab: Lab; readonly tab: Page; readonly close: () => Promise<void> };
beforeAll(async () => {
  if (!isHere('mas')) return;
  const parts = await startRealParts(['mas']);
  await parts.mas?.mode('incidents', true);
  const { lab, close } = await openSharedLab({ env: parts.env, chromium: SOFTWARE_GL });
  const tab = await lab.openTab('/topology?sel=search');
  real = { parts, lab, tab, close };
  await graph(tab).and(tab.locator('[data-painter=webgl]')).waitFor();
  await tab.locator('[data-agent=search][data-why=well]').waitFor();
  await parts.mas?.flow(false);
});
afterAll(async () => {
  await real?.close();
  await real?.parts.close();
});

describe('simulated', () => {
  let lab: Lab;
  let tab: Page;
  let close = async () => {};
  const simulators = () => simulatorsOf(lab.server.origin);
  const fault = (name: string, on: boolean) => simulators().fault('mas-topology', name, on);

  beforeAll(async () => {
    ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: SOFTWARE_GL }));
    await simulators().dial('mas-topology', 'heartbeatMs', 1_000);
    await simulators().dial('mas-topology', 'busPerMin', 600);
    tab = await lab.openTab('/topology');
    await graph(tab).and(tab.locator('[data-painter=webgl]')).waitFor();
  });
  afterAll(() => close());

  test('agents become points, messages become links with a width, and it says that all of it is simulated', async () => {
    await expect.poll(() => countOf(graph(tab), 'data-nodes'), SLOW).toBeGreaterThanOrEqual(47 + 12);
    await expect.poll(() => countOf(graph(tab), 'data-edges'), SLOW).toBeGreaterThan(80);
    await expect.poll(() => countOf(graph(tab), 'data-waiting'), SLOW).toBe(0);
    await expect.poll(() => drawnPoints(tab), SLOW).toBeGreaterThan(5_000);
    expect(await agentsPanel(tab).getByText('SIM', { exact: true }).count()).toBeGreaterThan(1);
    await tab.locator('[data-verdict=well], [data-verdict=trouble]').waitFor();
  });

  test('the table has the same agents, opens one, and says why it is so', async () => {
    const page = await lab.openTab('/topology?view=table');
    const rows = page.getByRole('grid', { name: words.table.label, exact: true });
    await expect.poll(() => rows.getAttribute('aria-rowcount'), SLOW).toBe('48');
    await rows.locator('tr[data-key]').first().click();
    const detail = page.locator('.agent-detail');
    await detail.waitFor();
    expect(await detail.locator('.agent-why li').count()).toBeGreaterThan(0);
    expect(new URL(page.url()).searchParams.get('sel')).toBe(await detail.getAttribute('data-agent'));
    await page.close();
  });

  test('the address carries search, filter, grouping and a path; the path is shown hop by hop', async () => {
    const page = await lab.openTab('/topology?find=mycology&group=state&from=mycology_bio&to=sales&hide=bus');
    await page.locator('[data-found="2"], [data-found="3"], [data-found="4"], [data-found="5"]').waitFor();
    expect(await page.getByLabel(words.group).inputValue()).toBe('state');
    const path = page.locator('[data-path=derived]');
    await path.waitFor();
    expect(await path.locator('li').count()).toBeGreaterThanOrEqual(3);
    await page.getByRole('button', { name: words.path.clear }).click();
    await path.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('from')).toBeNull();
    await page.close();
  });

  test('acts are done when the data says so: an incident, a flag, and all agents at once', async () => {
    const page = await lab.openTab('/topology?sel=search');
    const incident = page.locator('[data-incident=sim-incident-1]');
    await incident.getByRole('button', { name: words.incidents.set.resolved }).click();
    await incident.waitFor({ state: 'detached' });
    expect(await page.locator('[data-incident=sim-incident-2]').count()).toBe(1);

    const detail = page.locator('.agent-detail');
    await detail.getByRole('button', { name: words.agent.flagOff }).click();
    await detail.locator('[data-act=done]').waitFor();
    await detail.getByText(words.agent.enabledOff, { exact: true }).waitFor();
    expect(await detail.getByRole('button', { name: words.agent.cannot }).isDisabled()).toBe(true);

    const stop = page.locator('.runner-acts').getByRole('button', { name: words.runner.stop });
    await stop.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('.runner-acts [data-act=done]').waitFor();
    await page.close();
  });

  test('by keyboard alone: search, first found opened, walked from there, another opened, closed', async () => {
    const page = await lab.openTab('/topology');
    await graph(page).and(page.locator('[data-waiting="0"]')).waitFor();
    await page.getByRole('searchbox', { name: words.search }).focus();
    await page.keyboard.type('planner');
    await page.locator('[data-found="1"]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-agent=planner]').waitFor();
    const stage = page.getByRole('application', { name: words.graph.label });
    for (let presses = 0; presses < 40 && !(await stage.evaluate((el) => el === document.activeElement)); presses += 1)
      await page.keyboard.press('Tab');
    const said = page.locator('[data-said]');
    for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key);
    await expect.poll(() => said.textContent()).toContain(words.graph.at(''));
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('.agent-detail, [data-panel=agent] .panel-content').first().textContent())
      .not.toBe('');
    await page.keyboard.press('Escape');
    await page.getByText(words.agent.none).waitFor();
    await page.close();
  });

  test('bad input: markup is text, an unknown address is told, a browser’s broken memory is forgotten', async () => {
    const name = '<img src=x onerror="window.owned=1"><b>bold</b>';
    const gone = {
      t: 'agent',
      id: 'departed',
      name,
      category: 'core',
      capabilities: [],
      keywords: [],
      state: 'idle',
      said: 'idle',
      life: 'live',
      source: 'x',
      flags: ['simulated'],
      provenance: 'simulated',
      at: 1,
      rx: 1,
    };
    await tab.evaluate((record) => {
      localStorage.setItem('hyphae.topology.gone.sim', JSON.stringify([{ agent: record, since: Date.now() }, null, 3]));
      localStorage.setItem('hyphae.topology.places.category', '{"places":[["search",null,1],[1]],"sectors":7}');
    }, gone);
    const page = await lab.openTab('/topology?view=table&sel=departed&states=nonsense&group=nonsense');
    const detail = page.locator('[data-agent=departed]');
    await detail.waitFor();
    expect(await detail.getAttribute('data-why')).toBe('gone');
    await page.getByRole('heading', { name }).waitFor();
    expect(await page.evaluate(() => (globalThis as { owned?: number }).owned)).toBeUndefined();
    await page.getByRole('button', { name: words.asGraph }).click();
    await graph(page).and(page.locator('[data-waiting="0"]')).waitFor();
    await page.getByRole('button', { name: words.agent.dismiss }).click();
    await page.locator('[data-unknown]').waitFor();
    await page.close();
  });

  test('no WebGL: a plain canvas with the same content, and it says so', async () => {
    const page = await lab.browser.newPage();
    await page.addInitScript(() => {
      const original = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: [string]) {
        return args[0].startsWith('webgl') ? null : (original as (...all: unknown[]) => unknown).apply(this, args);
      } as typeof original;
    });
    await page.goto(`${lab.server.origin}/topology`);
    await graph(page).and(page.locator('[data-painter=canvas]')).waitFor();
    await page.getByText(words.graph.noWebgl).waitFor();
    await expect.poll(() => drawnPoints(page), SLOW).toBeGreaterThan(5_000);
    await page.close();
  });

  test('axe finds nothing serious, as graph and as table', async () => {
    for (const path of ['/topology?sel=search&from=search&to=sales', '/topology?view=table']) {
      const page = await lab.openTab(path);
      await page.locator('[data-panel=agents] :is(.graph-pane[data-waiting="0"], .data-table)').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    }
  });

  test('faults are told, what was there stays, and it is back without a reload', async () => {
    await tab.bringToFront();
    await tab.evaluate(() => ((globalThis as { same?: boolean }).same = true));
    const chip = agentsPanel(tab).locator('.source-chip');
    const before = await countOf(graph(tab), 'data-nodes');
    await fault('gone', true);
    await expect.poll(() => agentsPanel(tab).locator('[data-trouble]').count(), SLOW).toBe(1);
    expect(await countOf(graph(tab), 'data-nodes')).toBeGreaterThanOrEqual(before - 2);
    await fault('gone', false);
    await byHand(tab, 'restart', 'mas-topology');
    await expect.poll(() => chip.textContent(), SLOW).toContain(panels.is.live);

    await fault('half-frame', true);
    await expect
      .poll(() => countOf(agentsPanel(tab).locator('[data-losses]'), 'data-losses'), SLOW)
      .toBeGreaterThan(20);
    await fault('half-frame', false);

    expect(await tab.evaluate(() => (globalThis as { same?: boolean }).same)).toBe(true);
  });

  test('too many agents by mistake: two thousand are drawn, the others counted, and it stays usable', async () => {
    await simulators().dial('mas-topology', 'agents', 2_400);
    await expect.poll(() => tab.locator('[data-too-many]').count(), SLOW).toBe(1);
    await expect.poll(() => countOf(graph(tab), 'data-nodes'), SLOW).toBeGreaterThan(1_900);
    await tab.getByRole('searchbox', { name: words.search }).fill('agent_1999');
    await tab.locator('[data-found="1"]').waitFor();
    await simulators().dial('mas-topology', 'agents', 47);
    expect(lab.errors()).toEqual([]);
  });
});

describe.runIf(isHere('mas'))('a real MAS', () => {
  test('its agents, its flag, its incident; nothing is called simulated', async () => {
    const detail = real.tab.locator('[data-agent=search]');
    expect(await agentsPanel(real.tab).getByText('SIM', { exact: true }).count()).toBe(0);
    await detail.getByRole('button', { name: words.agent.flagOff }).click();
    await detail.locator('[data-act=done]').waitFor();
    const incident = real.tab.locator('[data-incident=inc-1]');
    await real.tab.locator('[data-panel=incidents]').scrollIntoViewIfNeeded();
    await incident.getByText('Unknown host <b>in the lab</b>').waitFor();
    await incident.getByRole('button', { name: words.incidents.set.resolved }).click();
    await incident.waitFor({ state: 'detached' });
  });

  test('silence is told as silence and not as a hundred alarms; then it speaks again', async () => {
    await real.tab.locator('[data-panel=agents] [data-trouble=stale]').waitFor();
    await real.tab.locator('[data-verdict=silent]').waitFor();
    expect(await real.tab.locator('[data-agent=search]').getAttribute('data-why')).toBe('silent-stream');
    await real.parts.mas?.flow(true);
    await real.tab.locator('[data-panel=agents] [data-trouble]').waitFor({ state: 'detached' });
    await expect.poll(() => real.tab.locator('[data-agent=search]').getAttribute('data-why'), SLOW).toBe('well');
  });

  test('closed politely it comes back; gone is told, and what was there stays', async () => {
    await real.parts.mas?.closeAll();
    await expect
      .poll(() => agentsPanel(real.tab).locator('.source-chip').textContent(), SLOW)
      .toContain(panels.is.live);
    await real.parts.mas?.gone(true);
    await expect.poll(() => agentsPanel(real.tab).locator('[data-trouble]').count(), SLOW).toBe(1);
    expect(await countOf(graph(real.tab), 'data-nodes')).toBeGreaterThan(3);
    await real.parts.mas?.gone(false);
    await expect.poll(() => agentsPanel(real.tab).locator('[data-trouble]').count(), SLOW).toBe(0);
    expect(real.lab.errors()).toEqual([]);
  });
});
