import { expect, test } from 'vitest';
import { mycorrhizaePreset } from './mycorrhizae.ts';

const refuse = (method: string, path: string, query = '', body?: unknown) =>
  mycorrhizaePreset.refuse?.({ method, path, query: new URLSearchParams(query), body });

test.each(['channel=%23', 'channel=device.*.telemetry', 'channel=MB_7%3Aa-b'])('%s may be asked for', (query) => {
  expect(refuse('GET', '/api/stream/subscribe', query)).toBeUndefined();
});

test.each([
  '',
  'channels=a',
  'channel=',
  'channel=a&channel=b',
  'channel=device.(*',
  'channel=a%20b',
  'channel=device.*.command',
  'channel=device.MB-7.commands',
])('a stream of "%s" is refused: it would break every publish over there, or is for devices', (query) => {
  expect(refuse('GET', '/api/stream/subscribe', query)).toEqual(expect.any(String));
});

test.each([
  ['device.MB-7.telemetry', { payload: { temperature: 20 } }, undefined],
  ['device.MB-7.command', { payload: {} }, 'commands'],
  ['device.MB-7.%63ommand', { payload: {} }, 'commands'],
  ['device.MB-7.telemetry', { payload: {}, message_type: 'command' }, 'commands'],
  ['device.MB-7.telemetry', { payload: { version: '1', message_type: 'stimulus_command', payload: {} } }, 'commands'],
  ['device.*.telemetry', { payload: {} }, 'no channel'],
  ['%E0%A4%A', { payload: {} }, 'no channel'],
])('publishing %j on %s: %s', (channel, body, why) => {
  const refused = refuse('POST', `/api/channels/${channel}/publish`, '', body);
  if (why === undefined) expect(refused).toBeUndefined();
  else expect(refused).toContain(why);
});

test('publishing is for operators, listening for everybody', () => {
  const roles = mycorrhizaePreset.routes.map((route) => [
    route.is === 'http' ? route.methods.join() : 'GET',
    route.role,
  ]);
  expect(new Set(roles.map(String))).toEqual(new Set(['GET,viewer', 'POST,operator']));
});

test('what reaches a browser: not the key of the publisher, not what devices are told', () => {
  const screen = (value: unknown) => mycorrhizaePreset.screen?.('/api/stream/subscribe', value);
  const message = { channel: 'device.a.telemetry', payload: { t: 1 }, tracing: { api_key_id: 'k', reply_to: null } };
  expect(screen(message)).toEqual({ ...message, tracing: { reply_to: null } });
  expect(screen({ event: 'message', data: message })).toEqual({
    event: 'message',
    data: { ...message, tracing: { reply_to: null } },
  });
  expect(screen({ channel: 'device.a.command', payload: {} })).toBeUndefined();
  expect(screen({ event: 'message', data: { channel: 'device.a.commands', payload: {} } })).toBeUndefined();
  expect(screen({ subscription_id: 'x', channel_pattern: '#' })).toEqual({
    subscription_id: 'x',
    channel_pattern: '#',
  });
  expect(screen({ ts: 1 })).toEqual({ ts: 1 });
  expect(screen([message, { channel: 'device.a.command', payload: {} }, 7])).toEqual([
    { ...message, tracing: { reply_to: null } },
    7,
  ]);
  const clean = [{ ts: 1 }];
  expect(screen(clean)).toBe(clean);
});
