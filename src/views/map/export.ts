import type { CrepRecord } from '../../contract/upstream/crep.ts';
import { nameOf } from './entity-words.ts';

type Place = (it: CrepRecord) => readonly [lon: number, lat: number] | undefined;

const cell = (value: unknown): string => {
  const text = value === undefined ? '' : String(value);
  // A text that a spreadsheet would take for a formula is kept a text.
  const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** SI units, UTC; one row per entity. */
export function toCsv(rows: readonly CrepRecord[], place: Place): string {
  const head = 'key,kind,name,category,lon,lat,alt_m,speed_mps,track_deg,reported,source,provenance,flags';
  const lines = rows.map((it) => {
    const [lon, lat] = place(it) ?? [];
    const mover = 'speedMps' in it ? it : undefined;
    return [
      ...[it.key, it.kind, nameOf(it), it.category, lon, lat, 'altM' in it ? it.altM : undefined],
      ...[
        mover?.speedMps,
        mover?.trackDeg,
        new Date(it.at).toISOString(),
        it.source,
        it.provenance,
        it.flags.join(' '),
      ],
    ]
      .map(cell)
      .join(',');
  });
  return [head, ...lines].join('\r\n');
}

export function toGeoJson(rows: readonly CrepRecord[], place: Place): string {
  const features = rows.flatMap((it) => {
    const at = place(it);
    if (at === undefined) return [];
    const { lon: _, lat: __, key, ...properties } = it;
    return [{ type: 'Feature', id: key, properties, geometry: { type: 'Point', coordinates: at } }];
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}
