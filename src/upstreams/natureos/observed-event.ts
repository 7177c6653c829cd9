import type { NatureosEvent } from '../../contract/upstream/natureos.ts';
import type { ReadContext } from '../out.ts';
import { MUSHROOM1, sourceDeviceOf } from './device-id.ts';
import { type Fields, field, fieldsOf, plainNumberOf, shortTextOf, textOf } from './fields.ts';
import { readRaw, ValueList } from './reading.ts';
import { stampAt } from './stamp.ts';
import { timeOf } from './times.ts';

export interface ReadEvent {
  readonly event: NatureosEvent;
  readonly dropped: readonly string[];
}

/** Of the constant that stands in for a place [8.5]. */
const CONSTANT_PLACE = { latitude: 47.6062, longitude: -122.3321 };

/**
 * A Mycorrhizae event, from the hub (`around`: the message that carries it), an event stream or the store. undefined: it has no id, and
 * without one nobody can tell a repeat.
 */
export function readEvent(
  event: Fields,
  context: ReadContext,
  flags: readonly string[],
  around?: Fields,
): ReadEvent | undefined {
  const id = textOf(field(event, 'eventId'));
  if (id === undefined || id.length > 256) return undefined;
  const said = sourceDeviceOf(around === undefined ? undefined : field(around, 'source'));
  const device = sourceDeviceOf(field(event, 'sourceDevice')) ?? said;
  if (device === undefined) return undefined;
  const observedAt = timeOf(field(event, 'timestamp'));
  const time = (around === undefined ? undefined : timeOf(field(around, 'timestamp'))) ?? observedAt;
  const list = new ValueList();
  const signal = field(event, 'signalVector');
  readRaw(fieldsOf(signal), list);
  const meaning = fieldsOf(field(event, 'decodedMeaning'));
  const references = fieldsOf(field(event, 'references'));
  const metadata = fieldsOf(field(event, 'metadata'));
  const place = placeOf(fieldsOf(field(references, 'location')), device);
  const record: NatureosEvent = {
    ...stampAt(time, context, place.constant ? [...flags, 'location-not-measured'] : flags),
    t: 'event',
    source: said ?? device,
    id,
    device,
    domain: shortTextOf(field(event, 'kingdomDomain'), 128) ?? '',
    observedAt: observedAt === time ? undefined : observedAt,
    values: list.values,
    confidence: plainNumberOf(field(meaning, 'confidence')),
    quality: plainNumberOf(field(metadata, 'qualityScore')),
    algorithm: shortTextOf(field(meaning, 'algorithm'), 128),
    taxon: shortTextOf(field(fieldsOf(field(references, 'taxonomy')), 'scientificName'), 128),
    location: place.location,
    sequence: undefined,
  };
  return { event: record, dropped: list.dropped };
}

interface Place {
  readonly location: NatureosEvent['location'];
  readonly constant: boolean;
}

function placeOf(location: Fields, device: string): Place {
  const latitude = plainNumberOf(field(location, 'latitude'));
  const longitude = plainNumberOf(field(location, 'longitude'));
  if (latitude === undefined || longitude === undefined) return { location: undefined, constant: false };
  const constant =
    device === MUSHROOM1 || (latitude === CONSTANT_PLACE.latitude && longitude === CONSTANT_PLACE.longitude);
  const onEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return { location: constant || !onEarth ? undefined : { latitude, longitude }, constant };
}
