import type { AgeLimits, CrepEvent, CrepRecord } from '../../contract/upstream/crep.ts';
import { ageOf, limitsOf, referenceOf } from '../../upstreams/crep/age.ts';
import { MOST_ADVANCE_S } from '../../upstreams/crep/geo/sphere.ts';
import type { EntityRow } from './engine/entity-rows.ts';

/** A satellite's point is carried on between passes, and no further. */
const PASS_MOST_S = 5;
const NEVER_MS = Number.POSITIVE_INFINITY;

export interface SatellitePlace {
  readonly lon: number;
  readonly lat: number;
  readonly heightKm: number;
  readonly at: number;
}

/** A record in the engine's terms; undefined: it has no place. Thousands a second: each row is made in one go, with the same shape. */
export function rowOf(it: CrepRecord, computed: SatellitePlace | undefined): EntityRow | undefined {
  const { lon, lat } = computed ?? it;
  if (lon === undefined || lat === undefined) return undefined;
  const { kind } = it;
  const mover = kind === 'aircraft' || kind === 'vessel' ? it : undefined;
  const { freshMs, ageingMs, mapMs } =
    kind === 'event' ? eventLimits(it) : limitsOf(kind, kind === 'satellite' ? 0 : it.everyMs);
  return {
    shape: kind,
    kind,
    lon,
    lat,
    at: computed?.at ?? it.at,
    // A satellite moves as its passes say, never by a course.
    speedMps: kind === 'satellite' ? 1 : mover?.speedMps,
    trackDeg: kind === 'satellite' ? 0 : mover?.trackDeg,
    headingDeg: kind === 'vessel' ? it.headingDeg : undefined,
    altM: mover?.altM,
    onGround: kind === 'aircraft' ? it.onGround : undefined,
    navStatus: kind === 'vessel' ? it.navStatus : undefined,
    ageFrom: referenceOf(it),
    freshMs,
    ageingMs,
    mapMs: kind === 'device' || kind === 'observation' ? NEVER_MS : mapMs,
    mostS: computed === undefined ? (MOST_ADVANCE_S[kind] ?? 0) : PASS_MOST_S,
    emergency: it.flags.length > 0 && it.flags.includes('emergency'),
  };
}

/** An event has an end rather than an age. */
function eventLimits(it: CrepEvent): Pick<AgeLimits, 'freshMs' | 'ageingMs' | 'mapMs'> {
  const { mapMs } = limitsOf(it.kind, it.everyMs);
  const untilMs = it.expiresAt === undefined ? mapMs : it.expiresAt - it.at;
  const isOver = ageOf(it, Date.now()) === 'expired';
  return { freshMs: untilMs, ageingMs: untilMs, mapMs: isOver ? 0 : Math.max(untilMs, 0) };
}
