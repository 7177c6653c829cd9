import type { DeviceFacts } from '../../contract/upstream/crep.ts';
import { either, facts, internSource, propertiesOf, readPlace, readTime, sourceOf } from './common.ts';
import { plainId } from './identity.ts';
import { type Json, numberOf, objectOf } from './json.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanText } from './text.ts';

/** One device of the map's lists (crep §3.6). One without a position is listed without a pin, at no default town. */
export function readDevice(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const id = plainId(either(item, properties, 'device_id')) ?? plainId(item.id);
  if (id === undefined) return 'no_identity';
  report.id = id;
  report.label = cleanText(either(item, properties, 'name'));
  report.category =
    cleanText(either(item, properties, 'device_type') ?? (item.type === 'device' ? undefined : item.type), 40) ??
    'device';
  report.source = internSource(sourceOf(item, context));
  readPlace(item, report);
  report.status = cleanText(either(item, properties, 'status'), 20)?.toLowerCase() ?? connected(item.connected);
  readTime(item, report, context);
  const info = objectOf(item.info);
  const sensors = objectOf(item.sensor_data);
  report.x = facts<DeviceFacts>({
    firmware: cleanText(item.firmware ?? info?.firmware ?? sensors?.firmware_version, 40),
    board: cleanText(info?.board, 40),
    temperatureC: numberOf(sensors?.temperature),
    humidityPct: numberOf(sensors?.humidity),
    pressureHpa: numberOf(sensors?.pressure),
    gasOhm: numberOf(sensors?.gas_resistance),
    iaq: numberOf(sensors?.iaq),
    uptimeS: numberOf(sensors?.uptime_seconds),
  });
  return undefined;
}

const connected = (value: unknown): string | undefined =>
  value === true ? 'online' : value === false ? 'offline' : undefined;
