import { expect, test } from 'vitest';
import type { FromHolder } from '../../src/contract/board-link.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { memoryHubStore } from '../../src/storage/memory-hub-store.ts';
import { BoardData } from './board-data.ts';
import type { Holder } from './board-entry.ts';
import { BoardRegistry } from './board-registry.ts';
import { Channels } from './channels.ts';
import { FakeClock, fakeEnv } from './fake-world.ts';

function lab() {
  const clock = new FakeClock();
  const store = memoryHubStore();
  const env = fakeEnv({ store }, clock);
  const channels = new Channels('epoch', env, () => {});
  const boards = new BoardRegistry(env, channels, new BoardData(channels, env), { change() {}, command() {} });
  const holder: Holder = { tab: 't1', post() {} };
  return { clock, store, boards, hear: (message: FromHolder) => boards.receive(holder, message) };
}

const port: FromHolder = { t: 'port', key: 'k', usb: { vendorId: 1, productId: 2 }, known: undefined };
const words: FromHolder = {
  t: 'identity',
  key: 'k',
  identity: { ...EMPTY_IDENTITY, dialect: 'mdp1-json', deviceId: 'mycobrain-1' },
  commands: [],
  hasOutputs: false,
};
const totals = (items: number): FromHolder => ({
  t: 'health',
  key: 'k',
  health: { ...EMPTY_HEALTH, items },
  outputs: 'off',
});

test('a board and its name are remembered at once, its totals every few seconds', async () => {
  const { clock, store, boards, hear } = lab();
  hear(port);
  expect(await store.boards()).toEqual([]);
  hear(words);
  expect(await store.boards()).toMatchObject([{ identity: { deviceId: 'mycobrain-1' } }]);
  const [board] = boards.all();
  if (!board) throw new Error('no board');
  boards.update(board, { name: 'Left bench' });
  expect(await store.boards()).toMatchObject([{ name: 'Left bench' }]);
  for (const items of [1, 2, 3]) hear(totals(items));
  expect(await store.boards()).toMatchObject([{ health: { items: 0 } }]);
  await clock.advance(5_000);
  expect(await store.boards()).toMatchObject([{ health: { items: 3 } }]);
});
