import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Board, echoBoard } from '../harness/board.ts';
import type { Cable } from '../harness/cable.ts';
import { openFakeStack, openRealStack, type SerialStack } from '../harness/serial-stack.ts';
import { serialClient } from './serial-client.ts';

/**
 * The same client script on Chromium's own Web Serial and on our stand-in must come out the same, or the stand-in has drifted
 * and whatever was proven on it is worth nothing.
 */

const folder = mkdtempSync(join(tmpdir(), 'hyphae-contract-'));
const server = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<title>port</title>'),
);
let origin = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function outcomesOn(stack: SerialStack): Promise<Record<string, unknown>> {
  const board: Board = echoBoard();
  let cable: Cable | undefined;
  const plug = async () => {
    cable = await stack.plug(board.usb);
    board.power(cable);
  };
  // Also when the client hangs: a test that runs out of time does not unwind.
  onTestFinished(() => stack.close());
  const context = await stack.launch(origin, [board.usb]);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(origin);
  await page.exposeFunction('plugIn', plug);
  await page.exposeFunction('pullOut', () => cable?.pull());
  const other = await context.newPage();
  await other.goto(origin);
  await page.exposeFunction('openElsewhere', () => other.evaluate(openFirstPort));
  return await page.evaluate(serialClient);
}

async function openFirstPort(): Promise<string> {
  const [port] = await navigator.serial.getPorts();
  return port?.open({ baudRate: 115_200 }).then(() => 'opened', String) ?? 'no port';
}

/** What a client may rely on. Names in `serialClient`'s words. */
const EXPECTED: Record<string, unknown> = {
  'no board: ports': 0,
  'connect event': { onPort: true, connected: true },
  'ports and ids': [{ usbVendorId: 0x303a, usbProductId: 0x1001 }],
  'same object each time': true,
  'closed: streams': [null, null],
  'closed: setSignals': expect.stringContaining('InvalidStateError'),
  'open: baud rate 0': expect.stringContaining('TypeError'),
  open: 'done',
  'open twice': expect.stringMatching(/InvalidStateError.*already open/),
  'open in another tab': expect.stringMatching(/NetworkError.*Failed to open serial port/),
  'echo of every byte': true,
  'echo of 256 KiB': true,
  'close while locked': expect.stringMatching(/TypeError.*locked/),
  'after cancel': { another: true, reads: 'again' },
  'setSignals with nothing': expect.stringContaining('TypeError'),
  signals: { clearToSend: true, dataCarrierDetect: true, dataSetReady: true, ringIndicator: false },
  close: 'done',
  'close twice': expect.stringMatching(/InvalidStateError.*already closed/),
  'closed again: streams': [null, null],
  'pulled: pending read': 'NetworkError: The device has been lost.',
  'pulled: readable': null,
  'pulled: event': { onPort: true, connected: false },
  'pulled: ports': 0,
  'pulled: close': 'done',
  'replug: event': { onPort: true, connected: true },
  'replug: another object': true,
  'replug: echo': 'back',
  'forgotten: ports': 0,
};

let real: Record<string, unknown> | undefined;

test.skipIf(process.env.HYPHAE_SERIAL === 'fake')('Chromium’s own Web Serial behaves as we rely on', async () => {
  real = await outcomesOn(await openRealStack(join(folder, 'real')));
  expect(real).toEqual(EXPECTED);
});

test('the stand-in behaves the same, word for word', async () => {
  expect(await outcomesOn(await openFakeStack(join(folder, 'fake')))).toEqual(real ?? EXPECTED);
});
