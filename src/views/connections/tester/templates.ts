import type { DirectTransport } from '../direct/direct.ts';

export interface Template {
  readonly name: string;
  readonly text: string;
}

/** What one says first to the endpoints of this platform. */
export const TEMPLATES: Readonly<Record<DirectTransport, readonly Template[]>> = {
  websocket: [
    { name: 'ping', text: '{"type":"ping"}' },
    { name: 'subscribe (scientific)', text: '{"type":"subscribe","payload":{"eventType":"lab.instrument"}}' },
    { name: 'snapshot (topology)', text: '{"type":"request_snapshot"}' },
    { name: 'agent bus, first frame', text: '{"agent_id":"tester","channels":["agents:status"]}' },
    { name: 'filter (map)', text: '{"type":"set_filter","category":"aircraft"}' },
    { name: 'create session (voice)', text: '{"type":"create_session"}' },
  ],
  signalr: [
    { name: 'JoinDashboardGroup', text: 'JoinDashboardGroup' },
    { name: 'JoinMycaGroup', text: 'JoinMycaGroup' },
    { name: 'invoke with arguments', text: '["Method", "argument", 1]' },
  ],
  sse: [],
  poll: [],
};

/** What an address is most likely to be. */
export function transportOf(url: string): DirectTransport {
  if (/^wss?:/.test(url) || /\/ws(\/|$|\?)/.test(url)) return 'websocket';
  if (/hub(\?|\/?$)/i.test(url)) return 'signalr';
  return /stream|sse|events|subscribe/i.test(url) ? 'sse' : 'poll';
}

/** `Name: value` per line; lines without a colon are no headers. */
export function readHeaders(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
    }),
  );
}

/** Absolute; a path is one of our own server. undefined: it is no address. */
export function absoluteUrl(typed: string, origin: string): string | undefined {
  const text = typed.trim();
  if (!/^(https?:|wss?:|\/)/.test(text)) return undefined;
  try {
    return new URL(text, origin).href;
  } catch {
    return undefined;
  }
}
