import type { GatewayPreset, GatewayRoute } from '../preset.ts';

const S = 1_000;
const MIN = 60 * S;

/** 65,000 objects are 30 MB; every other answer is held to the usual bound. */
const CATALOGUE_BYTES = 48 * 1024 * 1024;

const asked = (path: string, cadenceMs: number, maxBytes?: number): GatewayRoute => ({
  is: 'http',
  methods: ['GET'],
  path,
  cadenceMs,
  role: 'viewer',
  maxBytes,
});

/**
 * The map's feeds, for reading only. Each is asked no more often than its own cache renews (crep §4.1): 30 s for what moves, hours for
 * elements, so that everybody who looks together costs the upstream one question.
 */
export const crepPreset: GatewayPreset = {
  slug: 'crep',
  routes: [
    asked('/api/oei/flightradar24', 10 * S),
    asked('/api/oei/opensky', 10 * S),
    asked('/api/oei/aisstream', 20 * S),
    asked('/api/oei/satellites', 15 * MIN),
    asked('/api/oei/orbital-objects', 120 * MIN, CATALOGUE_BYTES),
    asked('/api/oei/flight-history/*', 30 * S),
    asked('/api/crep/unified', 45 * S),
    asked('/api/natureos/global-events', 60 * S),
    asked('/api/oei/eonet', 5 * MIN),
    asked('/api/oei/events', 60 * S),
    asked('/api/oei/nws-alerts', 5 * MIN),
    asked('/api/oei/usgs-volcano', 5 * MIN),
    asked('/api/oei/space-weather', 2 * MIN),
    asked('/api/crep/feed/*', 5 * MIN),
    asked('/api/crep/mycosoft-devices', 15 * S),
    asked('/api/mycobrain/devices', 30 * S),
    asked('/api/mindex/earth/map/bbox', 30 * S),
    asked('/api/earth/map/bbox', 30 * S),
    asked('/api/crep/health', 15 * S),
    asked('/timeline/range', 10 * S),
    asked('/timeline/at', 10 * S),
    { is: 'stream', path: '/api/stream/entities', role: 'viewer' },
    { is: 'stream', path: '/api/stream/crep', role: 'viewer' },
    { is: 'stream', path: '/api/crep/nature-stream', role: 'viewer' },
    // The entity socket never reads what a client says; the other one knows `ping` and `set_filter`.
    { is: 'socket', path: '/api/entities/stream', role: 'viewer', send: [], maxBytes: 8 * 1024 * 1024 },
    { is: 'socket', path: '/api/crep/stream', role: 'viewer', send: ['ping', 'set_filter'] },
  ],
  // The sockets and the timeline are MAS's, everything else is the website's.
  altPaths: ['/api/entities/stream', '/api/crep/stream', '/timeline'],
  screen: (_path, value) => withoutInternals(value),
};

/** Names of machines behind the upstream, and where a device's port is: nobody's business on a map (crep §4.2). */
const INTERNAL = new Set(['masUrl', 'serviceUrl', 'mqtt_topic', 'port', 'APIKey']);

/** The same value when there is nothing to take out, so that 30,000 records are not copied. */
function withoutInternals(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const devices = fields.devices;
  const isClean = !Object.keys(fields).some((name) => INTERNAL.has(name)) && !Array.isArray(devices);
  if (isClean) return value;
  const kept: Record<string, unknown> = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !INTERNAL.has(name)),
  );
  if (Array.isArray(devices)) kept.devices = devices.map(withoutInternals);
  return kept;
}
