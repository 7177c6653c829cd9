import { UPLINK_MAX_BYTES } from '../../../src/contract/upstream/mas-voice.ts';
import { screenVoice } from '../../../src/upstreams/mas-voice/screen.ts';
import type { GatewayPreset } from '../preset.ts';

/** Whose words these are is for the server to say, not for the browser (contract mas-voice §6), by request or on a socket. */
const IDENTITY = ['user_id', 'user_subject'] as const;

/** The voice bridge, and what MAS has beside it at another address. */
export const masVoicePreset: GatewayPreset = {
  slug: 'mas-voice',
  altPaths: ['/ws/voice', '/voice', '/api/voice'],
  routes: [
    { is: 'http', methods: ['GET'], path: '/health', cadenceMs: 30_000, role: 'viewer' },
    { is: 'http', methods: ['POST'], path: '/session', cadenceMs: 0, role: 'operator' },
    { is: 'http', methods: ['GET'], path: '/conversation/*/history', cadenceMs: 0, role: 'operator' },
    {
      is: 'socket',
      path: '/ws/*',
      role: 'operator',
      send: ['binary', 'user_speech', 'barge_in', 'inject_feedback'],
      maxBytes: Math.max(UPLINK_MAX_BYTES, 65_536),
    },
    { is: 'socket', path: '/ws/crep/commands', role: 'viewer', send: ['ping', 'command'], maxBytes: 65_536 },
    {
      is: 'socket',
      path: '/ws/voice/v9',
      role: 'operator',
      send: ['create_session', 'transcript', 'end_session', 'get_interrupt', 'barge_in', 'get_persona', 'ping'],
      maxBytes: 262_144,
    },
    { is: 'stream', methods: ['POST'], path: '/voice/brain/stream', role: 'operator' },
    { is: 'http', methods: ['GET'], path: '/voice/brain/status', cadenceMs: 30_000, role: 'viewer' },
    { is: 'http', methods: ['POST'], path: '/voice/command', cadenceMs: 0, role: 'operator' },
  ],
  screen: screenVoice,
  refuse: ({ query, body }) => {
    const said = typeof body === 'object' && body !== null ? Object.keys(body) : [];
    const name = IDENTITY.find((field) => query.has(field) || said.includes(field));
    return name === undefined ? undefined : `${name} is the server's to say`;
  },
};
