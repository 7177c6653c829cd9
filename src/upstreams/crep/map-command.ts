import type { MapCommand } from '../../contract/upstream/crep.ts';
import { isObject, type Json, numberOf, objectOf, stringOf } from './json.ts';
import { isPlace } from './place.ts';
import { cleanText } from './text.ts';
import { parseTime } from './time.ts';

/** An allow-list: what an assistant may ask of a map, each field within its range; undefined for anything else (crep §3.7). */
export function readMapCommand(value: unknown): MapCommand | undefined {
  if (!isObject(value)) return undefined;
  const confirm = false;
  switch (value.type) {
    case 'flyTo':
      return flyTo(value);
    case 'geocodeAndFlyTo':
    case 'timelineSearch': {
      const query = cleanText(value.query, 200);
      return query === undefined
        ? undefined
        : { do: value.type === 'timelineSearch' ? 'search-timeline' : 'find', query, confirm };
    }
    case 'setZoom': {
      const zoom = within(value.zoom, 0, 24);
      return zoom === undefined ? undefined : { do: 'set-zoom', zoom, confirm };
    }
    case 'zoomBy': {
      const delta = within(value.delta, -24, 24);
      return delta === undefined ? undefined : { do: 'zoom-by', delta, confirm };
    }
    case 'panBy': {
      const offset = Array.isArray(value.offset) ? value.offset : [];
      const dx = within(offset[0], -10_000, 10_000);
      const dy = within(offset[1], -10_000, 10_000);
      return dx === undefined || dy === undefined ? undefined : { do: 'pan-by', dx, dy, confirm };
    }
    case 'showLayer':
    case 'hideLayer':
    case 'toggleLayer': {
      const layer = cleanText(value.layer, 60);
      const show = value.type === 'toggleLayer' ? 'toggle' : value.type === 'showLayer';
      return layer === undefined ? undefined : { do: 'layer', layer, show, confirm };
    }
    case 'applyFilter':
      return filter(value);
    case 'clearFilters':
      // It undoes what a person set up: only they may say so.
      return { do: 'clear-filters', confirm: true };
    case 'getEntityDetails': {
      const entity = cleanText(stringOf(value.entity) ?? objectOf(value.entity)?.id, 160);
      return entity === undefined ? undefined : { do: 'details', entity, confirm };
    }
    case 'getViewContext':
      return { do: 'view-context', confirm };
    case 'getSystemStatus':
      return { do: 'system-status', confirm };
    case 'setTimeCursor': {
      const at = parseTime(value.time);
      return at === undefined ? undefined : { do: 'set-time', at, confirm };
    }
    case 'setMute':
      return typeof value.muted === 'boolean' ? { do: 'mute', muted: value.muted, confirm } : undefined;
    default:
      return undefined;
  }
}

const within = (value: unknown, least: number, most: number): number | undefined => {
  const number = numberOf(value);
  return number !== undefined && number >= least && number <= most ? number : undefined;
};

function flyTo(value: Json): MapCommand | undefined {
  const center = Array.isArray(value.center) ? value.center : [];
  const lon = numberOf(center[0]);
  const lat = numberOf(center[1]);
  if (lon === undefined || lat === undefined || !isPlace(lon, lat)) return undefined;
  const zoom = within(value.zoom, 0, 24);
  const durationMs = within(value.duration, 0, 60_000);
  if (value.zoom !== undefined && zoom === undefined) return undefined;
  return {
    do: 'fly-to',
    center: [lon, lat],
    ...(zoom === undefined ? {} : { zoom }),
    ...(durationMs === undefined ? {} : { durationMs }),
    confirm: false,
  };
}

function filter(value: Json): MapCommand | undefined {
  const name = cleanText(value.filterType, 60);
  const raw = value.filterValue;
  const to = typeof raw === 'number' || typeof raw === 'boolean' ? raw : cleanText(raw, 120);
  return name === undefined || to === undefined ? undefined : { do: 'filter', filter: name, value: to, confirm: false };
}
