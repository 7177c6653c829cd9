import { screenTopology } from '../../../src/upstreams/mas-topology/screen.ts';
import type { GatewayPreset, HttpRoute } from '../preset.ts';

const get = (path: string, cadenceMs: number): HttpRoute => ({
  is: 'http',
  methods: ['GET'],
  path,
  cadenceMs,
  role: 'viewer',
});

/** MAS allows sixty questions a minute for everybody together: lists are shared by all viewers for almost as long as each waits. */
export const masTopologyPreset: GatewayPreset = {
  slug: 'mas-topology',
  routes: [
    { is: 'socket', path: '/ws/topology', role: 'viewer', send: ['ping', 'request_snapshot'] },
    { is: 'socket', path: '/ws/agents/status', role: 'viewer', send: ['ping'] },
    { is: 'socket', path: '/ws/system/health', role: 'viewer', send: ['ping'] },
    { is: 'socket', path: '/ws/tasks/progress', role: 'viewer', send: ['ping'] },
    // Listening only: of what the bus takes, nothing but the name of who listens and its sign of life.
    { is: 'socket', path: '/ws/agent-bus', role: 'viewer', send: ['', 'heartbeat'] },
    get('/orchestrator/agents', 50_000),
    get('/orchestrator/agents/*', 10_000),
    get('/orchestrator/dashboard', 50_000),
    get('/agents/registry/', 300_000),
    get('/api/incidents', 50_000),
    get('/api/agents/activity', 50_000),
    get('/api/agents/heartbeat/summary', 300_000),
    get('/ws/topology/status', 120_000),
    { is: 'http', methods: ['POST'], path: '/agents/registry/activate/*', cadenceMs: 0, role: 'operator' },
    { is: 'http', methods: ['POST'], path: '/agents/registry/deactivate/*', cadenceMs: 0, role: 'operator' },
    { is: 'http', methods: ['PATCH'], path: '/api/incidents/*', cadenceMs: 0, role: 'operator' },
    // Stops or starts every agent there is.
    { is: 'http', methods: ['POST'], path: '/runner/start', cadenceMs: 0, role: 'owner' },
    { is: 'http', methods: ['POST'], path: '/runner/stop', cadenceMs: 0, role: 'owner' },
  ],
  screen: screenTopology,
};
