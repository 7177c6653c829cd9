import type { EpochMs } from '../../contract/time.ts';
import type { CrepSpaceWeather } from '../../contract/upstream/crep.ts';
import { isObject, type Json, numberOf, objectOf } from './json.ts';
import { parseTime } from './time.ts';

export const isSpaceWeather = (value: Json): boolean => isObject(value.scales) && 'solarWind' in value;

/** Figures without a place (crep §3.5). */
export function readSpaceWeather(value: Json, now: EpochMs, simulated: boolean): CrepSpaceWeather {
  const scales = objectOf(value.scales);
  const scale = (name: string): number | undefined => {
    const current = numberOf(objectOf(scales?.[name])?.current);
    return current !== undefined && current >= 0 && current <= 5 ? current : undefined;
  };
  const wind = objectOf(value.solarWind);
  const field = objectOf(value.magneticField);
  const indices = objectOf(value.indices);
  return {
    at: parseTime(value.timestamp) ?? now,
    rx: now,
    radio: scale('radio'),
    solar: scale('solar'),
    geomagnetic: scale('geomagnetic'),
    kp: numberOf(indices?.kpIndex),
    bzNt: numberOf(field?.bz),
    btNt: numberOf(field?.bt),
    windKmPerS: numberOf(wind?.speed),
    densityPerCm3: numberOf(wind?.density),
    radioFluxSfu: numberOf(indices?.radioFlux),
    flags: simulated ? ['simulated'] : [],
  };
}
