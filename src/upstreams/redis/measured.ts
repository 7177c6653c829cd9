import type { RedisMeasured } from '../../contract/upstream/redis.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import { addDropped, type NameRules, noReadings, readMap } from '../readings.ts';
import { type FeedMessage, idOf } from './about.ts';

const UNITS: ReadonlyMap<string, string> = new Map([
  ['temperature', '°C'],
  ['humidity', '%'],
  ['pressure', 'hPa'],
  ['co2', 'ppm'],
  ['impedance', 'Ω'],
  ['conductivity', 'µS/cm'],
  ['bioelectric', 'mV'],
]);

/** Maps of readings. Section 2.2. */
const MAP: NameRules = {
  nameAndUnit: (name) => [name, UNITS.get(name) ?? ''],
  isKnown: (name) => UNITS.has(name),
  isNoReading: (name) => name === 'timestamp',
  dropsNull: true,
};

const KINDS = {
  device: { id: 'device_id', map: 'telemetry', why: 'no-device-id', part: 'devices' },
  experiment: { id: 'experiment_id', map: 'data', why: 'no-experiment-id', part: 'experiments' },
} as const;

/** `devices:telemetry` and `experiments:data`. An empty map is a device that was seen. */
export function readMeasured(t: 'device' | 'experiment', { data, about, out }: FeedMessage): void {
  const { id, map, why, part } = KINDS[t];
  const entity = idOf(data[id]);
  if (entity === undefined) {
    out.count('dropped', why);
    return;
  }
  const found = noReadings();
  const readings = data[map];
  if (isJsonObject(readings)) readMap(found, readings, MAP);
  else addDropped(found, map);
  for (const name of found.dropped) out.count('dropped', 'reading', name);
  const record: RedisMeasured = { ...about, t, entity, ...found };
  out.put(part, entity, record);
  if (found.readings.length === 0) return;
  const values = new Map(found.readings.map(({ name, value }) => [`${entity}.${name}`, value]));
  out.rows('telemetry', {
    series: [...values.keys()],
    times: Float64Array.of(about.at),
    columns: [...values.values()].map((value) => Float64Array.of(value)),
    provenance: about.provenance,
  });
}
