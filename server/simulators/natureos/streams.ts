import type { SimAnswer, SimHost, SimStream } from '../simulator.ts';
import { isoTime } from './iso-time.ts';
import type { World } from './world.ts';

const EVENTS_MS = 2_000;
const DASHBOARD_MS = 5_000;
const EVENTS_AT_ONCE = 5;

/** The two event streams: no names, no ids, no comments, and the same again and again. */
export function streamOf(path: string, host: SimHost, world: World): SimAnswer | undefined {
  if (path === '/api/mycosoft/events/stream') return saying(host, EVENTS_MS, () => world.events.newest(EVENTS_AT_ONCE));
  if (path === '/api/mycosoft/dashboard/stream')
    return saying(host, DASHBOARD_MS, () => outerPascal(dashboardOf(host, world)));
  return undefined;
}

function saying(host: SimHost, everyMs: number, message: () => unknown): SimAnswer {
  const stream = (to: SimStream): (() => void) => {
    const say = (): void => {
      // A failure only ends the answer, whose 200 was said long ago.
      if (host.fault('streams-end')) to.end();
      else to.event(JSON.stringify(message()));
    };
    say();
    return host.every(everyMs, say);
  };
  return { stream };
}

export function dashboardOf(host: SimHost, world: World) {
  const { devices } = world;
  return {
    stats: { totalEvents: world.events.total, activeDevices: devices.length, errorsLast24h: 0 },
    liveData: {
      readings: devices.map(({ serial, lastSeenAt }) => ({
        deviceId: serial,
        // The store loses it.
        value: null,
        timestamp: isoTime(lastSeenAt ?? host.now()),
      })),
      lastUpdate: isoTime(host.now()),
    },
    insights: { trendingCompounds: [], recentDiscoveries: [] },
  };
}

const outerPascal = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, part]) => [key.charAt(0).toUpperCase() + key.slice(1), part]));
