import { formatValue } from '../../components/format-value.ts';
import { FOOT_M, FPM_MPS, KNOT_MPS } from '../../upstreams/crep/units.ts';
import type { UnitsName } from './state.ts';

const MILE_M = 1_609.344;
const NAUTICAL_M = 1_852;

interface Unit {
  readonly unit: string;
  readonly per: number;
  readonly digits: number;
}

const UNITS: Readonly<Record<UnitsName, Readonly<Record<'height' | 'speed' | 'rate' | 'distance', Unit>>>> = {
  aviation: {
    height: { unit: 'ft', per: FOOT_M, digits: 0 },
    speed: { unit: 'kt', per: KNOT_MPS, digits: 0 },
    rate: { unit: 'ft/min', per: FPM_MPS, digits: 0 },
    distance: { unit: 'NM', per: NAUTICAL_M, digits: 1 },
  },
  metric: {
    height: { unit: 'm', per: 1, digits: 0 },
    speed: { unit: 'km/h', per: 1 / 3.6, digits: 0 },
    rate: { unit: 'm/s', per: 1, digits: 1 },
    distance: { unit: 'km', per: 1_000, digits: 1 },
  },
  imperial: {
    height: { unit: 'ft', per: FOOT_M, digits: 0 },
    speed: { unit: 'mph', per: MILE_M / 3_600, digits: 0 },
    rate: { unit: 'ft/min', per: FPM_MPS, digits: 0 },
    distance: { unit: 'mi', per: MILE_M, digits: 1 },
  },
};

/** An SI number in the units of a person's choice: value, unit, decimals. */
export function inUnits(
  value: number | undefined,
  what: 'height' | 'speed' | 'rate' | 'distance',
  system: UnitsName,
): { readonly value: number | undefined; readonly unit: string; readonly digits: number } {
  const { unit, per, digits } = UNITS[system][what];
  return { value: value === undefined ? undefined : value / per, unit, digits };
}

export function unitText(
  value: number | undefined,
  what: 'height' | 'speed' | 'rate' | 'distance',
  system: UnitsName,
): string {
  const shown = inUnits(value, what, system);
  return value === undefined ? '–' : `${formatValue(shown.value, shown.digits)} ${shown.unit}`;
}
