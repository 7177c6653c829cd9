import { isJsonObject } from '../../../src/decode/json-object.ts';
import { isPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import { screenMessage } from '../../../src/upstreams/mycorrhizae/screen.ts';
import { isWithheld } from '../../../src/upstreams/mycorrhizae/withheld.ts';
import type { GatewayPreset } from '../preset.ts';

const SUBSCRIBE = '/api/stream/subscribe';
const PUBLISH = /^\/api\/channels\/([^/]+)\/publish$/;

/** Mycorrhizae: listening for everybody, publishing for operators, and the key is ours. */
export const mycorrhizaePreset: GatewayPreset = {
  slug: 'mycorrhizae',
  secretHeader: 'X-API-Key',
  routes: [
    { is: 'stream', path: SUBSCRIBE, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/stream/channels', cadenceMs: 10_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/health', cadenceMs: 5_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/info', cadenceMs: 10_000, role: 'viewer' },
    { is: 'http', methods: ['GET'], path: '/api/stats', cadenceMs: 10_000, role: 'viewer' },
    {
      is: 'http',
      methods: ['POST'],
      path: '/api/channels/*/publish',
      cadenceMs: 0,
      role: 'operator',
      maxBytes: 65_536,
    },
  ],
  screen: (_path, value) => screenMessage(value),
  refuse({ path, query, body }) {
    if (path === SUBSCRIBE) return refusePattern(query.getAll('channel'));
    const channel = PUBLISH.exec(path)?.[1];
    return channel === undefined ? undefined : refusePublish(channel, body);
  },
};

/** One pattern that a broken regular expression cannot be made of, and that is not for commands alone. */
function refusePattern(patterns: readonly string[]): string | undefined {
  const [pattern] = patterns;
  if (patterns.length !== 1 || !isPattern(pattern))
    return 'give one channel of 1 to 200 characters out of A-Z a-z 0-9 _ : - . * #';
  return isWithheld(pattern, undefined) ? 'commands are for devices alone' : undefined;
}

function refusePublish(written: string, body: unknown): string | undefined {
  const channel = decoded(written);
  if (!isPattern(channel) || /[*#]/.test(channel)) return 'that is no channel';
  const { payload, message_type: type } = isJsonObject(body) ? body : {};
  return isWithheld(channel, payload) || type === 'command'
    ? 'commands and stimuli are not sent to devices from here'
    : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape: no channel, and the caller says so.
    return undefined;
  }
}
