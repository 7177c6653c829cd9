import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scrubbed, withoutAddresses } from './addresses.ts';
import { errorWithin, unavailable } from './answer.ts';
import { endingOf, handshakeEndingOf } from './closing.ts';
import { idOf, plainFields, textOf, wordOf } from './fields.ts';
import { isPong, reasonOf } from './frame.ts';
import { SeenOnce } from './seen-once.ts';
import { happened, sourced } from './sourced.ts';

const NOW = Date.UTC(2026, 7, 14, 9, 30);
const context = { now: NOW, simulated: false };

test.each([
  ['no route to 192.0.2.7:5432', 'no route to [address]'],
  ['GET http://mindex.invalid:8000/x?y=1 failed', 'GET [address] failed'],
  ['postgresql://user:word@db.invalid/mas', '[address]'],
  ["HTTPConnectionPool(host='mas.invalid', port=80)", 'HTTPConnectionPool([address], port=80)'],
  ['fe80::1 is gone, 2001:db8:1:2:3:4:5:6 too', '[address] is gone, [address] too'],
  ["KeyError: 'ledger'", "KeyError: 'ledger'"],
  ['at 10:30 it was 24.6', 'at 10:30 it was 24.6'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutAddresses(text)).toBe(shown);
});

test('a value without addresses is the very value; times are none', () => {
  const value = { at: '2026-08-14T09:30:00.000001', list: [1, { text: 'fine' }], none: null };
  let withheld = 0;
  const count = (): void => {
    withheld += 1;
  };
  expect(scrubbed(value, count)).toBe(value);
  const screened = scrubbed({ ...value, url: 'x', deep: [{ source_ip: 'y', words: '192.0.2.1' }] }, count);
  expect(screened).toEqual({ ...value, deep: [{ words: '[address]' }] });
  expect(withheld).toBe(3);
  const pit: Record<string, unknown> = {};
  let at = pit;
  for (let depth = 0; depth < 10_000; depth += 1) at = at.x = {} as Record<string, unknown>;
  expect(() => scrubbed(pit, count)).not.toThrow();
});

test('never throws, on anything', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      scrubbed(value, () => undefined);
      errorWithin(value);
      plainFields(value);
      idOf(value);
      textOf(value);
      wordOf(value, ['a']);
      expect(reasonOf(value).length).toBeLessThanOrEqual(40);
      expect(unavailable({ status: 500, body: text, retryAfterMs: undefined }).why).toContain('500');
    }),
  );
});

test('what MAS says when it cannot answer', () => {
  const why = (status: number, body: string) => unavailable({ status, body, retryAfterMs: undefined }).why;
  expect(why(500, 'Internal Server Error')).toBe('MAS answers 500: Internal Server Error');
  expect(why(503, '{"detail":"SAFETY_STATUS_URL not configured"}')).toBe(
    'MAS answers 503: SAFETY_STATUS_URL not configured',
  );
  expect(why(502, '<html>…')).toBe('MAS answers 502');
  expect(why(422, '{"detail":[{"msg":"field required"}]}')).toBe('MAS answers 422');
  expect(unavailable({ status: 429, body: '', retryAfterMs: undefined }).retryAfterMs).toBe(60_000);
  expect(unavailable({ status: 429, body: '', retryAfterMs: 7_000 }).retryAfterMs).toBe(7_000);
  expect(errorWithin({ data: { a: { error: 'unavailable', detail: 'connect timeout' } } })).toBe(
    'a: unavailable: connect timeout',
  );
  expect(errorWithin({ experiments: [{ error: 'of an item' }] })).toBeUndefined();
});

test('1000 is not "done"; only what cannot be mended by trying is given up', () => {
  for (const code of [1000, 1001, 1006, 1011, 1012]) expect(endingOf(code, '')).toBeUndefined();
  expect(endingOf(4000, 'Missing agent_id')).toHaveProperty('refused');
  expect(endingOf(4003, '')).toHaveProperty('refused');
  expect(handshakeEndingOf(403)).toMatchObject({ retryAfterMs: 300_000 });
  expect(handshakeEndingOf(500)).toBeUndefined();
});

test('a clock that is hours off is not believed, in either direction', () => {
  const hours = 3 * 3_600_000;
  expect(sourced(context, NOW - 50, 'x')).toMatchObject({ at: NOW - 50, atFrom: 'source', flags: [] });
  for (const off of [-hours, hours])
    expect(sourced(context, NOW + off, 'x')).toMatchObject({ at: NOW, atFrom: 'arrival', flags: ['clock-skew'] });
  expect(sourced(context, undefined, 7)).toMatchObject({ at: NOW, atFrom: 'arrival', source: '' });
  expect(sourced({ now: NOW, simulated: true }, NOW, 'x')).toMatchObject({
    provenance: 'simulated',
    flags: ['simulated'],
  });
  expect(happened(context, NOW - hours, 'x')).toMatchObject({ at: NOW - hours, atFrom: 'source' });
  expect(happened(context, NOW + hours, 'x')).toMatchObject({ at: NOW, atFrom: 'arrival' });
});

test('remembers the newest, and forgets the oldest', () => {
  const seen = new SeenOnce(2);
  expect([seen.first('a'), seen.first('a'), seen.first('b'), seen.first('c')]).toEqual([true, false, true, true]);
  expect([seen.first('a'), seen.first('c')]).toEqual([true, false]);
});

test('a pong in both spellings', () => {
  expect(isPong('{"type":"pong","timestamp":"x"}')).toBe(true);
  expect(isPong('{"type": "pong"}')).toBe(true);
  expect(isPong('{"type":"ping"}')).toBe(false);
});
