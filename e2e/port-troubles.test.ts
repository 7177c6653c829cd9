import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { t } from '../src/i18n/en.ts';
import { errorLines } from '../src/i18n/errors.ts';
import { boardCard } from './harness/board-card.ts';
import { launchChromium } from './harness/chromium.ts';
import { openLab } from './harness/lab.ts';
import { watchLabBoards } from './harness/lab-boards.ts';
import { mycobrainBoard } from './harness/mycobrain-board.ts';
import { simulatedCard } from './harness/screen.ts';

/** What can go wrong before the first byte: each says what to do next, or nothing where nothing is wrong. */

test('a port that another program has open is named as that, and opened when it is free', async () => {
  const mycobrain = mycobrainBoard({ serialNumber: 'INUSE1' });
  const lab = await openLab({ boards: [mycobrain] });
  const theirs = await lab.stack.launch(lab.server.origin, [mycobrain.usb]);
  onTestFinished(() => theirs.close());
  const other = await theirs.newPage();
  // Any page of the same origin will do: it must only not be Hyphae.
  await other.goto(`${lab.server.origin}/healthz`);
  await lab.plug(mycobrain);
  await expect.poll(() => other.evaluate(takeFirstPort)).toBe('open');

  const page = await lab.openTab();
  const boards = await watchLabBoards(page);
  await expect.poll(async () => (await boards.all()).map(({ phase }) => phase.is)).toEqual(['retrying']);
  const [board] = await boards.all();
  if (board?.phase.is !== 'retrying') throw new Error(`it is ${board?.phase.is}`);
  const { what, now } = errorLines(board.phase.code, 'linux', board.phase.reason);
  const note = boardCard(page, board.id).locator.getByRole('alert');
  await expect.poll(() => note.textContent()).toContain(what);
  expect(await note.textContent()).toContain(now);
  expect(await note.textContent()).toMatch(/other program/);

  await other.evaluate(letPortGo);
  await boards.live();
  expect((await boards.all()).map((one) => one.id)).toEqual([board.id]);
  await expect.poll(() => boardCard(page, board.id).state()).toBe('live');
  await expect.poll(() => note.count()).toBe(0);
});

test('a picker without a choice says nothing, and what to look at if the board was not in it', async () => {
  const lab = await openLab();
  const page = await lab.openTab();
  await page.getByRole('button', { name: t.boards.plugIn }).click();
  await page.getByText(t.boards.emptyPicker).waitFor();
  expect(await page.getByRole('button', { name: t.boards.showAll }).isVisible()).toBe(true);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(lab.errors()).toEqual([]);
});

test('a browser without Web Serial says which ones have it, and still shows what it can', async () => {
  const lab = await openLab();
  const profile = mkdtempSync(join(tmpdir(), 'hyphae-no-serial-'));
  onTestFinished(() => rmSync(profile, { recursive: true, force: true }));
  const browser = await launchChromium({ profile, withoutFeatures: ['Serial', 'WebUSB', 'WebUSBOnDedicatedWorkers'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(lab.server.origin);
  const { what, now } = errorLines('no-web-serial', 'linux');
  const button = page.getByRole('button', { name: t.boards.plugIn });
  await button.or(page.getByText(what)).first().waitFor();
  if ((await button.count()) > 0) await button.click();
  await page.getByText(what).first().waitFor();
  await page.getByText(now).first().waitFor();
  expect(await (await simulatedCard(page)).text()).toContain(t.boards.simulatedBanner);
});

interface Held {
  held?: SerialPort;
}

async function takeFirstPort(): Promise<string> {
  const [port] = await navigator.serial.getPorts();
  if (!port) return 'no port yet';
  await port.open({ baudRate: 115_200 });
  (globalThis as Held).held = port;
  return 'open';
}

async function letPortGo(): Promise<void> {
  await (globalThis as Held).held?.close();
}
