import type { CrepKind } from '../../contract/upstream/crep.ts';
import { catalogueOf, hexOf, mmsiOf, plainId } from './identity.ts';
import { isObject, type Json, objectOf } from './json.ts';
import type { Sink } from './read-items.ts';

/** A source takes back what it told (crep §6.6): one item or a list of them. */
export function removeItem(data: unknown, kind: CrepKind | undefined, sink: Sink): void {
  for (const item of Array.isArray(data) ? data : [data]) {
    const id = isObject(item) && kind !== undefined ? idOf(item, kind) : undefined;
    if (id === undefined || kind === undefined) {
      sink.reading.dropped += 1;
      sink.out.count('dropped', 'no_identity');
      continue;
    }
    sink.reading.removed.push(`${kind}:${id}`);
    if (sink.store.remove(kind, id)) sink.reading.applied += 1;
  }
}

function idOf(item: Json, kind: CrepKind): string | undefined {
  const properties = objectOf(item.properties);
  switch (kind) {
    case 'aircraft':
      return (
        hexOf(item.icao24 ?? item.icao ?? item.hex ?? properties?.icao24 ?? item.id) ??
        (plainId(item.callsign) === undefined
          ? plainId(item.id) && `id:${plainId(item.id)}`
          : `cs:${plainId(item.callsign)?.toUpperCase()}`)
      );
    case 'vessel': {
      const mmsi = mmsiOf(item.mmsi ?? properties?.mmsi);
      return mmsi === 'bad' ? undefined : mmsi;
    }
    case 'satellite':
      return catalogueOf(item.noradId ?? item.norad_id ?? item.NORAD_CAT_ID ?? properties?.noradId)?.toString();
    case 'device':
      return plainId(item.device_id ?? item.id);
    default:
      return plainId(item.id);
  }
}
