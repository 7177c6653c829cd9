// Only the scalar SGP4 of satellite.js: per-object functions were faster for one moment than its WASM bulk path (crep §9). Nothing the
// hub runs may import this folder; elements stay elements there.
import { json2satrec, type SatRec, twoline2satrec } from 'satellite.js';
import type { OrbitElements } from '../../../contract/upstream/crep.ts';

/** One object ready to be propagated: WGS-72, improved mode. */
export interface Orbit {
  readonly satrec: SatRec;
  /** Minutes are counted from here: exact, where a Julian day has 40 µs. */
  readonly epochMs: number;
}

/** undefined: elements that SGP4 itself refuses at their epoch. */
export function orbitOf(elements: OrbitElements): Orbit | undefined {
  const satrec = elements.form === 'tle' ? twoline2satrec(elements.line1, elements.line2) : ofMeanElements(elements);
  return satrec.error === 0 ? { satrec, epochMs: elements.epochMs } : undefined;
}

const ofMeanElements = (it: Extract<OrbitElements, { form: 'omm' }>): SatRec =>
  json2satrec({
    OBJECT_NAME: '',
    OBJECT_ID: '',
    EPOCH: new Date(it.epochMs).toISOString(),
    MEAN_MOTION: it.meanMotion,
    ECCENTRICITY: it.eccentricity,
    INCLINATION: it.inclination,
    RA_OF_ASC_NODE: it.raan,
    ARG_OF_PERICENTER: it.argPericenter,
    MEAN_ANOMALY: it.meanAnomaly,
    EPHEMERIS_TYPE: 0,
    CLASSIFICATION_TYPE: 'U',
    // Only a label there: a number of six digits does no harm.
    NORAD_CAT_ID: 0,
    ELEMENT_SET_NO: 0,
    REV_AT_EPOCH: 0,
    BSTAR: it.bstar,
    MEAN_MOTION_DOT: 0,
    MEAN_MOTION_DDOT: 0,
  });
