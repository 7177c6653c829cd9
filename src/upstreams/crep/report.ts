import type { EpochMs } from '../../contract/time.ts';
import type {
  AircraftFacts,
  CrepKind,
  CrepSeverity,
  CrepShape,
  DeviceFacts,
  EventFacts,
  ObservationFacts,
  OrbitElements,
  SatelliteFacts,
  VesselFacts,
} from '../../contract/upstream/crep.ts';

export type Facts = AircraftFacts & VesselFacts & SatelliteFacts & EventFacts & DeviceFacts & ObservationFacts;

/**
 * What one item says, before it meets what is known. There is one of these per store and it is filled anew for each item: a batch of
 * 30,000 makes no garbage.
 */
export class Report {
  kind: CrepKind = 'aircraft';
  id = '';
  lon: number | undefined;
  lat: number | undefined;
  altM: number | undefined;
  speedMps: number | undefined;
  trackDeg: number | undefined;
  headingDeg: number | undefined;
  vrateMps: number | undefined;
  onGround: boolean | undefined;
  squawk: string | undefined;
  navStatus: number | undefined;
  rotDegPerMin: number | undefined;
  label: string | undefined;
  /** undefined: to be derived from the rest. */
  category: string | undefined;
  source = '';
  at: EpochMs = 0;
  atFrom: 'source' | 'arrival' = 'source';
  /** `FLAG` bits. */
  flags = 0;
  /** Says nothing about where it is, nor when: name, type, size. */
  staticOnly = false;
  elements: OrbitElements | undefined;
  noElements: string | undefined;
  orbit: string | undefined;
  severity: CrepSeverity | undefined;
  status: string | undefined;
  magnitude: number | undefined;
  depthKm: number | undefined;
  expiresAt: EpochMs | undefined;
  shape: CrepShape | undefined;
  x: Facts | undefined;

  reset(kind: CrepKind): void {
    this.kind = kind;
    this.id = '';
    this.lon = undefined;
    this.lat = undefined;
    this.altM = undefined;
    this.speedMps = undefined;
    this.trackDeg = undefined;
    this.headingDeg = undefined;
    this.vrateMps = undefined;
    this.onGround = undefined;
    this.squawk = undefined;
    this.navStatus = undefined;
    this.rotDegPerMin = undefined;
    this.label = undefined;
    this.category = undefined;
    this.source = '';
    this.at = 0;
    this.atFrom = 'source';
    this.flags = 0;
    this.staticOnly = false;
    this.elements = undefined;
    this.noElements = undefined;
    this.orbit = undefined;
    this.severity = undefined;
    this.status = undefined;
    this.magnitude = undefined;
    this.depthKm = undefined;
    this.expiresAt = undefined;
    this.shape = undefined;
    this.x = undefined;
  }
}

/** Which of the shapes of crep §3.1 an item has, where its fields alone do not tell. */
export type Carrier = 'slim' | 'mindex' | 'unified' | 'plain';

/** What is known of an item besides itself. */
export interface ItemContext {
  readonly now: EpochMs;
  carrier: Carrier;
  /** Of the answer as a whole, for items that have none of their own. */
  source: string | undefined;
  /** The wrapper's clock, of readsb files: ages are before it. */
  wrapperMs: EpochMs | undefined;
  /** Name of a feed (`usgs-quakes`): part of the key where features have no id. */
  readonly feed: string | undefined;
}

/** Why an item cannot become an entity. */
export type Refusal = 'no_identity' | 'bad_mmsi' | 'junk';
