import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until it holds; false when it did not within the time. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs: number, everyMs = 50): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > end) return false;
    await sleep(everyMs);
  }
}
