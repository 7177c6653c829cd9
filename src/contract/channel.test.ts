import { expect, test } from 'vitest';
import { boardChannel, channelKind, parseBoardChannel } from './channel.ts';

test('a board channel is told apart from every other name', () => {
  expect(parseBoardChannel(boardChannel('b-1', 'console'))).toEqual({ board: 'b-1', part: 'console' });
  for (const name of [
    'device//console',
    'device/x/constructor',
    'device/x/console/y',
    'boards',
    '',
    'device/x y/console',
    `device/${'x'.repeat(65)}/console`,
  ]) {
    expect(parseBoardChannel(name)).toBeUndefined();
  }
});

test('the kind of a channel follows from its name; names that cannot exist have none', () => {
  expect(channelKind('boards')).toBe('state');
  expect(channelKind('device/x/telemetry')).toBe('samples');
  expect(channelKind('device/x/console')).toBe('events');
  expect(channelKind('toString')).toBeUndefined();
  expect(channelKind('device/x/valueOf')).toBeUndefined();
});
