import type { BoardItem } from '../../../contract/board-item.ts';
import type { MonoMs, UptimeMs } from '../../../contract/time.ts';
import { resetReasonOf, uptimeOf } from '../reading/uptime.ts';

/** A restart of the board, told once however many signs of it follow. */
export interface Reset {
  readonly reason: string;
  readonly brownout: boolean;
}

/** The board's own clock may be this much behind the last one told: whole seconds, lines that overtake each other. */
const BACKWARDS_MS = 2_500;
/** From the first boot text to the last sign of one boot. */
const ONE_BOOT_MS = 12_000;
const WRAP_MS = 2 ** 32;
const NEAR_WRAP_MS = 60_000;

/** The board's clock may gain this much on ours before it is called a jump: whole seconds, output held back by a stalled port. */
const JUMP_MS = 60_000;

export interface Resets {
  /** Looks at one item; a reset when it is the first sign of one. `heardBefore`: the board was alive before. */
  judge(item: BoardItem, at: MonoMs, heardBefore: boolean): Reset | undefined;
  readonly uptimeMs: UptimeMs | undefined;
  /** How far the board's clock leapt ahead of ours with the last item, ms; 0 when it did not. */
  readonly jumpMs: number;
}

/**
 * Finds restarts by four signs: the chip's boot text, a greeting nobody asked for, a counter that starts again (told by the
 * caller through `boot`), an uptime that goes back.
 */
export function createResets(initialUptimeMs: UptimeMs | undefined): Resets {
  let uptime = initialUptimeMs;
  let bootSince: MonoMs | undefined;
  let brownoutLine = false;
  let uptimeAt: MonoMs | undefined;
  let jumpMs = 0;

  const begin = (at: MonoMs): void => {
    bootSince = at;
    uptime = undefined;
  };

  return {
    judge(item, at, heardBefore) {
      jumpMs = 0;
      if (item.kind === 'text' && /brownout detector/i.test(item.text)) brownoutLine = true;
      const reason = resetReasonOf(item);
      if (reason !== undefined) {
        const brownout = brownoutLine || /BROWNOUT/i.test(reason);
        brownoutLine = false;
        begin(at);
        return heardBefore || brownout ? { reason, brownout } : undefined;
      }
      const inBoot = bootSince !== undefined && at - bootSince < ONE_BOOT_MS;
      if (isGreeting(item)) {
        if (inBoot) return undefined;
        begin(at);
        return heardBefore ? { reason: 'the board greeted anew', brownout: false } : undefined;
      }
      const told = uptimeOf(item);
      if (told === undefined) return undefined;
      const before = uptime;
      const gained = before === undefined || uptimeAt === undefined ? 0 : told - before - (at - uptimeAt);
      uptime = told;
      uptimeAt = at;
      if (gained > JUMP_MS) jumpMs = gained;
      if (before === undefined || told >= before - BACKWARDS_MS) return undefined;
      if (before > WRAP_MS - NEAR_WRAP_MS && told < NEAR_WRAP_MS) return undefined;
      bootSince = at;
      return { reason: 'its uptime went back', brownout: false };
    },
    get uptimeMs() {
      return uptime;
    },
    get jumpMs() {
      return jumpMs;
    },
  };
}

/** The first words of a board that has just started. */
export function isGreeting(item: BoardItem): boolean {
  if (item.kind === 'mdp') return item.header.type_name === 'HELLO' && item.header.ack === 0;
  return item.kind === 'json' && (item.shape === 'boot' || item.shape === 'hello' || item.shape === 'ready');
}
