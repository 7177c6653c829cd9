import { expect, test } from 'vitest';
import { natureosPreset } from './natureos.ts';

const screen = (value: unknown): unknown => natureosPreset.screen?.('/natureos-hub', value);

test('what somebody asked MYCA does not reach a browser, in whatever casing', () => {
  const record = {
    type: 1,
    target: 'mycaActivity',
    arguments: [{ Question: 'Why is tray 4 dry?', responseLength: 412, suggestedQuestions: 3 }],
  };
  expect(screen(record)).toEqual({
    type: 1,
    target: 'mycaActivity',
    arguments: [{ responseLength: 412, suggestedQuestions: 3 }],
  });
});

test('everything else is passed on as it is, not copied', () => {
  const update = { type: 1, target: 'DeviceUpdate', arguments: [{ deviceId: 'a', data: { question: 1 } }] };
  expect(screen(update)).toBe(update);
  expect(screen('text')).toBe('text');
  const asked = { type: 1, target: 'MycaActivity', arguments: ['x', null] };
  expect(screen(asked)).toBe(asked);
});

test('commands only by the route that passes them on, and only by operators; nothing is broadcast from a browser', () => {
  const posts = natureosPreset.routes.flatMap((route) =>
    route.is === 'http' && route.methods.includes('POST') ? [`${route.role} ${route.path}`] : [],
  );
  expect(posts).toEqual([
    'viewer /natureos-hub/negotiate',
    'viewer /natureos-hub',
    'operator /devices/*/commands/mycobrain',
    'operator /api/mycosoft/myca/query',
  ]);
  const hub = natureosPreset.routes.find((route) => route.is === 'socket');
  expect(hub?.send).not.toContain('SendMessage');
});
