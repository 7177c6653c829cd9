import { NATUREOS_ALERT_CLEAR_MS, NATUREOS_COMMAND_CONFIRM_MS } from '../../../src/contract/upstream/natureos.ts';

/** All in ms. Tests have a faster world. */
export interface NatureosTimings {
  /** The hub pings every 15 s: nothing at all for twice that, and it is dead. */
  readonly silentMs: number;
  /** From the first try to the answer. */
  readonly handshakeMs: number;
  /** Devices report every few seconds; a hub that brings nothing for so long is told to be stale. */
  readonly staleMs: number;
  /** Between two questions for the store's devices. */
  readonly snapshotMs: number;
  /** How often is looked for what silence has ended. */
  readonly ageMs: number;
  readonly alertClearMs: number;
  readonly commandConfirmMs: number;
  readonly backoff: { readonly firstMs: number; readonly mostMs: number };
  /** Attempts in a row that failed before the event streams stand in. */
  readonly fallbackAfter: number;
}

export const NATUREOS_TIMINGS: NatureosTimings = {
  silentMs: 30_000,
  handshakeMs: 15_000,
  staleMs: 120_000,
  snapshotMs: 60_000,
  ageMs: 5_000,
  alertClearMs: NATUREOS_ALERT_CLEAR_MS,
  commandConfirmMs: NATUREOS_COMMAND_CONFIRM_MS,
  backoff: { firstMs: 1_000, mostMs: 30_000 },
  fallbackAfter: 2,
};
