import { screened } from '../../../src/upstreams/natureos/screen.ts';
import type { GatewayPreset, GatewayRoute } from '../preset.ts';

const asked = (path: string, cadenceMs: number): GatewayRoute => ({
  is: 'http',
  methods: ['GET'],
  path,
  cadenceMs,
  role: 'viewer',
});

const told = (path: string): GatewayRoute => ({ is: 'http', methods: ['POST'], path, cadenceMs: 0, role: 'operator' });

/**
 * NatureOS asks nobody who he is, for reading, writing and commands alike: who may is decided here. `SendMessage` of its hub speaks to
 * everybody unsigned, and the command route below `/api` forgets what it is given: neither is on the list.
 */
export const natureosPreset: GatewayPreset = {
  slug: 'natureos',
  routes: [
    { is: 'http', methods: ['POST'], path: '/natureos-hub/negotiate', cadenceMs: 0, role: 'viewer' },
    {
      is: 'socket',
      path: '/natureos-hub',
      role: 'viewer',
      send: ['JoinDashboardGroup', 'JoinMycaGroup', 'JoinDeviceGroup', 'JoinLocationGroup', 'LeaveGroup'],
    },
    // Where sockets do not get through: the hub's words as an event stream, ours by POST, with the same words allowed. A long poll of 90 s
    // is longer than an answer may take here.
    { is: 'stream', path: '/natureos-hub', role: 'viewer' },
    { is: 'http', methods: ['POST', 'DELETE'], path: '/natureos-hub', cadenceMs: 0, role: 'viewer' },
    { is: 'stream', path: '/api/mycosoft/events/stream', role: 'viewer' },
    { is: 'stream', path: '/api/mycosoft/dashboard/stream', role: 'viewer' },
    asked('/health', 10_000),
    asked('/api/status', 10_000),
    asked('/api/devices', 10_000),
    asked('/api/devices/*', 5_000),
    asked('/api/devices/*/sensor-data', 5_000),
    asked('/api/mycobrain/devices', 10_000),
    asked('/api/mycobrain/devices/*', 5_000),
    asked('/api/mycobrain/devices/*/telemetry', 5_000),
    asked('/devices/*/sensor-data', 5_000),
    asked('/api/events', 5_000),
    asked('/api/events/*', 5_000),
    asked('/api/events/by-device/*', 5_000),
    asked('/api/events/by-domain/*', 5_000),
    asked('/api/mycosoft/status', 10_000),
    asked('/api/mycosoft/website/live-data', 5_000),
    asked('/api/mycosoft/website/dashboard', 5_000),
    told('/devices/*/commands/mycobrain'),
    told('/api/mycosoft/myca/query'),
  ],
  screen: (_path, value) => screened(value),
};
