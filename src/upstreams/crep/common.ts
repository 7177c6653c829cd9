import { FLAG } from './flags.ts';
import { isObject, type Json, numberOf, objectOf, stringOf } from './json.ts';
import { findPlace, place } from './place.ts';
import type { ItemContext, Report } from './report.ts';
import { cleanText } from './text.ts';
import { parseTime } from './time.ts';

/** A source's clock may be this much ahead of ours (crep §6.4). */
const MOST_AHEAD_MS = 120_000;
const MOST_SOURCE_CHARS = 60;

export const propertiesOf = (item: Json): Json | undefined => objectOf(item.properties);

/** A field of the item, or of its `properties`. */
export const either = (item: Json, properties: Json | undefined, name: string): unknown => {
  const value = item[name];
  return value === undefined || value === null ? properties?.[name] : value;
};

export function readPlace(item: Json, report: Report): void {
  if (!findPlace(item)) return;
  report.lon = place.lon;
  report.lat = place.lat;
}

/** The item's own, of where it was collected, or of the answer. */
export function sourceOf(item: Json, context: ItemContext): string | undefined {
  const own = item.source;
  if (typeof own === 'string' && own !== '')
    return own.length <= MOST_SOURCE_CHARS ? own : own.slice(0, MOST_SOURCE_CHARS);
  const from = objectOf(item.provenance)?.source ?? objectOf(item.properties)?.source;
  return typeof from === 'string' && from !== '' ? from.slice(0, MOST_SOURCE_CHARS) : context.source;
}

const SOURCES = new Map<string, string>();
const MOST_SOURCES = 512;

/** The same text for the same source: 30,000 records share one. */
export function internSource(source: string | undefined): string {
  if (source === undefined) return '';
  const known = SOURCES.get(source);
  if (known !== undefined) return known;
  const clean = cleanText(source, MOST_SOURCE_CHARS) ?? '';
  if (SOURCES.size < MOST_SOURCES) SOURCES.set(source, clean);
  return clean;
}

/** When it was so: the first of these that is there (crep §6.4). */
export function readTime(item: Json, report: Report, context: ItemContext): void {
  const { time } = item;
  let raw: unknown = isObject(time) ? time.observed_at : undefined;
  raw ??= item.timestamp ?? item.lastSeen ?? item.lastSeenAt ?? item.last_seen ?? item.occurred_at ?? item.occurredAt;
  raw ??= objectOf(item.sensor_data)?.last_update;
  raw ??= otherTime(item, time);
  raw ??= objectOf(item.provenance)?.collectedAt;
  takeTime(raw, report, context);
}

export function takeTime(raw: unknown, report: Report, context: ItemContext): void {
  const at = parseTime(raw);
  if (at === undefined) {
    report.at = context.now;
    report.atFrom = 'arrival';
    report.flags |= FLAG.timeEstimated;
  } else if (at > context.now + MOST_AHEAD_MS) {
    report.at = context.now;
    report.atFrom = 'arrival';
    report.flags |= FLAG.clockSkew;
  } else report.at = at;
}

/** Names that feeds of features and observations have beside the contract's list. */
function otherTime(item: Json, time: unknown): unknown {
  const properties = propertiesOf(item);
  const own = item.observedOn ?? item.observed_on ?? (isObject(time) ? undefined : time);
  if (properties === undefined) return own;
  return (
    own ??
    properties.timestamp ??
    properties.last_seen ??
    properties.occurred_at ??
    properties.observed_on ??
    properties.time ??
    properties.sent ??
    properties.effective ??
    properties.onset ??
    properties.date
  );
}

/** An angle of an aircraft: any number, taken around the circle. */
export function circle(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value >= 0 && value < 360) return value;
  const turned = value % 360;
  return turned < 0 ? turned + 360 : turned + 0;
}

export const firstNumber = (...values: readonly unknown[]): number | undefined => {
  for (const value of values) {
    const number = numberOf(value);
    if (number !== undefined) return number;
  }
  return undefined;
};

/** Only facts that are known, as one object; undefined when there are none. */
export function facts<T extends object>(entries: { readonly [K in keyof T]: T[K] | undefined }): T | undefined {
  let some: Partial<T> | undefined;
  for (const name in entries) {
    const value = entries[name];
    if (value !== undefined) {
      some ??= {};
      some[name] = value;
    }
  }
  return some as T | undefined;
}

/** The kind of place an alert comes from is no secret, an address in its network is: only public web links are kept. */
export const linkOf = (value: unknown): string | undefined => {
  const text = stringOf(value);
  return text !== undefined &&
    text.length <= 500 &&
    /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]|$)/i.test(text)
    ? text
    : undefined;
};
