import type { BoardItem } from '../../../contract/board-item.ts';
import type { UptimeMs } from '../../../contract/time.ts';
import { isObject, type JsonObject, numberOf, objectOf, textOf } from './json-value.ts';

/** What an item says of the board's own clock, ms since its last reset; undefined when it does not say. */
export function uptimeOf(item: BoardItem): UptimeMs | undefined {
  if (item.kind === 'json') return GATEWAY.has(item.shape) ? undefined : uptimeOfObject(item.value);
  if (item.kind !== 'mdp' || !isObject(item.body)) return undefined;
  if (item.body_format === 'envelope') return numberOf(objectOf(item.body, 'ts') ?? {}, 'mono_ms');
  return item.body_format === 'json' || item.body_format === 'telemetry_v1' ? uptimeOfObject(item.body) : undefined;
}

/** Their times are those of frames heard by radio. */
const GATEWAY: ReadonlySet<string> = new Set(['gateway_frame', 'gateway_frame_legacy']);

function uptimeOfObject(value: JsonObject): UptimeMs | undefined {
  for (const key of ['uptime_ms', 't_ms', 'ts_ms', 'ts']) {
    const ms = numberOf(value, key);
    if (ms !== undefined && ms >= 0) return ms;
  }
  const inner = objectOf(value, 'data');
  for (const key of ['uptime_s', 'uptime_seconds', 'uptime']) {
    const s = numberOf(value, key) ?? (inner === undefined ? undefined : numberOf(inner, key));
    if (s !== undefined && s >= 0) return s * 1000;
  }
  return undefined;
}

/** The reason of a reset in the chip's boot text: `rst:0xf (BROWNOUT_RST),boot:…`. */
export function resetReasonOf(item: BoardItem): string | undefined {
  if (item.kind !== 'text' || item.shape !== 'reset_cause') return undefined;
  return textOf(item.fields ?? {}, 'reset_reason') ?? 'unknown';
}
