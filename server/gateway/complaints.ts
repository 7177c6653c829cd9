import type { Clock } from '../clock.ts';
import { GatewayError } from './gateway-error.ts';

/** The same about the same upstream is not said again for this long. */
const SAME_MS = 60_000;

/** Told why an upstream was not reached. */
export type Complain = (slug: string, error: unknown) => void;

/**
 * Writes failures to the log, each kind once a minute: an upstream that is away is asked by everybody all the time. The addresses that
 * causes carry are for the log alone.
 */
export function makeComplain(log: { warn(about: object, text: string): void }, clock: Pick<Clock, 'now'>): Complain {
  const told = new Map<string, number>();
  return (slug, error) => {
    const reason = error instanceof GatewayError ? error.reason : 'unknown';
    const kind = `${slug} ${reason}`;
    const now = clock.now();
    if (now - (told.get(kind) ?? Number.NEGATIVE_INFINITY) < SAME_MS) return;
    told.set(kind, now);
    const cause = error instanceof Error ? error.cause : error;
    log.warn({ upstream: slug, reason, ...(cause !== undefined && { err: cause }) }, 'an upstream was not reached');
  };
}
