import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECORD_END, RecordSplitter } from './record-splitter.ts';

const encoder = new TextEncoder();

test('several records in one message, one record in several messages', () => {
  const splitter = new RecordSplitter();
  expect(splitter.push(`{}${RECORD_END}{"type":6}${RECORD_END}{"ty`).records).toEqual(['{}', '{"type":6}']);
  expect(splitter.pendingChars).toBe(4);
  expect(splitter.push('pe":').records).toEqual([]);
  expect(splitter.push(`7}${RECORD_END}`).records).toEqual(['{"type":7}']);
});

test('empty records are counted, not given', () => {
  const splitter = new RecordSplitter();
  expect(splitter.push(`${RECORD_END}${RECORD_END}a${RECORD_END}`).records).toEqual(['a']);
  expect(splitter.empties).toBe(2);
});

test('a connection’s end says how much was lost, and the next one begins clean', () => {
  const splitter = new RecordSplitter();
  splitter.push(encoder.encode('abc\u00e8').slice(0, 4));
  expect(splitter.reset()).toBe(3);
  expect(splitter.push(`x${RECORD_END}`).records).toEqual(['x']);
});

test('a record over the limit ends it, after what came before; nothing is kept', () => {
  const splitter = new RecordSplitter(10);
  expect(splitter.push(`ok${RECORD_END}${'x'.repeat(11)}`)).toEqual({ records: ['ok'], tooLarge: true });
  expect(splitter.push(`ok${RECORD_END}`)).toEqual({ records: [], tooLarge: true });
  expect(splitter.pendingChars).toBe(0);
  splitter.reset();
  expect(splitter.push(`0123456789${RECORD_END}`)).toEqual({ records: ['0123456789'], tooLarge: false });
});

test('whatever the cuts, in text or bytes: the same records', () => {
  const texts = fc.array(fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll(RECORD_END, '')));
  fc.assert(
    fc.property(texts, fc.array(fc.nat(30), { minLength: 1 }), fc.boolean(), (records, cuts, asBytes) => {
      const whole = records.filter((record) => record !== '').map((record) => record.toWellFormed());
      const wire = whole.map((record) => record + RECORD_END).join('');
      const units = asBytes ? encoder.encode(wire) : wire;
      const splitter = new RecordSplitter();
      const got: string[] = [];
      for (let at = 0, n = 0; at < units.length; n += 1) {
        const next = at + 1 + (cuts[n % cuts.length] ?? 0);
        got.push(...splitter.push(units.slice(at, next)).records);
        at = next;
      }
      // A byte order mark at the very beginning is no character of the text.
      const [first = '', ...others] = whole;
      const expected =
        asBytes && first.startsWith('\ufeff') ? [first.slice(1), ...others].filter((it) => it !== '') : whole;
      expect(got).toEqual(expected);
      expect(splitter.pendingChars).toBe(0);
    }),
  );
});
