import type { ChannelName } from '../../src/contract/channel.ts';
import type { Door } from './doors.ts';
import type { PublisherSpec } from './publisher.ts';
import type { SubscriberSpec } from './subscriber.ts';

export const EVENTS: readonly ChannelName[] = ['events/fault/a', 'events/fault/b', 'events/fault/c', 'events/fault/d'];
export const SAMPLES: ChannelName = 'samples/fault/curve';
export const STATE: ChannelName = 'state/fault/map';

/** The ways to one server. */
export interface Entrance {
  readonly direct: Door;
  readonly proxied: Door;
}

/** Every how many-th client goes through a proxy of ours. */
const PROXIED_SHARE = 0.3;
const ROAMING_SHARE = 0.5;

/** The doors of one client: its home first, the others after it. */
function doorsOf(entrances: readonly Entrance[], random: () => number): readonly Door[] {
  const home = Math.floor(random() * entrances.length);
  const isProxied = random() < PROXIED_SHARE;
  const ordered = [...entrances.slice(home), ...entrances.slice(0, home)];
  return ordered.map(({ direct, proxied }) => (isProxied ? proxied : direct));
}

export function drawSubscribers(count: number, entrances: readonly Entrance[], random: () => number): SubscriberSpec[] {
  return Array.from({ length: count }, (_, s) => {
    const events = EVENTS[s % EVENTS.length] ?? SAMPLES;
    const channels = [
      events,
      ...(s % 8 === 1 || s % 8 === 6 ? [SAMPLES] : []),
      ...(s % 8 === 2 || s % 8 === 5 ? [STATE] : []),
    ];
    const wire = random() < 0.5 ? 'ws' : 'sse';
    return { s, wire, channels, roams: random() < ROAMING_SHARE, doors: doorsOf(entrances, random) };
  });
}

export function drawPublishers(
  count: number,
  perSecond: number,
  entrances: readonly Entrance[],
  random: () => number,
): PublisherSpec[] {
  return Array.from({ length: count }, (_, p) => {
    const events = EVENTS[p % EVENTS.length] ?? SAMPLES;
    const channel = p % 10 === 8 ? SAMPLES : p % 10 === 9 ? STATE : events;
    const isKeyed = p % 10 !== 5;
    return {
      p,
      channel,
      isKeyed,
      everyMs: 1_000 / perSecond,
      roams: random() < ROAMING_SHARE,
      doors: doorsOf(entrances, random),
    };
  });
}
