import type { ChannelFeed, StreamFeed } from './feed-config.ts';

const events = (pattern: string): ChannelFeed => ({ pattern, to: `events/feed/${nameOf(pattern)}` });
const restricted = (pattern: string): ChannelFeed => ({ pattern, to: `events/feed/restricted.${nameOf(pattern)}` });
const snapshot = (key: string): StreamFeed => ({ key, to: `state/feed/${nameOf(key)}`, how: 'snapshot' });

/** `agents:status` → `agents.status`, `entities:*` → `entities`. */
function nameOf(pattern: string): string {
  return pattern.replace(/[.:]\*$/, '').replaceAll(':', '.');
}

/** The platform's channels that are brought in when nothing else is configured. All others stay where they are. */
export const DEFAULT_CHANNELS: readonly ChannelFeed[] = [
  events('devices:telemetry'),
  events('agents:status'),
  // The latest of each agent for whoever comes later than its heartbeat.
  { pattern: 'agents:status', to: 'state/feed/agents.status', key: ['data.agent_id'] },
  events('experiments:data'),
  events('crep:live'),
  // Its times are those of the publisher's own zone, and it does not say which.
  { ...events('crep:fungal:updates'), time: 'arrival' },
  events('system:alerts'),
  events('system:health'),
  events('tasks:progress'),
  events('earth2:predictions'),
  {
    ...events('entities:*'),
    time: ['data.entity.time.observed_at', 'data.entity.observed_at', 'data.time.observed_at', 'data.observed_at'],
  },
  events('mycorrhizae:device.*'),
  // The platform's own names and those of its listeners differ: both are heard.
  restricted('security:*'),
  restricted('agents:tasks'),
  restricted('agents:tool_calls'),
  restricted('mas.deep_agents.events'),
];

export const DEFAULT_STREAMS: readonly StreamFeed[] = [
  { key: 'mesh:packets', to: 'events/feed/mesh.packets', how: 'tail', last: 80 },
  { key: 'security:events', to: 'events/feed/restricted.security.events', how: 'tail', last: 80 },
  ...['astria', 'carbon-mapper', 'flights', 'marine', 'power-grid', 'railway', 'satmap'].map((name) =>
    snapshot(`crep:${name}`),
  ),
];
