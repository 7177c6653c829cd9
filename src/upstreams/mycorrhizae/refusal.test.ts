import { expect, test } from 'vitest';
import { readRefusal } from './refusal.ts';

const NOW = Date.UTC(2026, 8, 2, 23, 59, 50);
const detail = (text: unknown): string => JSON.stringify({ detail: text });

test.each([
  [403, detail('Invalid key format'), 'fatal', 'bad-key'],
  [403, detail('Invalid or inactive key'), 'fatal', 'bad-key'],
  [403, detail('Key has expired'), 'fatal', 'key-expired'],
  [403, detail('Missing required scopes: read'), 'fatal', 'scopes'],
  [403, detail('Rate limit exceeded (per minute)'), 'retry', 'rate-minute'],
  [403, detail('Rate limit exceeded (per day)'), 'retry', 'rate-day'],
  [403, '<html>Forbidden</html>', 'retry', 'not-the-service'],
  [401, detail('Not authenticated'), 'fatal', 'bad-key'],
  [404, detail('Not Found'), 'fatal', 'wrong-url'],
  [404, '<html>', 'retry', 'not-the-service'],
  [405, detail('Method Not Allowed'), 'fatal', 'wrong-url'],
  [422, detail([{ loc: ['query', 'channel'], msg: 'Field required' }]), 'fatal', 'bad-request'],
  [429, detail('slow down'), 'retry', 'rate'],
  [500, 'Internal Server Error', 'retry', 'server-error'],
  [502, '<html>', 'retry', 'server-error'],
  [503, detail('Protocol not available'), 'retry', 'unavailable'],
  [200, detail('Invalid or inactive key'), 'retry', 'not-the-service'],
  [200, '<html>', 'retry', 'not-the-service'],
])('%i %s: %s, %s', (status, body, is, reason) => {
  expect(readRefusal(status, body, NOW)).toMatchObject({ is, reason });
});

test('a minute that is over is waited for, not the whole next one; a day is asked after each hour', () => {
  expect(readRefusal(403, detail('Rate limit exceeded (per minute)'), NOW)).toMatchObject({ afterMs: 11_000 });
  expect(readRefusal(403, detail('Rate limit exceeded (per day)'), NOW)).toMatchObject({ afterMs: 11_000 });
  expect(readRefusal(403, detail('Rate limit exceeded (per day)'), NOW - 7_200_000)).toMatchObject({
    afterMs: 3_600_000,
  });
  expect(readRefusal(429, '{}', NOW, 5_000)).toMatchObject({ afterMs: 5_000 });
});

test('the words of the service are told, with the place that it complains of', () => {
  const body = detail([{ loc: ['query', 'channel'], msg: 'Field required' }]);
  expect(readRefusal(422, body, NOW).why).toBe('HTTP 422: query.channel Field required');
});
