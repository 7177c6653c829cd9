// A process of subscribers. Its parent says what to do (`ToSubscribers`), and may stop it or kill it.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/boards/simulated/random.ts';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import { LineFile } from './line-file.ts';
import type { SubscriberLine } from './log-line.ts';
import { Subscriber, type SubscriberSpec } from './subscriber.ts';

export type ToSubscribers =
  | { readonly do: 'start'; readonly seed: number; readonly log: string; readonly specs: readonly SubscriberSpec[] }
  /** Everybody must come at least this far. */
  | { readonly do: 'reach'; readonly places: readonly (readonly [ChannelName, Cursor])[]; readonly withinMs: number }
  | { readonly do: 'stop' };

export type FromSubscribers =
  /** Every subscriber has all its channels. */
  | { readonly done: 'start' }
  /** `behind`: who did not get there; `degraded`: who was not told that the servers found each other again. */
  | { readonly done: 'reach'; readonly behind: readonly string[]; readonly degraded: readonly number[] }
  | { readonly done: 'stop' };

let subscribers: readonly Subscriber[] = [];
let file: LineFile<SubscriberLine> | undefined;

const tell = (message: FromSubscribers): void => {
  process.send?.(message);
};

async function start({ seed, log, specs }: Extract<ToSubscribers, { do: 'start' }>): Promise<void> {
  const lines = new LineFile<SubscriberLine>(log);
  file = lines;
  subscribers = specs.map((spec) => new Subscriber(spec, createRandom(seed + spec.s), (line) => lines.add(line)));
  for (const subscriber of subscribers) {
    subscriber.start();
    await sleep(2);
  }
  const isThere = ({ positions, spec }: Subscriber): boolean => positions.size === spec.channels.length;
  while (!subscribers.every(isThere)) await sleep(20);
  tell({ done: 'start' });
}

function behind(places: readonly (readonly [ChannelName, Cursor])[]): readonly string[] {
  return subscribers.flatMap(({ spec, positions }) =>
    places.flatMap(([channel, place]) => {
      if (!spec.channels.includes(channel)) return [];
      const at = positions.get(channel);
      const isThere = at !== undefined && at.epoch === place.epoch && at.offset >= place.offset;
      const came = at === undefined ? 'nowhere' : `${at.epoch}:${at.offset}`;
      return isThere
        ? []
        : [`subscriber ${spec.s} (${spec.wire}) on ${channel} came to ${came}, not to ${place.epoch}:${place.offset}`];
    }),
  );
}

async function reach({ places, withinMs }: Extract<ToSubscribers, { do: 'reach' }>): Promise<void> {
  const until = performance.now() + withinMs;
  const degraded = (): readonly number[] =>
    subscribers.filter(({ isDegraded }) => isDegraded).map(({ spec }) => spec.s);
  while ((behind(places).length > 0 || degraded().length > 0) && performance.now() < until) await sleep(50);
  tell({ done: 'reach', behind: behind(places), degraded: degraded() });
}

function stop(): void {
  for (const subscriber of subscribers) subscriber.stop();
  file?.flush();
  tell({ done: 'stop' });
  process.disconnect();
}

process.on('message', (message: ToSubscribers) => {
  switch (message.do) {
    case 'start':
      void start(message);
      break;
    case 'reach':
      void reach(message);
      break;
    case 'stop':
      stop();
      break;
  }
});
// The parent is gone: nobody needs what comes.
process.on('disconnect', () => process.exit());
