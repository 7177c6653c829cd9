import type { ReadContext } from '../out.ts';
import { field, isFields, textOf } from './fields.ts';
import { readPage } from './history.ts';
import type { Reading } from './reading.ts';
import { readMycoBrain } from './telemetry.ts';

export interface StoredTelemetry {
  readonly device: string;
  readonly reading: Reading;
}

/** `/api/mycobrain/devices/{serial}/telemetry`: whole messages, newest first. undefined: it is no list. */
export function readStoredTelemetry(
  answer: unknown,
  { now }: ReadContext,
): { readonly messages: readonly StoredTelemetry[]; readonly dropped: readonly string[] } | undefined {
  const page = readPage(answer);
  if (page === undefined) return undefined;
  const messages: StoredTelemetry[] = [];
  const dropped: string[] = [];
  for (const [index, item] of page.items.entries()) {
    const device = isFields(item) ? (textOf(field(item, 'serial')) ?? textOf(field(item, 'deviceId'))) : undefined;
    if (device === undefined || !isFields(item)) {
      dropped.push(`[${index}]`);
      continue;
    }
    const reading = readMycoBrain(item, now);
    messages.push({ device, reading });
    dropped.push(...reading.dropped.map((name) => `[${index}].${name}`));
  }
  return { messages, dropped };
}
