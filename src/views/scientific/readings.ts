import type { InstrumentRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';

/** A reading that an instrument of MAS may have. */
export interface ReadingKind {
  readonly id: 'temperature_c' | 'humidity_percent';
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly of: (row: InstrumentRecord) => number | undefined;
}

/** §4.1. */
export const READINGS: readonly ReadingKind[] = [
  { id: 'temperature_c', name: words.instruments.temperature, unit: '°C', digits: 1, of: (row) => row.temperatureC },
  { id: 'humidity_percent', name: words.instruments.humidity, unit: '%', digits: 1, of: (row) => row.humidityPercent },
];

/** Its curve in the channel `instrument-readings`, and the name its limits are kept under. */
export const seriesOf = (instrument: string, { id }: ReadingKind): string => `${instrument.slice(0, 60)}.${id}`;
