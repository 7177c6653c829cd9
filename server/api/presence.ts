import { channelKind } from '../../src/contract/channel.ts';
import type { SharedPresence } from '../live/shared-presence.ts';
import { type Route, refusal, route } from './route.ts';

/** Who reads a channel, on all servers. */
export function presenceRoute(presence: SharedPresence): Route {
  return route({
    method: 'GET',
    path: '/api/presence/{channel}',
    summary: 'Who reads a channel',
    about:
      'Over all servers; a server that does not answer for a few seconds is left out. At most 100 are named per server.',
    answers: {
      200: '`count`, and `clients` with public id, name and server.',
      403: 'Not your right.',
      404: 'No such channel.',
    },
    handle({ principal, name }) {
      if (channelKind(name) === undefined)
        return refusal(404, 'no-such-channel', `${name.slice(0, 128)} is no channel`);
      if (!principal.may('presence', name))
        return refusal(403, 'not-allowed', `your role does not let you see who reads ${name}`);
      return { status: 200, body: { channel: name, ...presence.of(name) } };
    },
  });
}
