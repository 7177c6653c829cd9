import type { MapCommand, MapCommandRecord } from '../../contract/upstream/mas-voice.ts';
import { type Fields, numberOf, textOf } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import { utcMs } from '../mas/time.ts';
import { fieldsOf } from '../mas-devices/plain.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

const MAX_ZOOM = 24;
const MAX_DELTA = 24;
const MAX_PAN_PX = 10_000;
const MAX_DURATION_MS = 30_000;
const MAX_QUERY = 200;

/** A frame of `/ws/crep/commands`. Whoever sits on the same bridge may have said it: nothing in it is believed unchecked. */
export function readMapFrame(data: string | ArrayBuffer, out: Out, context: ReadContext): Told {
  const message = readFrame(data, out);
  if (message === undefined) return told('drop');
  switch (message.type) {
    case 'connected':
    case 'pong':
      return told('control');
    case 'frontend_command':
      return readMapCommand(message, out, context);
    default:
      out.count('unknown', reasonOf(message.type));
      return told('ignore');
  }
}

function readMapCommand(message: Fields, out: Out, context: ReadContext): Told {
  const fields = fieldsOf(message.command);
  if (fields === undefined || typeof fields.type !== 'string') {
    out.count('dropped', 'no-command');
    return told('drop');
  }
  const command = checkMapCommand(fields);
  if (command === 'unknown') {
    out.count('unknown', `command-${reasonOf(fields.type)}`);
    return told('ignore');
  }
  if (command === undefined) {
    out.count('dropped', `bad-${reasonOf(fields.type)}`);
    return told('reject', { command: fields.type });
  }
  const speak = textOf(message.speak, 500);
  const record: MapCommandRecord = { ...stamp(context, utcMs(message.timestamp), 'voice'), command, speak };
  out.event('map', record);
  return told('execute', { command: command.type, speak: speak !== undefined });
}

/** A command that may be shown to a map; undefined where its arguments cannot be, `unknown` where nobody knows it. */
export function checkMapCommand(fields: Fields): MapCommand | undefined | 'unknown' {
  switch (fields.type) {
    case 'flyTo': {
      const center = positionOf(fields.center);
      const zoom = optional(fields.zoom, 0, MAX_ZOOM);
      const durationMs = optional(fields.duration, 0, MAX_DURATION_MS);
      if (center === undefined || zoom === false || durationMs === false) return undefined;
      return { type: 'flyTo', center, zoom, durationMs };
    }
    case 'geocodeAndFlyTo': {
      const query = textOf(fields.query, MAX_QUERY);
      const zoom = optional(fields.zoom, 0, MAX_ZOOM);
      return query === undefined || zoom === false ? undefined : { type: 'geocodeAndFlyTo', query, zoom };
    }
    case 'setZoom': {
      const zoom = within(fields.zoom, 0, MAX_ZOOM);
      return zoom === undefined ? undefined : { type: 'setZoom', zoom };
    }
    case 'zoomBy': {
      const delta = within(fields.delta, -MAX_DELTA, MAX_DELTA);
      return delta === undefined ? undefined : { type: 'zoomBy', delta };
    }
    case 'panBy': {
      const offset: readonly unknown[] = Array.isArray(fields.offset) ? fields.offset : [];
      const xPx = within(offset[0], -MAX_PAN_PX, MAX_PAN_PX);
      const yPx = within(offset[1], -MAX_PAN_PX, MAX_PAN_PX);
      return xPx === undefined || yPx === undefined ? undefined : { type: 'panBy', xPx, yPx };
    }
    case 'showLayer':
    case 'hideLayer':
    case 'toggleLayer': {
      const layer = textOf(fields.layer, 80);
      return layer === undefined ? undefined : { type: fields.type, layer };
    }
    case 'applyFilter': {
      const filterType = textOf(fields.filterType, 80);
      const value = numberOf(fields.filterValue);
      const filterValue = value === undefined ? textOf(fields.filterValue, 80) : String(value);
      return filterType === undefined || filterValue === undefined
        ? undefined
        : { type: 'applyFilter', filterType, filterValue };
    }
    case 'getEntityDetails': {
      const entity = textOf(fields.entity, 128);
      return entity === undefined ? undefined : { type: 'getEntityDetails', entity };
    }
    case 'setTimeCursor': {
      const time = numberOf(fields.time) ?? textOf(fields.time, 40);
      return time === undefined ? undefined : { type: 'setTimeCursor', time };
    }
    case 'timelineSearch': {
      const query = textOf(fields.query, MAX_QUERY);
      return query === undefined ? undefined : { type: 'timelineSearch', query };
    }
    case 'setMute':
      return typeof fields.muted === 'boolean' ? { type: 'setMute', muted: fields.muted } : undefined;
    case 'resetView':
    case 'clearFilters':
    case 'getViewContext':
    case 'getSystemStatus':
      return { type: fields.type };
    default:
      return 'unknown';
  }
}

/** `[lon, lat]`. */
function positionOf(center: unknown): { readonly latDeg: number; readonly lonDeg: number } | undefined {
  if (!Array.isArray(center) || center.length < 2) return undefined;
  const lonDeg = within(center[0], -180, 180);
  const latDeg = within(center[1], -90, 90);
  return lonDeg === undefined || latDeg === undefined ? undefined : { latDeg, lonDeg };
}

function within(value: unknown, least: number, most: number): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= least && number <= most ? number : undefined;
}

/** undefined: not said · false: said, and it cannot be. */
const optional = (value: unknown, least: number, most: number): number | undefined | false =>
  value === undefined || value === null ? undefined : (within(value, least, most) ?? false);
