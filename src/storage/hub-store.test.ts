import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../contract/board-status.ts';
import type { StoredBoard } from './hub-store.ts';
import { idbHubStore } from './idb-hub-store.ts';
import { memoryHubStore } from './memory-hub-store.ts';

const board: StoredBoard = {
  id: 'b1',
  name: 'Shelf 3',
  usb: { vendorId: 0x303a, productId: 0x1001 },
  identity: EMPTY_IDENTITY,
  health: EMPTY_HEALTH,
  hasOutputs: true,
  shared: false,
  pair: undefined,
  lastSeen: 1,
  simulated: false,
};

describe.each([
  ['IndexedDB', idbHubStore],
  ['memory', memoryHubStore],
])('hub store in %s', (_name, make) => {
  test('gives back what it was given, and forgets what it should', async () => {
    const store = make();
    await store.putBoard(board);
    await store.putBoard({ ...board, name: 'Shelf 4' });
    expect(await store.boards()).toEqual([{ ...board, name: 'Shelf 4' }]);
    await store.setSetting('client-name', 'Bench laptop');
    expect(await store.setting('client-name')).toBe('Bench laptop');
    expect(await store.setting('client-id')).toBeUndefined();
    await store.deleteBoard('b1');
    expect(await store.boards()).toEqual([]);
    expect(store.failures).toBe(0);
  });
});
