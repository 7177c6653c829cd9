import { expect, test } from 'vitest';
import { masDevicesPreset } from './mas-devices.ts';
import { masVoicePreset } from './mas-voice.ts';

const refusal = (path: string, body: unknown, query = '') =>
  masDevicesPreset.refuse?.({ method: 'POST', path, query: new URLSearchParams(query), body });
const once = 'use_mycorrhizae=false';

test('a command is passed on only by the way that does it once', () => {
  const path = '/api/devices/m1/command';
  expect(refusal(path, { command: 'status' }, once)).toBeUndefined();
  expect(refusal(path, { command: 'status' })).toContain('use_mycorrhizae');
  expect(refusal(path, { command: 'status' }, 'use_mycorrhizae=true')).toContain('use_mycorrhizae');
  // MAS takes the last of them.
  expect(refusal(path, { command: 'status' }, `${once}&use_mycorrhizae=true`)).toContain('use_mycorrhizae');
});

test.each([null, 'status', {}, { command: '' }, { command: 7 }])('%j is no command', (body) => {
  expect(refusal('/api/devices/m1/command', body, once)).toContain('no command');
});

test('some words are sent to no device, wherever they are', () => {
  expect(refusal('/api/devices/m1/command', { command: 'erase' }, once)).toContain('erase');
  expect(refusal('/api/devices/m1/command', { command: 'run', params: { a: ['flash'] } }, once)).toContain('flash');
  expect(refusal('/api/psathyrella/p/command', { cmd: 'factory' })).toContain('factory');
  expect(refusal('/api/psathyrella/p/command', { cmd: 'nav.hold' })).toBeUndefined();
});

test('who somebody is, is not for the browser to say', () => {
  const ask = (body: unknown, query = '') =>
    masVoicePreset.refuse?.({ method: 'POST', path: '/session', query: new URLSearchParams(query), body });
  expect(ask({ persona: 'myca' })).toBeUndefined();
  expect(ask({ user_id: 'u' })).toContain('user_id');
  expect(ask(undefined, 'user_id=u')).toContain('user_id');
});

test('lists are asked for four times a minute at most, whoever looks', () => {
  const list = masDevicesPreset.routes.find(({ path }) => path === '/api/devices');
  expect(list).toMatchObject({ cadenceMs: 15_000, role: 'viewer' });
  expect(masDevicesPreset.screen?.('/api/devices', { devices: [{ device_id: 'a', host: '198.51.100.1' }] })).toEqual({
    devices: [{ device_id: 'a' }],
  });
});
