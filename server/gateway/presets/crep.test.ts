import { expect, test } from 'vitest';
import { crepPreset } from './crep.ts';

const screen = (value: unknown): unknown => crepPreset.screen?.('/api/x', value);

test('names of machines behind the upstream do not reach a browser', () => {
  const greeting = { message: 'connected', masUrl: 'http://mas.internal:8001', timestamp: 'now' };
  expect(screen(greeting)).toEqual({ message: 'connected', timestamp: 'now' });
  expect(
    screen({ devices: [{ id: 'a', port: '/dev/ttyACM0', mqtt_topic: 'x/y' }], serviceUrl: 'http://x:8003' }),
  ).toEqual({
    devices: [{ id: 'a' }],
  });
});

test('an answer with nothing to hide is passed on as it is, not copied', () => {
  const answer = { aircraft: [{ icao: 'a0f1e2' }], total: 1 };
  expect(screen(answer)).toBe(answer);
  expect(screen([1])).toEqual([1]);
  expect(screen(null)).toBe(null);
});

test('nothing can be changed through it, and the AIS upstream is not reached from a browser', () => {
  for (const route of crepPreset.routes) if (route.is === 'http') expect(route.methods).toEqual(['GET']);
  expect(crepPreset.routes.some(({ path }) => path.includes('ingest') || path.includes('/v0/stream'))).toBe(false);
});
