import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { app } from '../src/i18n/app.ts';
import { voice as words } from '../src/i18n/voice.ts';
import { colouredPixels } from './harness/canvas.ts';
import { heardTone, watchSound } from './harness/heard-tone.ts';
import type { Lab } from './harness/lab.ts';
import { isHere, startRealParts } from './harness/real-parts.ts';
import { seriousFindings } from './harness/serious-findings.ts';
import { openSharedLab } from './harness/shared-lab.ts';
import { SPOKEN_HZ, spokenMicrophone } from './harness/spoken-wav.ts';
import { simulatorsOf } from './harness/upstreams.ts';

/** A microphone that is a file becomes Opus at the bridge, and what the bridge says is heard; typed turns, commands, and bad days. */

const SLUG = 'mas-voice';
const PATIENT = { interval: 100 };

const microphone = spokenMicrophone();
afterAll(() => microphone.remove());

const button = (tab: Page, name: string) => tab.getByRole('button', { name, exact: false });
const phase = (tab: Page, is: string) => tab.locator(`[data-phase=${is}]`).waitFor();
/** The bridge is lost: between two tries, or in the middle of one. */
const AWAY = '[data-phase=retrying], [data-phase=opening]';
const playedMs = async (tab: Page) => Number(await tab.locator('[data-played-ms]').getAttribute('data-played-ms'));
const counted = async (tab: Page, name: string) =>
  Number((await tab.locator(`[data-count=${name}]`).textContent())?.replaceAll(/[^\d.]/g, '') ?? 0);
const turn = (tab: Page, text: string) => tab.locator('[data-turn]', { hasText: text }).last();
const say = async (tab: Page, text: string) => {
  await tab.getByLabel(words.compose.label).fill(text);
  await tab.keyboard.press('Enter');
};
const talk = async (tab: Page) => {
  await button(tab, words.start).click();
  await phase(tab, 'ready');
};
const stopTalking = async (tab: Page) => {
  await tab.getByRole('button', { name: words.end, exact: true }).click();
  await tab.locator('[data-part=none]').waitFor();
};

describe('from the simulator', () => {
  let lab: Lab;
  let close: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    ({ lab, close } = await openSharedLab({ env: { HYPHAE_SIMULATE: '1' }, chromium: microphone.chromium }));
    await watchSound(lab.browser);
    await simulatorsOf(lab.server.origin).dial(SLUG, 'warmupS', 1);
  });
  afterAll(() => close());
  const on = new Set<string>();
  const fault = async (name: string, isOn: boolean) => {
    on[isOn ? 'add' : 'delete'](name);
    await simulatorsOf(lab.server.origin).fault(SLUG, name, isOn);
  };
  afterEach(async () => {
    // However a story ended, the next one begins with a bridge that is well and a browser without tabs.
    for (const name of on) await fault(name, false);
    await Promise.all(lab.browser.pages().map((page) => page.close()));
    expect(lab.errors()).toEqual([]);
  });

  test('what is said aloud reaches the bridge as Opus, and its answer is words and sound; it goes on in other views', async () => {
    const tab = await lab.openTab('/voice');
    await tab.locator('.source-strip .tag', { hasText: 'SIM' }).first().waitFor();
    await talk(tab);
    await turn(tab, 'Hi, I am simulated.').waitFor();
    await expect.poll(() => playedMs(tab), PATIENT).toBeGreaterThan(300);
    // It heard syllables of a second and a half, by what it was sent.
    await turn(tab, 'I heard you for 1.').waitFor();
    await tab
      .locator('[data-turn=spoke]', { hasText: /1\.\d s/ })
      .first()
      .waitFor();
    await expect.poll(() => colouredPixels(tab.locator('[data-side=microphone] canvas')), PATIENT).toBeGreaterThan(100);
    await expect.poll(async () => (await heardTone(tab)) ?? 0, PATIENT).toBeGreaterThan(150);
    await tab.getByRole('tab', { name: words.panes.latency }).click();
    await tab.locator('[data-medians] td').nth(1).filter({ hasText: /\d/ }).waitFor();
    await tab.getByRole('link', { name: app.rail.map, exact: true }).click();
    await tab.locator('[data-talking=heard]').waitFor();
    await tab.locator('[data-talking] button', { hasText: app.talking.mute }).click();
    await tab.locator('[data-talking=muted]').waitFor();
    await tab.locator('[data-talking] a').click();
    await tab.getByText(words.mutedState).waitFor();
    await stopTalking(tab);
    await tab.locator('[data-talking]').waitFor({ state: 'detached' });
  });

  test('the tone that goes in comes out again, over the bridge and back', async () => {
    await fault('echo', true);
    const tab = await lab.openTab('/voice?pane=sound');
    await talk(tab);
    await expect.poll(async () => Math.abs(((await heardTone(tab)) ?? 0) - SPOKEN_HZ), PATIENT).toBeLessThan(30);
    expect(await counted(tab, 'undecodable')).toBe(0);
    await expect.poll(() => counted(tab, 'sent'), PATIENT).toBeGreaterThan(20);
    await stopTalking(tab);
    await fault('echo', false);
  });

  test('without a microphone: typed turns with tools and answers, saved as text and as WebVTT; markup is text', async () => {
    const tab = await lab.openTab('/voice');
    await tab.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await button(tab, words.start).click();
    await tab.getByText(words.microphone.refused).waitFor();
    await button(tab, words.listenOnly).click();
    await tab.getByText(words.typedOnly).waitFor();
    await say(tab, 'is it <b>warm</b>?');
    await turn(tab, 'Simulated answer to "is it <b>warm</b>?".').waitFor();
    expect(await tab.locator('.voice-turns b').count()).toBe(0);
    await tab.locator('[data-tool=success]').first().waitFor();
    await tab.locator('[data-reply]', { hasText: 'And a little more' }).first().waitFor();
    const [vtt] = await Promise.all([tab.waitForEvent('download'), button(tab, words.transcript.saveVtt).click()]);
    const captions = readFileSync(await vtt.path(), 'utf8');
    expect(captions).toMatch(/^WEBVTT\n\n1\n00:00:00\.000 --> /);
    expect(captions).toContain('<v You>is it &lt;b&gt;warm&lt;/b&gt;?');
    const [text] = await Promise.all([tab.waitForEvent('download'), button(tab, words.transcript.saveText).click()]);
    expect(readFileSync(await text.path(), 'utf8')).toMatch(/^\d\d:\d\d:\d\d (You|MYCA): /m);
    await stopTalking(tab);
    // Nobody talks: the brain answers, and the text session of MAS does.
    await say(tab, 'and who answers now?');
    await turn(tab, 'Simulated answer to "and who answers now?".').waitFor();
    await tab.getByLabel(words.compose.through).selectOption('v9');
    await say(tab, 'and now?');
    await turn(tab, 'Simulated answer to "and now?".').waitFor();
    await button(tab, words.compose.v9End).click();
    await tab.getByLabel(words.transcript.find).fill('who answers');
    await expect.poll(() => tab.locator('[data-turn]').count()).toBe(2);
    expect(tab.url()).toContain('find=who');
  });

  test('commands are carried out for who gave them; what is told to all maps is only on offer', async () => {
    const [tab, other] = [await lab.openTab('/voice'), await lab.openTab('/map?lon=8&lat=50&z=4')];
    await expect.poll(() => other.url(), PATIENT).toContain('z=4.00');
    const before = other.url();
    await say(tab, 'zoom in');
    await expect.poll(() => new URL(tab.url()).pathname, PATIENT).toBe('/map');
    await expect.poll(() => tab.url(), PATIENT).toMatch(/[?&]z=/);
    expect(other.url()).toBe(before);
    await tab.goBack();
    await turn(tab, 'Zooming in.').waitFor();
    await say(tab, 'find agent orchestrator');
    await expect.poll(() => tab.url(), PATIENT).toContain('/topology?find=orchestrator');
    await tab.goto(`${lab.server.origin}/voice?pane=commands`);
    await fault('map-broadcasts', true);
    await tab.locator('[data-command=flyTo]').first().waitFor();
    expect(other.url()).toBe(before);
    expect(new URL(tab.url()).pathname).toBe('/voice');
    await tab.locator('[data-command=flyTo] a').first().click();
    await expect.poll(() => tab.url(), PATIENT).toMatch(/lon=139\.69.*lat=35\.68/);
    await fault('map-broadcasts', false);
  });

  test('by keyboard alone: started, muted, interrupted, held to talk, ended', async () => {
    const tab = await lab.openTab('/voice?pane=sound');
    await expect.poll(() => button(tab, words.start).isEnabled(), PATIENT).toBe(true);
    await button(tab, words.start).focus();
    await tab.keyboard.press('Enter');
    await phase(tab, 'ready');
    await tab.locator('body').focus();
    await tab.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tab.keyboard.press('u');
    await tab.getByText(words.mutedState).waitFor();
    await tab.keyboard.press('u');
    await tab.locator('[data-talking=heard]').waitFor();
    await fault('long-fallback', true);
    await say(tab, 'tell me much');
    await expect.poll(async () => (await heardTone(tab)) ?? 0, PATIENT).toBeGreaterThan(150);
    await tab.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tab.keyboard.press('Escape');
    await tab.locator('[data-interrupt-ms]').waitFor();
    await expect.poll(() => counted(tab, 'flushed'), PATIENT).toBeGreaterThan(0);
    await fault('long-fallback', false);
    await tab.getByLabel(words.sound.pushToTalk).check();
    await tab.locator('[data-talking=muted]').waitFor();
    await tab.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tab.keyboard.down(' ');
    await tab.locator('[data-talking=heard]').waitFor();
    await tab.keyboard.up(' ');
    await tab.locator('[data-talking=muted]').waitFor();
    await tab.getByLabel(words.sound.open).check();
    expect(await seriousFindings(tab)).toEqual([]);
    await button(tab, words.end).focus();
    await tab.keyboard.press('Enter');
    await tab.locator('[data-part=none]').waitFor();
    expect(await seriousFindings(tab)).toEqual([]);
  });

  test('one tab has the microphone; another says so and takes it over; the last one gone, it is offered again', async () => {
    const [first, second] = [await lab.openTab('/voice'), await lab.openTab('/voice')];
    await talk(first);
    await second.getByText(words.elsewhere).waitFor();
    await button(second, words.takeOver).click();
    await second.locator('[data-part=talking]').waitFor();
    await first.getByText(words.problem.taken).waitFor();
    await first.locator('[data-part=none]').waitFor();
    await second.close();
    await first.getByText(words.nobody).waitFor();
    await button(first, words.talkHere).click();
    await first.locator('[data-part=talking]').waitFor();
    await stopTalking(first);
  });

  test('sound out of order, damaged or no sound at all: counted, and she is heard again after it', async () => {
    const tab = await lab.openTab('/voice?pane=sound');
    await talk(tab);
    await fault('shuffled-pages', true);
    await expect.poll(() => counted(tab, 'late'), PATIENT).toBeGreaterThan(0);
    expect(await counted(tab, 'lost')).toBeGreaterThan(0);
    await fault('shuffled-pages', false);
    await fault('junk-audio', true);
    await expect.poll(() => counted(tab, 'undecodable'), PATIENT).toBeGreaterThan(0);
    await fault('junk-audio', false);
    await fault('cut-pages', true);
    const losses = async () =>
      Number(await tab.locator('[data-panel=transcript] [data-losses]').getAttribute('data-losses'));
    const before = await losses();
    await expect.poll(losses, PATIENT).toBeGreaterThan(before);
    await fault('cut-pages', false);
    const played = await playedMs(tab);
    await expect.poll(() => playedMs(tab), PATIENT).toBeGreaterThan(played + 200);
    await stopTalking(tab);
  });

  test('no model, no full duplex, no end of the warm-up, gone in the middle: each is told, and what was said stays', async () => {
    await fault('never-ready', true);
    const tab = await lab.openTab('/voice');
    await button(tab, words.start).click();
    await phase(tab, 'warming');
    await tab.locator('.voice-warm progress').waitFor();
    await stopTalking(tab);
    await fault('never-ready', false);
    await talk(tab);
    await turn(tab, 'Hi, I am simulated.').waitFor();
    await fault('gone', true);
    await tab.locator(AWAY).waitFor();
    await turn(tab, 'Hi, I am simulated.').waitFor();
    await fault('gone', false);
    await phase(tab, 'ready');
    await tab.getByText(words.sessions('2')).waitFor();
    // The new session is heard from its beginning.
    await turn(tab, 'I heard you for').waitFor();
    await stopTalking(tab);
    await fault('error-then-close', true);
    await button(tab, words.start).click();
    await tab.locator('.voice-problem', { hasText: 'The model stopped' }).waitFor();
    await fault('error-then-close', false);
    await stopTalking(tab);
    await fault('moshi-down', true);
    // Asked anew, rather than within half a minute.
    await tab.reload();
    await tab.getByText(/^Cannot start: /).waitFor();
    expect(await button(tab, words.start).isDisabled()).toBe(true);
    await say(tab, 'in writing?');
    await turn(tab, 'Simulated answer to "in writing?".').waitFor();
    expect(await seriousFindings(tab)).toEqual([]);
    await fault('moshi-down', false);
  });
});

test.runIf(isHere('mas'))(
  'a real bridge: heard, answered, echoed back as the tone it was; gone is told, and the conversation goes on',
  async () => {
    const parts = await startRealParts(['mas']);
    const { lab, close } = await openSharedLab({ env: parts.env, chromium: microphone.chromium });
    try {
      await watchSound(lab.browser);
      await parts.mas?.mode('echo', true);
      const tab = await lab.openTab('/voice?pane=sound');
      await talk(tab);
      await turn(tab, 'Hi, I am simulated.').waitFor();
      expect(await tab.getByText('SIM', { exact: true }).count()).toBe(0);
      await expect.poll(async () => Math.abs(((await heardTone(tab)) ?? 0) - SPOKEN_HZ), PATIENT).toBeLessThan(30);
      await parts.mas?.mode('echo', false);
      await say(tab, 'what can you do?');
      await turn(tab, 'Simulated answer to "what can you do?".').waitFor();
      await say(tab, 'zoom in');
      await expect.poll(() => new URL(tab.url()).pathname, PATIENT).toBe('/map');
      await tab.goBack();
      await parts.mas?.gone(true);
      await tab.locator(AWAY).waitFor();
      await turn(tab, 'Hi, I am simulated.').waitFor();
      await parts.mas?.gone(false);
      await phase(tab, 'ready');
      await stopTalking(tab);
      expect(lab.errors()).toEqual([]);
    } finally {
      await close();
      await parts.close();
    }
  },
);
