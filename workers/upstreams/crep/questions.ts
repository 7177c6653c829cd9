import { CREP_PANELS_PART, CREP_PARTS, type CrepKind, type GeoBox } from '../../../src/contract/upstream/crep.ts';

const S = 1_000;
const MIN = 60 * S;

/** One place that is asked again and again (crep §4.1). */
export interface Question {
  /** Name of its line. */
  readonly name: string;
  /** Asked while somebody looks at this part. */
  readonly part: string;
  /** What it mostly brings; a live link that brings the same slows it down. */
  readonly kind: CrepKind | undefined;
  readonly everyMs: number;
  /** How often its answer really changes, ms: what the upstream keeps it for, if that is longer than we wait. */
  readonly changesMs: number;
  /** Where no view is known: the whole world in so many pieces, for what is cut off at a limit. */
  readonly tiles: readonly GeoBox[] | undefined;
  readonly path: (box: GeoBox) => string;
}

const WORLD: GeoBox = [-180, -90, 180, 90];
/** 8,000 vessels are the most that one answer holds: about a quarter of the world's in each of these. */
const OCEANS: readonly GeoBox[] = [
  [-180, -90, -30, 90],
  [-30, -90, 15, 90],
  [15, -90, 105, 90],
  [105, -90, 180, 90],
];

const corners = ([west, south, east, north]: GeoBox): string =>
  `lamin=${south}&lamax=${north}&lomin=${west}&lomax=${east}`;

/**
 * Aircraft and vessels are kept for 30 s by the upstream: asking aircraft twice in that time halves how late a new answer is seen.
 * Satellites: their elements change every 2 h, their list is kept for 15 min. Events and devices: as long as they are kept.
 */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'aircraft',
    part: CREP_PARTS.aircraft,
    kind: 'aircraft',
    everyMs: 15 * S,
    changesMs: 30 * S,
    tiles: [WORLD],
    path: (box) => `/api/oei/flightradar24?${corners(box)}&limit=30000`,
  },
  {
    name: 'vessels',
    part: CREP_PARTS.vessel,
    kind: 'vessel',
    everyMs: 30 * S,
    changesMs: 30 * S,
    tiles: OCEANS,
    path: (box) => `/api/oei/aisstream?${corners(box)}&limit=8000`,
  },
  {
    name: 'satellites',
    part: CREP_PARTS.satellite,
    kind: undefined,
    everyMs: 15 * MIN,
    changesMs: 15 * MIN,
    tiles: undefined,
    path: () => '/api/oei/satellites?category=active&mode=registry&limit=15000',
  },
  {
    name: 'events',
    part: CREP_PARTS.event,
    kind: undefined,
    everyMs: MIN,
    changesMs: MIN,
    tiles: undefined,
    path: () => '/api/natureos/global-events?days=7&limit=5000',
  },
  {
    name: 'eonet',
    part: CREP_PARTS.event,
    kind: undefined,
    everyMs: 5 * MIN,
    changesMs: 5 * MIN,
    tiles: undefined,
    path: () => '/api/oei/eonet?limit=2000',
  },
  {
    name: 'alerts',
    part: CREP_PARTS.event,
    kind: undefined,
    everyMs: 5 * MIN,
    changesMs: 5 * MIN,
    tiles: undefined,
    path: () => '/api/oei/nws-alerts',
  },
  {
    name: 'space-weather',
    part: CREP_PANELS_PART,
    kind: undefined,
    everyMs: 2 * MIN,
    changesMs: 2 * MIN,
    tiles: undefined,
    path: () => '/api/oei/space-weather',
  },
  {
    name: 'devices',
    part: CREP_PARTS.device,
    kind: undefined,
    everyMs: 30 * S,
    changesMs: 30 * S,
    tiles: undefined,
    path: () => '/api/crep/mycosoft-devices?limit=10000',
  },
  {
    name: 'boards',
    part: CREP_PARTS.device,
    kind: undefined,
    everyMs: MIN,
    changesMs: MIN,
    tiles: undefined,
    path: () => '/api/mycobrain/devices',
  },
  {
    name: 'fungi',
    part: CREP_PARTS.observation,
    kind: undefined,
    everyMs: 30 * MIN,
    changesMs: 30 * MIN,
    tiles: undefined,
    path: () => '/api/crep/feed/gbif-fungi?bbox=-180,-90,180,90',
  },
];

/** Everything that is tracked, for who asks for it: 65,000 objects are 30 MB. */
export const CATALOGUE_PATH = '/api/oei/orbital-objects?limit=65000';
export const CATALOGUE_MOST_BYTES = 48 * 1024 * 1024;
export const CATALOGUE_EVERY_MS = 120 * MIN;
