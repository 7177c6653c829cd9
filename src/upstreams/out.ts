import type { Gap } from '../contract/channel.ts';
import type { Provenance } from '../contract/provenance.ts';
import type { EpochMs } from '../contract/time.ts';
import type { Counted } from '../contract/upstream/status.ts';

/** Rows of a curve, as columns: `times` in ms not decreasing, each column as long as `times`, NaN where a row has no reading. */
export interface Rows {
  readonly series: readonly string[];
  readonly times: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly provenance: Provenance;
}

/**
 * Where a reader puts what a message means. `part` is the last word of the channel (`agents` of `state/up/mas-topology/agents`).
 * Readers never throw on what a peer sent: what cannot be read is counted, by reason.
 */
export interface Out {
  put(part: string, key: string, record: object): void;
  remove(part: string, keys: readonly string[]): void;
  /** Everything there is: keys that are not in it are gone. */
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void;
  event(part: string, record: object): void;
  rows(part: string, rows: Rows): void;
  /** A known loss, in every part that has a place for it. */
  gap(part: string, gap: Gap): void;
  /** `reason`: a short machine word (`bad-json`, a type's name); `excerpt`: a few characters for people, never a secret. */
  count(what: Counted, reason: string, excerpt?: string): void;
}

/** What a reader must know besides the message. */
export interface ReadContext {
  /** When it arrived. */
  readonly now: EpochMs;
  /** For how long our server had kept it by then, ms; undefined: it comes from the upstream itself. */
  readonly heldMs?: number | undefined;
  /** It comes from a simulator: every record's provenance is `simulated`. */
  readonly simulated: boolean;
}

/** When something without a time of its own was said: as it arrived, or before, where our server had kept it. */
export const saidAt = ({ now, heldMs }: ReadContext): EpochMs => now - (heldMs ?? 0);
