/**
 * Time is one of three kinds and never a bare number across a module border. They are branded so that a board's uptime
 * cannot be subtracted from the wall clock by mistake.
 */
declare const kind: unique symbol;

/** Milliseconds since 1970-01-01 UTC, by the clock of the computer that received the data. */
export type EpochMs = number & { readonly [kind]?: 'epoch' };

/** Milliseconds of a monotonic clock (`performance.now()`); its zero is arbitrary. Use it for ages, time-outs, round trips. */
export type MonoMs = number & { readonly [kind]?: 'mono' };

/** Milliseconds since a board's last reset, by the board's own counter. Wraps after 49.7 days on most builds. */
export type UptimeMs = number & { readonly [kind]?: 'uptime' };

/** Both clocks read at one moment. Pure code is handed one of these; it never reads a clock itself. */
export interface Instant {
  readonly epochMs: EpochMs;
  readonly monoMs: MonoMs;
}
