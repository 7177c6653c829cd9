import type { Provenance } from './provenance.ts';
import type { EpochMs } from './time.ts';

/** The latest reading of one series of one board, on the state channel `device/<id>/values`. Derived by the hub from sample batches. */
export interface BoardValue {
  /** e.g. `a.temperature_c`; unit, label and range: `boards/registry.ts`. */
  readonly series: string;
  readonly value: number;
  /** When the host received it. */
  readonly at: EpochMs;
  readonly provenance: Provenance;
  /** How often it should come, ms; measured from the last arrivals. Freshness is judged by it. */
  readonly cadenceMs: number;
}
