import { expect, test } from 'vitest';
import { Channels } from './channels.ts';
import { StateChannel } from './state-channel.ts';

test('a channel holds as many keys as it was made for: what changed longest ago goes, and is told', () => {
  const channel = new StateChannel('state/up/crep/aircraft', 'e', 3);
  const reader = channel.read({ sub: 1, wake: () => undefined });
  reader.take();
  channel.put(['a', 'b', 'c', 'd'].map((key) => [key, { key }] as const));
  expect(channel.kept).toBe(3);
  expect(channel.trimmed).toBe(1);
  expect(reader.take().items).toMatchObject([
    {
      puts: [
        ['b', {}],
        ['c', {}],
        ['d', {}],
      ],
      dels: ['a'],
    },
  ]);
});

test('the map of the world has room for every aircraft there is, a lab channel for ten thousand', () => {
  const channels = new Channels('e', { now: () => 0, schedule: () => () => undefined } as never, () => undefined);
  const puts = Array.from({ length: 40_000 }, (_, index) => [`k${index}`, index] as const);
  channels.state('state/up/crep/aircraft')?.put(puts);
  channels.state('state/up/natureos/devices')?.put(puts);
  expect(channels.state('state/up/crep/aircraft')?.kept).toBe(40_000);
  expect(channels.state('state/up/natureos/devices')?.kept).toBe(10_000);
});
