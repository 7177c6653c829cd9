import type { CrepKind } from '../../contract/upstream/crep.ts';
import type { LiveRecord, MergeContext, Tracked } from './entity.ts';
import { FLAG, flagWords } from './flags.ts';
import { distanceM } from './geo/sphere.ts';
import type { Facts, Report } from './report.ts';

/** What became of a report that met a known entity. */
export type Merged = 'changed' | 'same' | 'late' | 'held';

/** Flags of one report only: they go with the next that does not have them. */
const OF_REPORT = FLAG.unitsGuessed | FLAG.implausibleSpeed | FLAG.clockSkew | FLAG.timeEstimated;

/**
 * Newest wins, late data never moves anything back, unknown never erases known (crep §6.6).
 *
 *   static only, or no place while one is known ─▶ facts
 *   older than what is known                    ─▶ facts that are missing
 *   no time of its own, and nothing moved       ─▶ facts: saying a fix again does not make it new
 *   a jump nobody can make                      ─▶ held, until a second report agrees
 *   else                                        ─▶ everything it knows
 */
export function merge(tracked: Tracked, report: Report, bits: number, context: MergeContext): Merged {
  const { record } = tracked;
  tracked.heardAt = context.now;
  if (record.kind === 'satellite') return mergeSatellite(tracked, record, report, bits, context);
  const placed = report.lon !== undefined;
  // A first place is taken whenever it is from: a name that came before it has no time that could make it late.
  const newer = report.at >= record.at || (placed && record.lon === undefined);
  if (report.staticOnly || (!placed && record.lon !== undefined && isMover(record.kind)))
    return mergeFacts(record, report, newer) ? 'changed' : 'same';
  if (!newer) return mergeFacts(record, report, false) ? 'changed' : 'late';
  if ((report.flags & FLAG.timeEstimated) !== 0 && isSame(record, report))
    return mergeFacts(record, report, true) ? 'changed' : 'same';
  if (report.at === record.at && isSame(record, report)) return mergeFacts(record, report, true) ? 'changed' : 'same';
  if (placed && isJump(tracked, report)) {
    tracked.held = { lon: report.lon ?? 0, lat: report.lat ?? 0, at: report.at };
    setBits(tracked, tracked.bits | FLAG.teleport);
    mergeFacts(record, report, false);
    return 'held';
  }
  tracked.held = undefined;
  take(record, report);
  record.at = report.at;
  record.atFrom = report.atFrom;
  record.rx = context.now;
  record.everyMs = context.everyMs;
  if (report.source !== '') record.source = report.source;
  setBits(
    tracked,
    (tracked.bits & ~OF_REPORT & ~FLAG.teleport & ~FLAG.emergency) | bits | keptEmergency(tracked, report),
  );
  mergeFacts(record, report, true);
  return 'changed';
}

export function setBits(tracked: Tracked, bits: number): void {
  if (bits === tracked.bits) return;
  tracked.bits = bits;
  tracked.record.flags = flagWords(bits);
}

/** A report that has no squawk does not end an emergency. */
const keptEmergency = (tracked: Tracked, report: Report): number =>
  report.kind === 'aircraft' && report.squawk === undefined ? tracked.bits & FLAG.emergency : 0;

export const isMover = (kind: CrepKind): boolean => kind === 'aircraft' || kind === 'vessel';

/** Faster than this nobody is, m/s (crep §6.8). */
const MOST_IMPLIED_MPS = { aircraft: 1_200, vessel: 60 };
/** Two sources' clocks and roundings explain this much. */
const LEAST_JUMP_M = 500;
const LEAST_DT_MS = 1_000;
/** A second report this near to a held one confirms it, m. */
const AGREES_M = 10_000;

function isJump({ record, held }: Tracked, report: Report): boolean {
  const { lon, lat } = report;
  if (record.kind !== 'aircraft' && record.kind !== 'vessel') return false;
  if (record.lon === undefined || record.lat === undefined || lon === undefined || lat === undefined) return false;
  // Nearly all are within a fraction of a degree: no trigonometry for them.
  if (Math.abs(record.lat - lat) < 0.002 && Math.abs(record.lon - lon) < 0.002) return false;
  const metres = distanceM(record.lon, record.lat, lon, lat);
  if (metres <= LEAST_JUMP_M) return false;
  // Two sources of one moment: the last wins, as long as both can be right.
  if (report.at === record.at && metres <= AGREES_M) return false;
  const seconds = Math.max(LEAST_DT_MS, report.at - record.at) / 1_000;
  if (metres / seconds <= MOST_IMPLIED_MPS[record.kind]) return false;
  // The same report again is no second one.
  return !(held !== undefined && report.at > held.at && distanceM(held.lon, held.lat, lon, lat) <= AGREES_M);
}

function isSame(record: LiveRecord, report: Report): boolean {
  if (report.lon !== undefined && (record.lon !== report.lon || record.lat !== report.lat)) return false;
  switch (record.kind) {
    case 'aircraft':
      return (
        kept(record.altM, report.altM) &&
        kept(record.speedMps, report.speedMps) &&
        kept(record.trackDeg, report.trackDeg) &&
        kept(record.onGround, report.onGround) &&
        kept(record.squawk, report.squawk)
      );
    case 'vessel':
      return (
        kept(record.speedMps, report.speedMps) &&
        kept(record.trackDeg, report.trackDeg) &&
        kept(record.headingDeg, report.headingDeg) &&
        kept(record.navStatus, report.navStatus)
      );
    case 'event':
      return (
        kept(record.severity, report.severity) &&
        kept(record.status, report.status) &&
        kept(record.magnitude, report.magnitude) &&
        kept(record.expiresAt, report.expiresAt) &&
        kept(record.label, report.label) &&
        (record.shape === undefined) === (report.shape === undefined)
      );
    case 'device':
      // "online" once more is news: it is how a device without a time says that it is there.
      return kept(record.status, report.status) && report.status !== 'online';
    default:
      return true;
  }
}

const kept = (known: unknown, told: unknown): boolean => told === undefined || known === told;

function take(record: LiveRecord, report: Report): void {
  if (report.lon !== undefined) {
    record.lon = report.lon;
    record.lat = report.lat;
  }
  if (record.kind === 'aircraft' || record.kind === 'vessel') {
    record.altM = report.altM ?? record.altM;
    record.speedMps = report.speedMps ?? record.speedMps;
    record.trackDeg = report.trackDeg ?? record.trackDeg;
    record.headingDeg = report.headingDeg ?? record.headingDeg;
    record.vrateMps = report.vrateMps ?? record.vrateMps;
  }
  switch (record.kind) {
    case 'aircraft':
      record.onGround = report.onGround ?? record.onGround;
      record.squawk = report.squawk ?? record.squawk;
      return;
    case 'vessel':
      record.navStatus = report.navStatus ?? record.navStatus;
      record.rotDegPerMin = report.rotDegPerMin ?? record.rotDegPerMin;
      return;
    case 'event':
      record.severity = report.severity ?? record.severity;
      record.status = report.status ?? record.status;
      record.magnitude = report.magnitude ?? record.magnitude;
      record.depthKm = report.depthKm ?? record.depthKm;
      record.expiresAt = report.expiresAt ?? record.expiresAt;
      record.shape = report.shape ?? record.shape;
      return;
    case 'device':
      record.status = report.status ?? record.status;
  }
}

/** Names, types, sizes. `newer`: what is told wins; else it only fills what is missing. True when something changed. */
function mergeFacts(record: LiveRecord, report: Report, newer: boolean): boolean {
  let changed = false;
  if (report.label !== undefined && report.label !== record.label && (newer || record.label === undefined)) {
    record.label = report.label;
    changed = true;
  }
  const category = report.category;
  if (
    category !== undefined &&
    category !== record.category &&
    (record.category === 'unknown' || (newer && isBetter(record, report)))
  ) {
    record.category = category;
    changed = true;
  }
  if (report.x !== undefined) {
    const x = mergedFacts(record.x, report.x, newer);
    if (x !== record.x) {
      record.x = x;
      changed = true;
    }
  }
  return changed;
}

/** An aircraft's category is derived from its call sign: one without says nothing about it. */
const isBetter = (record: LiveRecord, report: Report): boolean =>
  record.kind !== 'aircraft' || report.label !== undefined || record.label === undefined;

export function mergedFacts(known: Facts | undefined, told: Facts, newer: boolean): Facts {
  if (known === undefined) return told;
  let merged: Record<string, unknown> | undefined;
  for (const name in told) {
    const value = told[name as keyof Facts];
    const old = known[name as keyof Facts];
    if (value === undefined || value === old || (!newer && old !== undefined)) continue;
    merged ??= { ...known };
    merged[name] = value;
  }
  return (merged as Facts | undefined) ?? known;
}

/** The newest elements win; broken ones never erase good ones. */
function mergeSatellite(
  tracked: Tracked,
  record: Extract<LiveRecord, { kind: 'satellite' }>,
  report: Report,
  bits: number,
  context: MergeContext,
): Merged {
  let changed = mergeFacts(record, report, report.at >= record.at);
  const { elements } = report;
  if (elements !== undefined && (record.elements === undefined || elements.epochMs > record.elements.epochMs)) {
    record.elements = elements;
    record.noElements = undefined;
    setBits(tracked, (tracked.bits & ~FLAG.elementsOld) | bits);
    changed = true;
  } else if (
    record.elements === undefined &&
    report.noElements !== undefined &&
    record.noElements !== report.noElements
  ) {
    record.noElements = report.noElements;
    changed = true;
  }
  if (report.orbit !== undefined && report.orbit !== record.orbit) {
    record.orbit = report.orbit;
    changed = true;
  }
  if (report.lon !== undefined && report.at >= record.at && (record.lon !== report.lon || record.lat !== report.lat)) {
    record.lon = report.lon;
    record.lat = report.lat;
    record.altM = report.altM ?? record.altM;
    changed = true;
  }
  if (!changed) return 'same';
  record.at = Math.max(record.at, report.at);
  record.rx = context.now;
  record.everyMs = context.everyMs;
  return 'changed';
}
