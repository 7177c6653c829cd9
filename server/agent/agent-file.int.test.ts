import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { StoredBoard } from '../../src/storage/hub-store.ts';
import { openAgentFile } from './agent-file.ts';
import { lockFile } from './file-lock.ts';

const board = (id: string): StoredBoard => ({
  id,
  name: undefined,
  usb: { vendorId: 0x303a, productId: 0x1001 },
  identity: { ...EMPTY_IDENTITY, dialect: 'mdp1-json', side: 'A' },
  health: { ...EMPTY_HEALTH, gaps: 3 },
  hasOutputs: true,
  shared: true,
  pair: undefined,
  lastSeen: 1_700_000_000_000,
  simulated: false,
});

let folder: string;
let path: string;
let failures: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hyphae-agent-'));
  path = join(folder, 'new', 'agent.json');
  failures = [];
});
afterEach(() => rm(folder, { recursive: true }));
const open = (...serials: string[]) =>
  openAgentFile({ path, serials, name: 'Bench Pi', onFailure: (cause) => failures.push(cause) });

test('who it is and what was on its ports outlives it, and only its owner can read it', async () => {
  const first = await open('/dev/a', '/dev/b');
  const id = await first.store.setting('client-id');
  await Promise.all([first.store.putBoard(board('ba')), first.store.putBoard(board('bb'))]);
  first.remember('/dev/a', 'ba');
  first.remember('/dev/b', 'bb');
  await first.written();
  expect((await stat(path)).mode & 0o777).toBe(0o600);

  const again = await open('/dev/a');
  expect(await again.store.setting('client-id')).toBe(id);
  expect(again.known('/dev/a')).toMatchObject({ board: 'ba', health: { gaps: 3 } });
  expect(await again.store.boards()).toEqual([board('ba')]);
  expect(again.known('/dev/c')).toBeUndefined();

  // It was plugged in elsewhere.
  again.remember('/dev/c', 'ba');
  expect([again.known('/dev/a'), again.known('/dev/c')?.board]).toEqual([undefined, 'ba']);
});

test('a damaged board is forgotten, the rest stays', async () => {
  const first = await open('/dev/a', '/dev/b');
  await Promise.all([
    first.store.putBoard(board('ba')),
    first.store.putBoard({ ...board('bb'), lastSeen: Number.NaN }),
  ]);
  first.remember('/dev/a', 'ba');
  first.remember('/dev/b', 'bb');
  await first.written();
  expect((await (await open('/dev/a', '/dev/b')).store.boards()).map(({ id }) => id)).toEqual(['ba']);
});

test('a file that is something else is left alone and named', async () => {
  path = join(folder, 'notes.txt');
  await writeFile(path, 'not ours');
  await expect(open('/dev/a')).rejects.toThrow(`${path} is not an id file of an agent (it is not JSON)`);
  expect(await readFile(path, 'utf8')).toBe('not ours');
});

test('a file that cannot be written is counted, and the agent goes on', async () => {
  const file = await open('/dev/a');
  await rm(join(folder, 'new'), { recursive: true });
  await file.store.putBoard(board('ba'));
  await file.written();
  expect([file.store.failures, failures.length]).toEqual([1, 1]);
  expect(await file.store.setting('client-name')).toBe('Bench Pi');
});

test('one process at a time has the file', async () => {
  const unlock = await lockFile(path);
  expect(unlock).toBeTypeOf('function');
  expect(await lockFile(path)).toBeUndefined();
  unlock?.();
  await expect.poll(async () => (await lockFile(path)) !== undefined).toBe(true);
});
