import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { BoardItem } from '../src/contract/board-item.ts';
import { boardChannel } from '../src/contract/channel.ts';
import type { ConsoleRecord } from '../src/contract/console-record.ts';
import { playerBoard, type TimedBytes } from './harness/board.ts';
import { watchEvents } from './harness/hub-probe.ts';
import { openLab } from './harness/lab.ts';
import { type LabBoards, watchLabBoards } from './harness/lab-boards.ts';

/**
 * A minute of one real port (power cycles, re-flashing, noise) comes out of the hub as exactly the items that are in it: through the
 * terminal, Chromium, the serial worker, the hub and the page's link.
 */

interface Stream {
  readonly chunks: readonly (readonly [atMs: number, offset: number, length: number])[];
  readonly items: readonly (BoardItem & { readonly at_ms: number })[];
  readonly pending_bytes: number;
}

const FIXTURES = join(import.meta.dirname, '..', 'src', 'boards', 'mycobrain', 'fixtures');
const bytes = readFileSync(join(FIXTURES, 'stream_shared_60s.bin'));
const stream = JSON.parse(readFileSync(join(FIXTURES, 'stream_shared_60s.json'), 'utf8')) as Stream;
const items = stream.items.map(({ at_ms: _, ...item }) => item);

test('played at its own times', async () => {
  await play(stream.chunks.map(([atMs, offset, length]) => ({ atMs, bytes: bytes.subarray(offset, offset + length) })));
});

test('played a byte at a time, as fast as it goes', async () => {
  await play([...bytes].map((byte, index) => ({ atMs: Math.floor(index / 32), bytes: Uint8Array.of(byte) })));
});

async function play(pieces: readonly TimedBytes[]): Promise<void> {
  const board = playerBoard(pieces);
  const lab = await openLab({ boards: [board] });
  const owner = await lab.openTab();
  const watcher = await lab.openTab();
  const boards = await watchLabBoards(watcher);
  await lab.plug(board);
  await expect.poll(async () => (await boards.all()).length).toBe(1);
  const id = (await boards.all())[0]?.id ?? '';
  const seen = await Promise.all([owner, watcher].map((page) => watchConsole(page, id)));

  await board.played;
  await heardAll(boards, id);

  const expectedErrors = countBy(items.flatMap((item) => (item.kind === 'error' ? [item.error] : [])));
  for (const console of seen) {
    await expect.poll(async () => (await console.read()).records.filter(isIn).length).toBe(items.length);
    const { records, gaps } = await console.read();
    const heard = records.filter(isIn);
    expect(heard.map(({ item }) => item)).toEqual(items);
    expectAllBytes(heard.map(({ hex }) => Buffer.from(hex, 'hex')));
    expect(gaps).toEqual([]);
  }
  // Flashed with another build several times, and the same board all the time.
  expect(await boards.all()).toHaveLength(1);
  const { health } = await boards.get(id);
  expect(health.errors).toEqual(expectedErrors);
  expect(health).toMatchObject({ items: items.filter(({ kind }) => kind !== 'error').length, dropped: 0 });
  expect(lab.errors()).toEqual([]);
}

const watchConsole = (page: Page, id: string) => watchEvents<ConsoleRecord>(page, boardChannel(id, 'console'));
const isIn = (record: ConsoleRecord) => record.dir === 'in';

const heardAll = (boards: LabBoards, id: string) =>
  expect.poll(async () => (await boards.get(id)).health.bytesIn, { message: 'bytes heard' }).toBe(bytes.length);

/** Every byte is in a record, in order; only what ends nothing (empty lines, runs of NUL) is in none. */
function expectAllBytes(pieces: readonly Buffer[]): void {
  let at = 0;
  for (const piece of pieces) {
    const skipped = bytes.indexOf(piece, at) - at;
    expect(bytes.toString('latin1', at, at + skipped)).toMatch(/^[\0\r\n]*$/);
    at += skipped + piece.length;
  }
  expect(bytes.length - at).toBe(stream.pending_bytes);
}

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]));
