import { expect, test } from 'vitest';
import { FakeLocks, settle } from './fake-world.ts';
import type { HubLocks } from './hub-env.ts';
import { type BuildAnnouncement, ownTransports } from './transport-owner.ts';

test('the newer build wins, the older tells its tabs, and takes over again when the newer is gone', async () => {
  const locks = new FakeLocks();
  const listeners = new Map<string, (message: BuildAnnouncement) => void>();
  const events: string[] = [];
  const start = (build: string) =>
    ownTransports({
      build,
      locks: locks.owner(build),
      bus: {
        postMessage: (message) => {
          for (const [name, listener] of listeners) if (name !== build) listener(message);
        },
        onBuild: (listener) => listeners.set(build, listener),
      },
      onOwn: () => events.push(`${build} owns`),
      onLost: (newer) => events.push(`${build} lost to ${newer}`),
    });
  start('b1');
  await settle();
  start('b2');
  await settle();
  expect(events).toEqual(['b1 owns', 'b1 lost to b2', 'b2 owns']);
  listeners.delete('b2');
  locks.die('b2');
  await settle();
  expect(events.at(-1)).toBe('b1 owns');
});

test('an older build that gets the transports again before the newer stood in line lets go once more', async () => {
  const locks = new FakeLocks();
  const listeners = new Map<string, (message: BuildAnnouncement) => void>();
  const events: string[] = [];
  const start = (build: string, own: HubLocks) =>
    ownTransports({
      build,
      locks: own,
      bus: {
        // Not at once, as between real workers.
        postMessage: (message) =>
          void setTimeout(() => {
            for (const [name, listener] of listeners) if (name !== build) listener(message);
          }),
        onBuild: (listener) => listeners.set(build, listener),
      },
      onOwn: () => events.push(`${build} owns`),
      onLost: (newer) => events.push(`${build} lost to ${newer}`),
    });
  start('b1', locks.owner('b1'));
  await settle();
  const slow = locks.owner('b2');
  start('b2', {
    request: async (...args) => {
      await settle();
      return slow.request(...args);
    },
  });
  for (let turns = 0; turns < 5; turns++) await settle();
  expect(events.at(-1)).toBe('b2 owns');
});
