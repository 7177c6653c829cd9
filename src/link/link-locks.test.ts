import { expect, test } from 'vitest';
import { holdLock, type LinkLocks, watchLock } from './link-locks.ts';

const fail = (cause: unknown) => {
  throw cause;
};

/** One lock, one queue. */
function fakeLocks() {
  const queue: (() => void | Promise<void>)[] = [];
  let held = false;
  const next = async () => {
    if (held) return;
    const callback = queue.shift();
    if (callback === undefined) return;
    held = true;
    await callback();
    held = false;
    await next();
  };
  const locks: LinkLocks = {
    request: (_name, { signal }, callback) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        queue.push(async () => resolve(await callback()));
        void next();
      }),
  };
  return locks;
}

test('a lock is held until the end, and whoever watches it hears of the end', async () => {
  const locks = fakeLocks();
  const end = new AbortController();
  await holdLock(locks, 'a', end.signal, fail);
  const gone = Promise.withResolvers<void>();
  let freed = false;
  watchLock(locks, 'a', () => {
    freed = true;
    gone.resolve();
  });
  await Promise.resolve();
  expect(freed).toBe(false);
  end.abort();
  await gone.promise;
});

test('who stopped watching hears nothing', async () => {
  const locks = fakeLocks();
  const end = new AbortController();
  await holdLock(locks, 'a', end.signal, fail);
  watchLock(locks, 'a', () => expect.unreachable()).abort();
  end.abort();
  await holdLock(locks, 'a', new AbortController().signal, fail);
});

test('where there are no locks, nothing waits', async () => {
  await holdLock(undefined, 'a', new AbortController().signal, fail);
  watchLock(undefined, 'a', () => expect.unreachable());
});
