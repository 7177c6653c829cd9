import { awareTime } from '../mas-devices/device-socket.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the map channel understands of a sentence; undefined: nothing, and nothing is answered. */
export function understood(text: string): { readonly command: Json; readonly speak: string } | undefined {
  const words = text.toLowerCase();
  if (words.includes('zoom in')) return { command: { type: 'zoomBy', delta: 1 }, speak: 'Zooming in.' };
  if (words.includes('zoom out')) return { command: { type: 'zoomBy', delta: -1 }, speak: 'Zooming out.' };
  if (words.includes('reset')) return { command: { type: 'resetView' }, speak: 'Resetting the view.' };
  const layer = /show (?:the )?([a-z]+)/.exec(words)?.[1];
  if (layer !== undefined) return { command: { type: 'showLayer', layer }, speak: `Showing ${layer}.` };
  const place = /(?:go|fly) to (.+)/.exec(words)?.[1];
  if (place !== undefined)
    return { command: { type: 'geocodeAndFlyTo', query: place, zoom: 8 }, speak: `Going to ${place}.` };
  return undefined;
}

/** What is answered to a frame of `/ws/crep/commands`, to its sender alone; undefined: nothing. */
export function mapReply(data: string | Uint8Array, now: number): Json | undefined {
  if (typeof data !== 'string') return undefined;
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return undefined;
  }
  const fields = (typeof message === 'object' && message !== null ? message : {}) as Json;
  if (fields.type === 'ping') return { type: 'pong' };
  if (fields.type !== 'command' || typeof fields.text !== 'string') return undefined;
  const reply = understood(fields.text);
  return reply === undefined ? undefined : { type: 'frontend_command', ...reply, timestamp: awareTime(now) };
}

/** What others on the same bridge say, one after the other: good ones and such as must not be done. */
export const BROADCASTS: readonly Json[] = [
  { type: 'flyTo', center: [139.69, 35.68], zoom: 9, duration: 2_000 },
  { type: 'showLayer', layer: 'satellites' },
  { type: 'flyTo', center: [200, 95], zoom: 4 },
  { type: 'applyFilter', filterType: 'severity', filterValue: 'high' },
  { type: 'selfDestruct' },
];
