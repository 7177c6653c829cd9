import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BoardPhase } from '../../src/contract/board-status.ts';
import { type Board, mycobrainUsb } from '../harness/board.ts';
import { plugBoard } from '../harness/plugged-board.ts';
import { openSerialStack } from '../harness/serial-stack.ts';
import { serveWorkerPage, startWorker, type WorkerProbe } from './worker-page.ts';

/** Prints one line of a build that needs no probing, ten times a second. */
const talkingBoard = (name: string): Board => ({
  usb: mycobrainUsb(name),
  power(cable) {
    let count = 0;
    const line = () => cable.send(Buffer.from(`Uptime: ${count++} seconds - ${name}\r\n`));
    const timer = setInterval(line, 100);
    return () => clearInterval(timer);
  },
});

async function openWorkerLab(boards: readonly Board[]) {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-worker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { origin } = await serveWorkerPage(join(folder, 'page'));
  const stack = await openSerialStack(join(folder, 'usb'));
  onTestFinished(() => stack.close());
  const browser = await stack.launch(
    origin,
    boards.map(({ usb }) => usb),
  );
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(origin);
  const plug = async (board: Board) => {
    const plugged = await plugBoard(stack, board);
    onTestFinished(() => plugged.unplug());
    return plugged;
  };
  return { stack, browser, page, worker: await startWorker(page), plug };
}

const eventually = <T>(read: () => T) => expect.poll(read);

type Heard = Awaited<ReturnType<WorkerProbe['heard']>>;
const keys = (heard: Heard) => heard.flatMap(({ message }) => (message.t === 'port' ? [message.key] : []));
const phases = (heard: Heard, key: string): BoardPhase['is'][] =>
  heard.flatMap(({ message }) => (message.t === 'phase' && message.key === key ? [message.phase.is] : []));
const text = (heard: Heard, key: string) =>
  heard
    .flatMap(({ message }) => (message.t === 'console' && message.key === key ? message.records : []))
    .map((record) => (record.dir === 'in' && record.item.kind === 'text' ? record.item.text : ''))
    .join('\n');

test('plugged in, pulled out and plugged in again: back by itself under the same key, its absence told', async () => {
  const board = talkingBoard('SN0001');
  const { stack, worker, plug } = await openWorkerLab([board]);
  const plugged = await plug(board);
  await eventually(async () => text(await worker.heard(), keys(await worker.heard())[0] ?? '')).toContain('SN0001');
  const [key = ''] = keys(await worker.heard());

  await plugged.unplug();
  await eventually(async () => phases(await worker.heard(), key).at(-1)).toBe('unplugged');
  await worker.connectHub();
  await plugged.plug();
  const pluggedAtMs = Date.now();
  await eventually(async () => text(await worker.heard(), key)).toContain('SN0001');
  const heard = await worker.heard();
  expect(keys(heard)).toEqual([key]);
  expect(heard.some(({ message }) => message.t === 'gap' && message.gap.why === 'unplugged')).toBe(true);
  const back = heard.find(({ message }) => message.t === 'console');
  console.log(`replug to first line: ${(back?.atMs ?? Number.NaN) - pluggedAtMs} ms`);
  expect(stack.lineChanges()).toEqual([]);
});

test('eight boards at once; one let go is free for another program, and comes back when asked', async () => {
  const boards = Array.from({ length: 8 }, (_, index) => talkingBoard(`SN000${index}`));
  const { browser, page, worker, plug } = await openWorkerLab(boards);
  for (const board of boards) await plug(board);
  await eventually(async () => {
    const heard = await worker.heard();
    const names = keys(heard).map((key) => /SN\d+/.exec(text(heard, key))?.[0]);
    return names.filter((name) => name !== undefined).sort();
  }).toEqual(boards.map(({ usb }) => usb.serialNumber));

  const [key = ''] = keys(await worker.heard());
  const other = await browser.newPage();
  await other.goto(page.url());
  const freePorts = () =>
    other.evaluate(async () => {
      const ports = await navigator.serial.getPorts();
      const tries = await Promise.all(
        ports.map((port) =>
          port.open({ baudRate: 115_200 }).then(
            () => port.close().then(() => 1),
            () => 0,
          ),
        ),
      );
      return tries.reduce<number>((sum, one) => sum + one, 0);
    });
  expect(await freePorts()).toBe(0);
  await worker.tell({ t: 'release', key });
  await eventually(async () => phases(await worker.heard(), key).at(-1)).toBe('released');
  expect(await freePorts()).toBe(1);
  await worker.tell({ t: 'open', key });
  await eventually(async () => phases(await worker.heard(), key).at(-1)).not.toBe('released');
});

test.skipIf(process.env.HYPHAE_SERIAL === 'fake')('reset pulses RTS with DTR low', async () => {
  const board = talkingBoard('SN0001');
  const { stack, worker, plug } = await openWorkerLab([board]);
  await plug(board);
  await expect
    .poll(async () => phases(await worker.heard(), keys(await worker.heard())[0] ?? '').at(-1))
    .toBe('listening');
  await worker.tell({ t: 'reset', key: keys(await worker.heard())[0] ?? '' });
  // DTR low already; RTS up for 100 ms, and down again.
  const states = () => stack.lineChanges().map(({ dtr, rts }) => `${dtr}${rts}`);
  await eventually(() => states().includes('01') && states().at(-1)).toBe('00');
});
