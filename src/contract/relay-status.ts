import type { ClientId } from './ids.ts';
import type { EpochMs } from './time.ts';

/** The hub's connection to the Hyphae server, on the state channel `relay`. Connected and silent is its own word. */
export interface RelayStatus {
  readonly state:
    | { readonly is: 'connecting'; readonly since: EpochMs }
    | { readonly is: 'live'; readonly since: EpochMs; readonly rttMs: number | undefined }
    | {
        readonly is: 'retrying';
        readonly since: EpochMs;
        readonly nextAt: EpochMs;
        readonly attempt: number;
        readonly reason: string;
      }
    | { readonly is: 'refused'; readonly since: EpochMs; readonly reason: string }
    | { readonly is: 'off' };
  readonly url: string;
  readonly client: { readonly id: ClientId; readonly name: string };
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
  /** Messages that were refused or could not be read, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Server clock minus ours, ms, ± half a round trip; undefined before it was measured. */
  readonly clockOffsetMs: number | undefined;
  /** The servers cannot reach each other now: boards and people on another server stand still here. */
  readonly degraded?: { readonly since: EpochMs; readonly reason: string } | undefined;
}
