import type { EpochMs } from '../../contract/time.ts';
import {
  type AgeLimits,
  CREP_AGE,
  type CrepDevice,
  type CrepEntity,
  type CrepEvent,
  type CrepRecord,
  QUAKE_MAP_MS,
} from '../../contract/upstream/crep.ts';

/** How old something is, in the words that decide how it is drawn (crep §6.6). */
export type CrepAge = 'fresh' | 'ageing' | 'stale' | 'off-map' | 'expired';

/** What is asked seldom may be older before it is called old. */
export function limitsOf(kind: CrepEntity['kind'], everyMs: number): AgeLimits {
  const limits = CREP_AGE[kind];
  if (everyMs <= limits.freshMs) return limits;
  const least = 2 * everyMs + 5_000;
  return {
    freshMs: Math.max(limits.freshMs, least),
    ageingMs: Math.max(limits.ageingMs, least),
    mapMs: Math.max(limits.mapMs, least),
    forgetMs: Math.max(limits.forgetMs, least),
  };
}

/** What tells its age: a satellite's elements, everybody else's last report. */
export const referenceOf = (it: CrepRecord): EpochMs =>
  it.kind === 'satellite' && it.elements !== undefined ? it.elements.epochMs : it.at;

export function ageOf(it: CrepRecord, now: EpochMs): CrepAge {
  if (it.kind === 'event') return eventAge(it, now);
  const { freshMs, ageingMs, mapMs } = limitsOf(it.kind, it.kind === 'satellite' ? 0 : it.everyMs);
  const age = now - referenceOf(it);
  if (age <= freshMs) return 'fresh';
  if (age <= ageingMs) return 'ageing';
  return age <= mapMs ? 'stale' : 'off-map';
}

function eventAge(it: CrepEvent, now: EpochMs): CrepAge {
  if (it.expiresAt !== undefined) return now <= it.expiresAt ? 'fresh' : 'expired';
  return now - it.at <= (it.category === 'earthquake' ? QUAKE_MAP_MS : CREP_AGE.event.mapMs) ? 'fresh' : 'off-map';
}

/** "active" after its end is expired. */
export const eventStatus = (it: CrepEvent, now: EpochMs): string | undefined =>
  it.expiresAt !== undefined && now > it.expiresAt && (it.status === undefined || it.status === 'active')
    ? 'expired'
    : it.status;

/** "online" with an old contact is offline. */
export const deviceStatus = (it: CrepDevice, now: EpochMs): string | undefined =>
  it.status === 'online' && now - it.at > limitsOf('device', it.everyMs).ageingMs ? 'offline' : it.status;

/** Whether it has a symbol. `list`: it has no place. `off`: hidden until a person asks for it. */
export function rendering(it: CrepRecord, now: EpochMs): 'map' | 'list' | 'off' {
  if (it.kind === 'satellite') {
    if (it.elements === undefined && it.lon === undefined) return 'list';
    return ageOf(it, now) === 'off-map' ? 'off' : 'map';
  }
  if (it.lon === undefined && !(it.kind === 'event' && it.shape !== undefined)) return 'list';
  const age = ageOf(it, now);
  return age === 'off-map' || age === 'expired' ? 'off' : 'map';
}
