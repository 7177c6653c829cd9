import type { Published } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';

/** Nobody waits longer at a page for servers that cannot reach each other. */
export const BUS_MS = 2_000;

/** Asks the bus for a change, which it may keep until it is back: after {@link BUS_MS} the answer is that it is down. */
export function inTime(clock: Clock, ask: (onDone: (outcome: Published) => void) => void): Promise<Published> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(BUS_MS, () => {
      const error = {
        code: 'bus-down',
        message: 'The servers cannot reach each other now. Try again in a moment.',
      } as const;
      resolve({ ok: false, error, retryAfterMs: 2 * BUS_MS });
    });
    ask((outcome) => {
      cancel();
      resolve(outcome);
    });
  });
}
