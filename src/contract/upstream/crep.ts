import type { EpochMs } from '../time.ts';
import type { Sourced } from './upstream.ts';

/** What is on the map (crep §2). Every other word on the wire is one of these, or is counted and left out. */
export type CrepKind = 'aircraft' | 'vessel' | 'satellite' | 'event' | 'device' | 'observation';

export const CREP_KINDS = [
  'aircraft',
  'vessel',
  'satellite',
  'event',
  'device',
  'observation',
] as const satisfies readonly CrepKind[];

/** The part of the channel `state/up/crep/<part>` that holds a kind. Its keys are `kind:id`. */
export const CREP_PARTS: Readonly<Record<CrepKind, string>> = {
  aircraft: 'aircraft',
  vessel: 'vessels',
  satellite: 'satellites',
  event: 'events',
  device: 'devices',
  observation: 'observations',
};

/** `state/up/crep/sources`: how each place that is asked answers; `state/up/crep/panels`: figures without a place (space weather). */
export const CREP_SOURCES_PART = 'sources';
export const CREP_PANELS_PART = 'panels';
/** `events/up/crep/map-commands`: what an assistant asks a map to do, already checked. */
export const CREP_COMMANDS_PART = 'map-commands';

/**
 * One thing on the map (crep §2), SI units, WGS84 degrees; undefined is unknown. Objects on the channel are changed in place: whoever
 * keeps one gets its newest values.
 */
export interface CrepEntity extends Sourced {
  readonly kind: CrepKind;
  /** `kind:id` (crep §6.2). */
  readonly key: string;
  /** Text for people, at most 120 characters; only ever a text node. */
  readonly label: string | undefined;
  readonly category: string;
  /** Degrees; both or none. Never exactly 0, 0. */
  readonly lon: number | undefined;
  readonly lat: number | undefined;
  /** How often its source is asked, ms; 0: it came by itself. Widens the limits of age (crep §6.6). */
  readonly everyMs: number;
}

/** What has a course: `at` is the time of the position. */
export interface CrepMover extends CrepEntity {
  /** Metres above the ellipsoid or by pressure, as the source has it. */
  readonly altM: number | undefined;
  /** Over ground. */
  readonly speedMps: number | undefined;
  /** Direction of motion, 0–360. */
  readonly trackDeg: number | undefined;
  /** Where nose or bow point, 0–360. */
  readonly headingDeg: number | undefined;
  /** Up is positive. */
  readonly vrateMps: number | undefined;
}

export interface CrepAircraft extends CrepMover {
  readonly kind: 'aircraft';
  readonly onGround: boolean | undefined;
  /** `0000`–`7777`. 7500, 7600 and 7700 raise the flag `emergency`. */
  readonly squawk: string | undefined;
  readonly x: AircraftFacts | undefined;
}

export interface AircraftFacts {
  readonly registration?: string;
  /** ICAO designator: `B738`. */
  readonly type?: string;
  /** Airport codes. */
  readonly origin?: string;
  readonly destination?: string;
  readonly airline?: string;
  readonly flight?: string;
  readonly country?: string;
}

export interface CrepVessel extends CrepMover {
  readonly kind: 'vessel';
  /** 0–14 (crep §3.3). */
  readonly navStatus: number | undefined;
  /** Degrees per minute, to starboard positive. */
  readonly rotDegPerMin: number | undefined;
  readonly x: VesselFacts | undefined;
}

export interface VesselFacts {
  readonly callsign?: string;
  readonly destination?: string;
  readonly imo?: number;
  readonly lengthM?: number;
  readonly widthM?: number;
  readonly draughtM?: number;
  /** `MM-DD hh:mm` UTC as it was keyed in, or the upstream's own text. */
  readonly eta?: string;
  readonly aisClass?: 'A' | 'B';
  /** Country, as the source spells it. */
  readonly country?: string;
}

/** Mean elements (crep §6.11), checked. Degrees, revolutions per day. */
export type OrbitElements =
  | {
      readonly form: 'omm';
      /** With its fraction of a ms. */
      readonly epochMs: EpochMs;
      readonly meanMotion: number;
      readonly eccentricity: number;
      readonly inclination: number;
      readonly raan: number;
      readonly argPericenter: number;
      readonly meanAnomaly: number;
      readonly bstar: number;
    }
  | { readonly form: 'tle'; readonly epochMs: EpochMs; readonly line1: string; readonly line2: string };

/** Where a satellite is must be computed from its elements (`workers/orbit.worker.ts`); `lon`, `lat` are a reported fix, if any. */
export interface CrepSatellite extends CrepEntity {
  readonly kind: 'satellite';
  readonly altM: number | undefined;
  readonly elements: OrbitElements | undefined;
  /** Why there are no elements: `tle-length`, `tle-checksum`, `tle-mismatch`, `elements`. */
  readonly noElements: string | undefined;
  /** `LEO`, `GEO`, … as the source has it. */
  readonly orbit: string | undefined;
  readonly x: SatelliteFacts | undefined;
}

export interface SatelliteFacts {
  readonly country?: string;
  readonly designator?: string;
  readonly status?: string;
  readonly owner?: string;
  readonly rcs?: string;
}

export type CrepSeverity = 'info' | 'low' | 'medium' | 'high' | 'critical' | 'extreme';

/** Longitude, latitude. */
export type LonLat = readonly [lon: number, lat: number];

/** Lines are cut at the antimeridian; rings are as they came. */
export type CrepShape =
  | { readonly is: 'line'; readonly segments: readonly (readonly LonLat[])[] }
  | { readonly is: 'polygon'; readonly rings: readonly (readonly LonLat[])[] };

export interface CrepEvent extends CrepEntity {
  readonly kind: 'event';
  readonly severity: CrepSeverity | undefined;
  /** As the source said; `eventStatus` knows better once it has run out. */
  readonly status: string | undefined;
  readonly magnitude: number | undefined;
  readonly depthKm: number | undefined;
  readonly expiresAt: EpochMs | undefined;
  readonly shape: CrepShape | undefined;
  readonly x: EventFacts | undefined;
}

export interface EventFacts {
  readonly description?: string;
  readonly place?: string;
  readonly link?: string;
  readonly confidence?: number;
}

export interface CrepDevice extends CrepEntity {
  readonly kind: 'device';
  /** As the source said; `deviceStatus` knows better when it has been silent. */
  readonly status: string | undefined;
  readonly x: DeviceFacts | undefined;
}

export interface DeviceFacts {
  readonly firmware?: string;
  readonly board?: string;
  readonly temperatureC?: number;
  readonly humidityPct?: number;
  readonly pressureHpa?: number;
  readonly gasOhm?: number;
  readonly iaq?: number;
  readonly uptimeS?: number;
}

export interface CrepObservation extends CrepEntity {
  readonly kind: 'observation';
  readonly x: ObservationFacts | undefined;
}

export interface ObservationFacts {
  readonly species?: string;
  readonly commonName?: string;
  readonly image?: string;
}

export type CrepRecord = CrepAircraft | CrepVessel | CrepSatellite | CrepEvent | CrepDevice | CrepObservation;

/** Small words of `flags` besides those of every upstream. */
export type CrepFlag =
  | 'emergency'
  | 'units-guessed'
  | 'implausible-speed'
  | 'teleport'
  | 'clock-skew'
  | 'time-estimated'
  | 'elements-old'
  | 'simulated';

/** Key of the part `sources`: the last words of the path that was asked, or `live`. */
export interface CrepSource {
  readonly name: string;
  readonly state: 'ok' | 'degraded';
  /** What it said about its failure, without addresses. The picture from before stays. */
  readonly why: string | undefined;
  readonly at: EpochMs;
  readonly lastOkAt: EpochMs | undefined;
  /** Records in its last good answer. */
  readonly records: number;
}

/** Key `space-weather` of the part `panels`. */
export interface CrepSpaceWeather {
  readonly at: EpochMs;
  readonly rx: EpochMs;
  /** NOAA scales 0–5. */
  readonly radio: number | undefined;
  readonly solar: number | undefined;
  readonly geomagnetic: number | undefined;
  readonly kp: number | undefined;
  readonly bzNt: number | undefined;
  readonly btNt: number | undefined;
  readonly windKmPerS: number | undefined;
  readonly densityPerCm3: number | undefined;
  readonly radioFluxSfu: number | undefined;
  readonly flags: readonly string[];
}

/** A checked wish of an assistant (crep §3.7). `confirm`: only after the person said yes. */
export type MapCommand = { readonly confirm: boolean } & (
  | { readonly do: 'fly-to'; readonly center: LonLat; readonly zoom?: number; readonly durationMs?: number }
  | { readonly do: 'find'; readonly query: string }
  | { readonly do: 'set-zoom'; readonly zoom: number }
  | { readonly do: 'zoom-by'; readonly delta: number }
  | { readonly do: 'pan-by'; readonly dx: number; readonly dy: number }
  | { readonly do: 'layer'; readonly layer: string; readonly show: boolean | 'toggle' }
  | { readonly do: 'filter'; readonly filter: string; readonly value: string | number | boolean }
  | { readonly do: 'clear-filters' }
  | { readonly do: 'details'; readonly entity: string }
  | { readonly do: 'view-context' | 'system-status' }
  | { readonly do: 'set-time'; readonly at: EpochMs }
  | { readonly do: 'search-timeline'; readonly query: string }
  | { readonly do: 'mute'; readonly muted: boolean }
);

/** A point of a track that was (crep §3.2, §3.7): never moves a live symbol. */
export interface TrailPoint {
  readonly at: EpochMs;
  readonly lon: number;
  readonly lat: number;
  readonly altM: number | undefined;
  readonly speedMps: number | undefined;
  readonly trackDeg: number | undefined;
}

/** West, south, east, north. A plain box has west ≤ east. */
export type GeoBox = readonly [west: number, south: number, east: number, north: number];

/** What a page may ask of the adapter (`UpstreamAction` `call`). */
export interface CrepCalls {
  /** The boxes that are looked at; none: the world. Longitudes may lie outside ±180. */
  view: { readonly boxes: readonly GeoBox[] };
  /** Selected or followed: never removed by age or for space. */
  keep: { readonly keys: readonly string[] };
  /** The trail of a flight by hex, id or call sign. Value: `TrailPoint[]`. */
  trail: { readonly id: string };
  /** All tracked objects (65,000) in place of the active ones. */
  catalogue: { readonly all: boolean };
}

const S = 1_000;
const MIN = 60 * S;
const DAY = 86_400 * S;

/** Ages in ms (crep §6.6). */
export interface AgeLimits {
  readonly freshMs: number;
  readonly ageingMs: number;
  /** Older: no symbol on the map. */
  readonly mapMs: number;
  /** No report for this long: forgotten. */
  readonly forgetMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Satellites: of their elements. Events have ends of their own, see `EVENT_MAP_MS`. */
export const CREP_AGE: Readonly<Record<CrepKind, AgeLimits>> = {
  aircraft: { freshMs: 15 * S, ageingMs: MIN, mapMs: 5 * MIN, forgetMs: 15 * MIN },
  vessel: { freshMs: 6 * MIN, ageingMs: 20 * MIN, mapMs: 90 * MIN, forgetMs: 90 * MIN },
  device: { freshMs: MIN, ageingMs: 5 * MIN, mapMs: NEVER, forgetMs: NEVER },
  satellite: { freshMs: 3 * DAY, ageingMs: 14 * DAY, mapMs: 30 * DAY, forgetMs: NEVER },
  event: { freshMs: 3 * DAY, ageingMs: 3 * DAY, mapMs: 3 * DAY, forgetMs: 30 * DAY },
  observation: { freshMs: NEVER, ageingMs: NEVER, mapMs: NEVER, forgetMs: 30 * DAY },
};

/** An earthquake without an end stays this long on the map. */
export const QUAKE_MAP_MS = 7 * DAY;

/** Most entities of a kind (crep §6.12); above it the oldest that nobody selected goes. */
export const CREP_MOST: Readonly<Record<CrepKind, number>> = {
  aircraft: 40_000,
  vessel: 60_000,
  satellite: 65_000,
  event: 10_000,
  device: 1_000,
  observation: 10_000,
};

/** Keys that one state channel of crep may hold. */
export const CREP_MOST_KEYS = 100_000;

export const CREP_LABEL_CHARS = 120;
