import { screenScientific } from '../../../src/upstreams/mas-scientific/screen.ts';
import type { GatewayPreset, HttpRoute } from '../preset.ts';

const get = (path: string, cadenceMs: number): HttpRoute => ({
  is: 'http',
  methods: ['GET'],
  path,
  cadenceMs,
  role: 'viewer',
});
const post = (path: string): HttpRoute => ({ is: 'http', methods: ['POST'], path, cadenceMs: 0, role: 'operator' });

/** MAS allows sixty questions a minute for everybody together: lists are shared by all viewers for almost as long as each waits. */
export const masScientificPreset: GatewayPreset = {
  slug: 'mas-scientific',
  routes: [
    { is: 'socket', path: '/ws/scientific', role: 'viewer', send: ['ping', 'subscribe', 'unsubscribe'] },
    { is: 'socket', path: '/ws/scientific/data', role: 'viewer', send: ['ping'] },
    { is: 'socket', path: '/api/stream/scientific/live', role: 'viewer', send: ['ping'] },
    // It shows a signal, and carries current into something alive: who may look may not yet say `stimulate`.
    {
      is: 'socket',
      path: '/api/fci/ws/stream/*',
      role: 'viewer',
      send: ['ping'],
      commands: { role: 'operator', send: ['sdr_config', 'stimulate', 'set_pattern'] },
    },
    get('/scientific/lab/instruments', 75_000),
    get('/scientific/simulation/jobs', 75_000),
    get('/scientific/experiments', 75_000),
    get('/scientific/hypotheses', 75_000),
    get('/scientific/bio/fci/sessions', 75_000),
    get('/scientific/safety/status', 240_000),
    get('/ws/scientific/status', 240_000),
    get('/api/scientific/experiments', 240_000),
    get('/api/scientific/simulations/live', 240_000),
    post('/scientific/lab/instruments'),
    post('/scientific/lab/instruments/*/calibrate'),
    post('/scientific/simulation/jobs'),
    post('/scientific/simulation/jobs/*/pause'),
    post('/scientific/simulation/jobs/*/resume'),
    post('/scientific/simulation/jobs/*/cancel'),
    post('/scientific/experiments'),
    post('/scientific/experiments/*/start'),
    post('/scientific/experiments/*/pause'),
    post('/scientific/experiments/*/cancel'),
    post('/scientific/hypotheses'),
    post('/scientific/hypotheses/*/test'),
    post('/scientific/bio/fci/sessions'),
    post('/scientific/bio/fci/sessions/*/start'),
    post('/scientific/bio/fci/sessions/*/pause'),
    post('/scientific/bio/fci/sessions/*/stop'),
  ],
  screen: screenScientific,
};
