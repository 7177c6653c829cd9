import type { Provenance } from '../../contract/provenance.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { CrepKind, CrepRecord } from '../../contract/upstream/crep.ts';
import { flagWords } from './flags.ts';
import type { Facts, Report } from './report.ts';

/** Records are changed in place, only here and in `merge.ts`. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type MutableOf<R> = R extends CrepRecord ? Mutable<R> : never;
export type LiveRecord = MutableOf<CrepRecord>;

/** One entity of the store. */
export interface Tracked {
  readonly id: string;
  readonly record: LiveRecord;
  /** `FLAG` bits behind `record.flags`. */
  bits: number;
  /** When it was last heard of at all, however old what it said was. */
  heardAt: EpochMs;
  /** The message that it was in last. */
  message: number;
  /** It waits to be published. */
  dirty: boolean;
  /** It was, at least once: only then anybody must be told that it is gone. */
  published: boolean;
  /** A jump that a second report must confirm (crep §6.8). */
  held: { lon: number; lat: number; at: EpochMs } | undefined;
}

export interface MergeContext {
  readonly now: EpochMs;
  readonly everyMs: number;
  readonly simulated: boolean;
}

/** Of what a kind's records are, when nobody says that they are invented. */
const PROVENANCE: Readonly<Record<CrepKind, Provenance>> = {
  aircraft: 'measured',
  vessel: 'measured',
  satellite: 'derived',
  event: 'measured',
  device: 'measured',
  observation: 'measured',
};

export function makeRecord(report: Report, bits: number, context: MergeContext): LiveRecord {
  const { kind } = report;
  const common = {
    key: `${kind}:${report.id}`,
    label: report.label,
    category: report.category ?? 'unknown',
    lon: report.lon,
    lat: report.lat,
    at: report.at,
    atFrom: report.atFrom,
    rx: context.now,
    everyMs: context.everyMs,
    source: report.source,
    provenance: context.simulated ? ('simulated' as const) : PROVENANCE[kind],
    flags: flagWords(bits),
  };
  const x: Facts | undefined = report.x;
  switch (kind) {
    case 'aircraft':
      return { kind, ...common, ...motionOf(report), onGround: report.onGround, squawk: report.squawk, x };
    case 'vessel':
      return {
        kind,
        ...common,
        ...motionOf(report),
        navStatus: report.navStatus,
        rotDegPerMin: report.rotDegPerMin,
        x,
      };
    case 'satellite':
      return {
        kind,
        ...common,
        altM: report.altM,
        elements: report.elements,
        noElements: report.elements === undefined ? report.noElements : undefined,
        orbit: report.orbit,
        x,
      };
    case 'event':
      return {
        kind,
        ...common,
        severity: report.severity,
        status: report.status,
        magnitude: report.magnitude,
        depthKm: report.depthKm,
        expiresAt: report.expiresAt,
        shape: report.shape,
        x,
      };
    case 'device':
      return { kind, ...common, status: report.status, x };
    case 'observation':
      return { kind, ...common, x };
  }
}

const motionOf = (report: Report) => ({
  altM: report.altM,
  speedMps: report.speedMps,
  trackDeg: report.trackDeg,
  headingDeg: report.headingDeg,
  vrateMps: report.vrateMps,
});
