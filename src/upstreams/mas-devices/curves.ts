import type { EpochMs } from '../../contract/time.ts';
import type { LateReadingsRecord, Reading } from '../../contract/upstream/mas-devices.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { Out } from '../out.ts';
import { keepNewest } from './plain.ts';
import { telemetryPart } from './telemetry-part.ts';

const MAX_CURVES = 2_000;

/**
 * The curves of all devices. A curve's time never goes back: what is known to be late goes into the history beside it (`late-readings`).
 * Where the source's clock and ours took turns, a row is moved to the one before it.
 */
export class Curves {
  readonly #lastAt = new Map<string, EpochMs>();

  add(device: string, readings: readonly Reading[], sourced: Sourced, out: Out): void {
    if (readings.length === 0) return;
    const at = Math.max(sourced.at, this.#lastAt.get(device) ?? 0);
    this.#lastAt.delete(device);
    this.#lastAt.set(device, at);
    keepNewest(this.#lastAt, MAX_CURVES);
    out.rows(telemetryPart(device), {
      series: readings.map(({ name }) => name),
      times: Float64Array.of(at),
      columns: readings.map(({ value }) => Float64Array.of(value)),
      provenance: sourced.provenance,
    });
  }

  /** Older than what is shown. */
  late(device: string, readings: readonly Reading[], sourced: Sourced, out: Out): void {
    out.count('late', 'older-than-shown');
    if (readings.length === 0) return;
    const { at, atFrom, rx, source, provenance, flags } = sourced;
    const record: LateReadingsRecord = {
      at,
      atFrom,
      rx,
      source,
      provenance,
      flags: [...flags, 'late'],
      device,
      readings,
    };
    out.event('late-readings', record);
  }
}
