export interface BackoffOptions {
  /** The longest wait before the first new attempt, ms. Doubles with each attempt. */
  readonly firstMs: number;
  /** No wait is longer, ms. */
  readonly mostMs: number;
}

/**
 * How long to wait before attempt number `attempt` (1 = the first repeat), ms: anything between nothing and a limit that
 * doubles ("full jitter"), so that many who lost the same thing at once do not come back at once.
 * @param random gives [0, 1); handed in so that a test can choose.
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: () => number): number {
  const limitMs = Math.min(options.mostMs, options.firstMs * 2 ** Math.min(attempt - 1, 40));
  return random() * limitMs;
}
