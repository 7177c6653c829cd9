import type { CrepRecord } from '../../contract/upstream/crep.ts';
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

/** A record in the engine's terms; undefined: it has no place. */
export function rowOf(it: CrepRecord, computed: SatellitePlace | undefined): EntityRow | undefined {
  const { lon, lat } = computed ?? it;
  if (lon === undefined || lat === undefined) return undefined;
  const limits = limitsOf(it.kind, it.kind === 'satellite' ? 0 : it.everyMs);
  const base = {
    ...{ shape: it.kind, kind: it.kind, lon, lat, at: computed?.at ?? it.at, ageFrom: referenceOf(it) },
    ...{ freshMs: limits.freshMs, ageingMs: limits.ageingMs, mapMs: limits.mapMs },
    mostS: computed === undefined ? (MOST_ADVANCE_S[it.kind] ?? 0) : PASS_MOST_S,
    emergency: it.flags.includes('emergency'),
  };
  switch (it.kind) {
    case 'aircraft':
      return { ...base, ...moverOf(it), onGround: it.onGround };
    case 'vessel':
      return { ...base, ...moverOf(it), navStatus: it.navStatus };
    case 'satellite':
      return { ...base, speedMps: 1, trackDeg: 0, altM: undefined };
    case 'event': {
      // An event has an end rather than an age.
      const untilMs = it.expiresAt === undefined ? limits.mapMs : it.expiresAt - it.at;
      const isOver = ageOf(it, Date.now()) === 'expired';
      return { ...base, freshMs: untilMs, ageingMs: untilMs, mapMs: isOver ? 0 : Math.max(untilMs, 0) };
    }
    default:
      return { ...base, mapMs: NEVER_MS };
  }
}

const moverOf = (it: Extract<CrepRecord, { readonly speedMps: number | undefined }>) => ({
  speedMps: it.speedMps,
  trackDeg: it.trackDeg,
  headingDeg: it.kind === 'vessel' ? it.headingDeg : undefined,
  altM: it.altM,
});
