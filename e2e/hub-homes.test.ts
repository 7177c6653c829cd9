import { expect, test } from 'vitest';
import { openLab } from './harness/lab.ts';
import { connection, expectAcknowledged, expectToMove, simulatedCard } from './harness/screen.ts';

/** Where there is no SharedWorker the same hub lives elsewhere, and nobody sees a difference. */

test('a leader tab carries the hub for the others; when it closes another one leads', async () => {
  const lab = await openLab();
  const leader = await lab.openTab('/?hub=leader');
  await expectToMove(await simulatedCard(leader));
  const follower = await lab.openTab('/?hub=leader');
  await expectToMove(await simulatedCard(follower));
  const led = await connection(follower);
  expect(await connection(leader)).toMatchObject({ mode: 'leader', hub: led.hub });
  expect(led.mode).toBe('follower');
  await expectAcknowledged(await simulatedCard(leader), 'status');
  await expectAcknowledged(await simulatedCard(follower), 'status');

  await leader.close();
  await expect.poll(async () => (await connection(follower)).mode).toBe('leader');
  await expectToMove(await simulatedCard(follower));
  await expectAcknowledged(await simulatedCard(follower), 'status');
  expect(lab.errors()).toEqual([]);
});

test('a tab alone carries its own hub', async () => {
  const lab = await openLab();
  const tabs = [await lab.openTab('/?hub=solo'), await lab.openTab('/?hub=solo')];
  const hubs = new Set<string>();
  for (const tab of tabs) {
    await expectToMove(await simulatedCard(tab));
    await expectAcknowledged(await simulatedCard(tab), 'status');
    const { mode, hub } = await connection(tab);
    expect(mode).toBe('solo');
    hubs.add(hub);
  }
  expect(hubs.size).toBe(2);
  expect(lab.errors()).toEqual([]);
});
