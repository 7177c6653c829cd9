import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Access } from './access/access.ts';
import type { Feeds } from './bus/feeds/open-feeds.ts';
import type { HealthSources } from './health.ts';
import type { Sse } from './live/sse.ts';
import type { Live } from './live/websocket.ts';
import type { Relay } from './relay/relay.ts';

export interface GaugeSources {
  readonly live: Live;
  readonly sse: Sse;
  readonly relay: Relay;
  readonly access: Access;
  readonly feeds: Feeds | undefined;
}

/** The histogram looks this often, and counts that wait as delay. */
const LOOK_MS = 10;

/** What is read off the parts of the server when somebody asks for its metrics. */
export function serverGauges({ live, sse, relay, access, feeds }: GaugeSources): {
  readonly gauges: HealthSources['gauges'];
  readonly stop: () => void;
} {
  const loopDelay = monitorEventLoopDelay({ resolution: LOOK_MS });
  loopDelay.enable();
  const gauges: HealthSources['gauges'] = {
    connections: { help: 'Open client connections', read: () => live.connections().size + sse.streams().size },
    pending_bytes: { help: 'Bytes that wait in sockets', read: () => live.pendingBytes() + sse.pendingBytes() },
    boards: { help: 'Shared boards whose home is here', read: () => relay.stats().boards },
    leases: { help: 'Leases held', read: () => relay.stats().leases },
    pending_commands: { help: 'Commands without a last word', read: () => relay.stats().commands },
    sessions: { help: 'Paired devices', read: () => access.stats().sessions },
    access_answers_kept: { help: 'Answers about rights found ready', read: () => access.stats().answers.hits },
    access_answers_made: { help: 'Answers about rights worked out', read: () => access.stats().answers.misses },
    feeds_silent: {
      help: 'Feeds of a foreign Redis that bring nothing',
      read: () => feeds?.stats().filter(({ state }) => state.is !== 'live').length ?? 0,
    },
    event_loop_delay_p99_seconds: {
      help: 'How late the event loop is, of the time since the last look',
      read() {
        const delayMs = loopDelay.percentile(99) / 1e6 - LOOK_MS;
        loopDelay.reset();
        return Math.max(0, delayMs) / 1000;
      },
    },
  };
  return { gauges, stop: () => loopDelay.disable() };
}
