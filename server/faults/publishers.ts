// A process of publishers. Its parent says what to do (`ToPublishers`).

import { createRandom } from '../../src/boards/simulated/random.ts';
import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import { LineFile } from './line-file.ts';
import type { PublisherLine } from './log-line.ts';
import { Publisher, type PublisherSpec } from './publisher.ts';

export type ToPublishers =
  | {
      readonly do: 'start';
      readonly seed: number;
      readonly run: string;
      readonly log: string;
      readonly specs: readonly PublisherSpec[];
    }
  /** One last number each. */
  | { readonly do: 'finish' }
  | { readonly do: 'stop' };

export type FromPublishers =
  /** Where a reader is that has the last number of each publisher. */
  { readonly done: 'finish'; readonly places: readonly (readonly [ChannelName, Cursor])[] } | { readonly done: 'stop' };

let publishers: readonly Publisher[] = [];
let published: readonly Promise<Cursor | undefined>[] = [];
let file: LineFile<PublisherLine> | undefined;

const tell = (message: FromPublishers): void => {
  process.send?.(message);
};

function start({ seed, run, log, specs }: Extract<ToPublishers, { do: 'start' }>): void {
  const lines = new LineFile<PublisherLine>(log);
  file = lines;
  publishers = specs.map((spec) => new Publisher(spec, run, createRandom(seed + spec.p), (line) => lines.add(line)));
  published = publishers.map((publisher) => publisher.publish());
}

async function finish(): Promise<void> {
  for (const publisher of publishers) publisher.finish();
  const places = await Promise.all(published);
  tell({
    done: 'finish',
    places: publishers.flatMap(({ spec }, index) => {
      const place = places[index];
      if (place === undefined) return [];
      // State: the place after the change. Logs: the place of the record, so behind it is one more.
      const offset = place.offset + (spec.channel.startsWith('state/') ? 0 : 1);
      return [[spec.channel, { epoch: place.epoch, offset }] as const];
    }),
  });
}

async function stop(): Promise<void> {
  for (const publisher of publishers) publisher.stop();
  await Promise.all(published);
  file?.flush();
  tell({ done: 'stop' });
  process.disconnect();
}

process.on('message', (message: ToPublishers) => {
  switch (message.do) {
    case 'start':
      start(message);
      break;
    case 'finish':
      void finish();
      break;
    case 'stop':
      void stop();
      break;
  }
});
// The parent is gone: nobody needs what comes.
process.on('disconnect', () => process.exit());
