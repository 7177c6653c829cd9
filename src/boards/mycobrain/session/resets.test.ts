import { describe, expect, it } from 'vitest';
import type { BoardItem, JsonItem } from '../../../contract/board-item.ts';
import { createResets } from './resets.ts';

const rom = (reason: string): BoardItem => ({
  kind: 'text',
  text: `rst:0xf (${reason}),boot:0x8 (SPI_FAST_FLASH_BOOT)`,
  shape: 'reset_cause',
  fields: { reset_reason: reason },
});
const up = (uptime_ms: number): JsonItem => ({ kind: 'json', shape: 'tele', value: { uptime_ms }, salvaged: false });
const boot: JsonItem = { kind: 'json', shape: 'boot', value: {}, salvaged: false };

describe('resets', () => {
  it('are told by an uptime that goes back, not by one that is a little late', () => {
    const resets = createResets(undefined);
    expect(resets.judge(up(100_000), 0, true)).toBeUndefined();
    expect(resets.judge(up(98_000), 10, true)).toBeUndefined();
    expect(resets.judge(up(3_000), 1_000, true)).toEqual({ reason: 'its uptime went back', brownout: false });
    expect(resets.uptimeMs).toBe(3_000);
  });

  it('are told once, whatever else the same boot says', () => {
    const resets = createResets(900_000);
    expect(resets.judge(rom('RTC_SW_SYS_RST'), 0, true)).toEqual({ reason: 'RTC_SW_SYS_RST', brownout: false });
    expect(resets.judge(boot, 2_700, true)).toBeUndefined();
    expect(resets.judge(up(2_800), 2_800, true)).toBeUndefined();
  });

  it('are no resets when the board is heard for the first time', () => {
    const resets = createResets(undefined);
    expect(resets.judge(rom('POWERON'), 0, false)).toBeUndefined();
    expect(resets.judge(boot, 2_700, false)).toBeUndefined();
  });

  it('are brown-outs by their reason or by the line before, even at first', () => {
    const resets = createResets(undefined);
    expect(resets.judge(rom('BROWNOUT_RST'), 0, false)).toMatchObject({ brownout: true });
    resets.judge({ kind: 'text', text: 'E BOD: Brownout detector was triggered' }, 500, true);
    expect(resets.judge(rom('RTC_SW_SYS_RST'), 510, true)).toMatchObject({ brownout: true });
    expect(resets.judge(rom('RTC_SW_SYS_RST'), 20_000, true)).toMatchObject({ brownout: false });
  });

  it('are not seen where the clock of the board wraps round after 49.7 days', () => {
    const resets = createResets(2 ** 32 - 1_000);
    expect(resets.judge(up(500), 0, true)).toBeUndefined();
  });

  it('tell a clock that leaps ahead from one that was only held back', () => {
    const resets = createResets(undefined);
    resets.judge(up(10_000), 0, true);
    expect(resets.judge(up(40_000), 1_000, true)).toBeUndefined();
    expect(resets.jumpMs).toBe(0);
    expect(resets.judge(up(200_000), 2_000, true)).toBeUndefined();
    expect(resets.jumpMs).toBe(159_000);
  });
});
