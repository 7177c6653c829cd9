import type { JSX } from 'solid-js';

/** A microphone is judged in decibels: −60 dB is a silent room, 0 is all it can. */
const FLOOR_DB = -60;

/** How loud, as a part of the meter: 0–1. */
export const meterPart = (level: number): number =>
  level <= 0 ? 0 : Math.max(0, Math.min(1, 1 - (20 * Math.log10(level)) / FLOOR_DB));

/** A level meter. `level`: root mean square, 0–1. */
export function Meter(props: { readonly label: string; readonly level: number; readonly off: boolean }): JSX.Element {
  return (
    <meter
      class="voice-meter"
      classList={{ 'voice-meter-off': props.off }}
      aria-label={props.label}
      min={0}
      max={1}
      value={meterPart(props.level)}
      data-level={props.level.toFixed(4)}
    />
  );
}
