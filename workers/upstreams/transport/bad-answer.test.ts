import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHtml, judgeByStatus, judged, retryAfterMs, whyBad } from './bad-answer.ts';

const answer = (status: number, type = 'application/json', body = '{}', retryAfter?: number) => ({
  status,
  type,
  body,
  retryAfterMs: retryAfter,
});

test('Retry-After is seconds, a date, or nothing', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Wed, 31 Dec 2025 23:00:00 GMT', now)).toBe(0);
  expect(retryAfterMs('-5', now)).toBe(0);
  for (const nothing of [null, '', ' ', 'soon', 'Infinity']) expect(retryAfterMs(nothing, now)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (header) => {
      const ms = retryAfterMs(header, now);
      expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
    }),
  );
});

test('HTML is known by its type or by how it begins', () => {
  expect(isHtml('text/html; charset=utf-8', '')).toBe(true);
  expect(isHtml('application/json', '\n <!DOCTYPE html>')).toBe(true);
  expect(isHtml('application/json', '{"a":"<html>"}')).toBe(false);
});

test('a wrong answer is told by what it is', () => {
  expect(whyBad(answer(503, 'text/html'), 'JSON')).toBe('the other side answered 503');
  expect(whyBad(answer(200, 'text/html'), 'JSON')).toMatch(/^HTML instead of JSON/);
  expect(whyBad(answer(200, 'text/csv'), 'JSON')).toBe('text/csv instead of JSON (200)');
  expect(whyBad(answer(200, ''), 'an event stream')).toBe('an answer without a type instead of an event stream (200)');
});

test('what no repetition mends is refused, what says when is asked then', () => {
  for (const status of [401, 403, 404, 422]) expect(judgeByStatus(answer(status), 'why')).toHaveProperty('refused');
  expect(judgeByStatus(answer(500), 'why')).toBeUndefined();
  expect(judgeByStatus(answer(503, '', '', 7), 'why')).toEqual({ retryAfterMs: 7, why: 'why' });
  expect(judgeByStatus(answer(429), 'why')).toEqual({ retryAfterMs: 60_000, why: 'why' });
});

test("an adapter's judgement goes before ours, unless it fails", () => {
  const failures: unknown[] = [];
  const onFailed = (cause: unknown): number => failures.push(cause);
  expect(judged(answer(403), 'why', () => undefined, onFailed)).toBeUndefined();
  const fails = (): never => {
    throw new Error('oh');
  };
  expect(judged(answer(403), 'why', fails, onFailed)).toHaveProperty('refused');
  expect(failures).toHaveLength(1);
});
