import { blockedWord } from '../../../src/upstreams/mas-devices/commands.ts';
import { screened } from '../../../src/upstreams/mas-devices/screen.ts';
import type { GatewayPreset } from '../preset.ts';

/**
 * Devices of MAS. MAS asks nobody who he is, so who may command is decided here: operators, with an allow-list of paths, words that never
 * pass, and only by the one way that does not do a command twice.
 */
export const masDevicesPreset: GatewayPreset = {
  slug: 'mas-devices',
  routes: [
    { is: 'http', methods: ['GET'], path: '/api/devices', cadenceMs: 15_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/devices/crep', cadenceMs: 60_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/devices/unified-network', cadenceMs: 60_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/devices/*', cadenceMs: 15_000, role: 'viewer' },
    {
      is: 'http',
      methods: ['GET'],
      path: '/api/devices/*/telemetry',
      cadenceMs: 5_000,
      role: 'viewer',
      maxBytes: 1 << 20,
    },
    { is: 'http', methods: ['GET'], path: '/api/psathyrella/*/telemetry', cadenceMs: 2_500, role: 'viewer' },
    { is: 'http', methods: ['POST'], path: '/api/devices/*/command', cadenceMs: 0, role: 'operator' },
    { is: 'http', methods: ['POST'], path: '/api/psathyrella/*/command', cadenceMs: 0, role: 'owner' },
    { is: 'stream', path: '/api/psathyrella/*/stream', role: 'viewer' },
    { is: 'stream', path: '/api/psathyrella/*/acoustic/stream', role: 'viewer' },
    { is: 'stream', path: '/api/meshtastic/stream', role: 'viewer' },
    { is: 'socket', path: '/ws/devices/*', role: 'viewer', send: ['ping'], maxBytes: 262_144 },
  ],
  screen: (_path, value) => screened(value),
  refuse: ({ method, path, query, body }) => {
    if (method !== 'POST' || !path.endsWith('/command')) return undefined;
    const asked = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
    const isBuoy = path.startsWith('/api/psathyrella/');
    const command = isBuoy ? asked.cmd : asked.command;
    if (typeof command !== 'string' || command === '') return 'the body has no command';
    // Without it MAS publishes the command a second time and the device may do it twice. Of several MAS takes the last.
    const ways = query.getAll('use_mycorrhizae');
    if (!isBuoy && (ways.length !== 1 || ways[0] !== 'false')) return 'a command needs use_mycorrhizae=false';
    const word = blockedWord(command, asked.params);
    return word === undefined ? undefined : `"${word}" is never sent to a device from here`;
  },
};
