import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexRow } from '../../components/hex-row.ts';
import { visibleWindow } from '../../components/visible-window.ts';
import type { ConsoleRecord } from '../../contract/console-record.ts';
import { SendHistory } from '../../lib/send-history.ts';
import { parseHex } from '../../lib/typed-hex.ts';
import { BoundedEventLog } from '../../link/event-log.ts';
import { consoleLine, LINE_KINDS, type LineKind, makeLineTest, visible } from './console-lines.ts';
import { ConsoleRows } from './console-rows.ts';
import { linesAsText } from './export-lines.ts';
import { lineBytes } from './hex.ts';
import { readConsoleAddress, writeConsoleAddress } from './state.ts';

const said = (text: string, at = 0): ConsoleRecord => ({ dir: 'in', at, item: { kind: 'text', text }, hex: '616263' });
const allKinds = new Set<LineKind>(LINE_KINDS);
const all = (rows: ConsoleRows) => rows.slice(0, rows.length);

describe('lines', () => {
  it('shows control and bidirectional characters, leaves the rest', () => {
    expect(visible('a\u0007b\r<b>\u202eü')).toBe('a⟨07⟩b⟨0d⟩<b>⟨202e⟩ü');
  });
  it('makes a line of a gap, an error and a sent line', () => {
    expect(consoleLine({ is: 'gap', gap: { why: 'unplugged', count: 3, fromMs: 1, toMs: 2 } }).text).toContain(
      '3 missing: unplugged',
    );
    const error = consoleLine({
      is: 'record',
      offset: 0,
      record: { dir: 'in', at: 0, item: { kind: 'error', error: 'crc_mismatch' }, hex: '5a01' },
    });
    expect(error).toMatchObject({ kind: 'error', text: '✕ crc_mismatch · 2 bytes' });
    const out = consoleLine({
      is: 'record',
      offset: 0,
      record: { dir: 'out', at: 0, text: 'led', hex: '', by: 'Tablet' },
    });
    expect(out).toMatchObject({ kind: 'sent', text: 'Tablet ▸ led' });
  });
  it('is searched as text, as an expression, and as text when the expression is broken', () => {
    const line = consoleLine({ is: 'record', offset: 0, record: said('T=23.45 [x') });
    const found = (search: string, regex: boolean) => makeLineTest({ kinds: allKinds, search, regex }).test(line);
    expect([found('t=23', false), found('t=2.\\.', false), found('t=2.\\.', true), found('[x', true)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(makeLineTest({ kinds: allKinds, search: '[x', regex: true }).bad).toBe(true);
    expect(makeLineTest({ kinds: new Set(['json']), search: '', regex: false }).test(line)).toBe(false);
  });
});

describe('rows', () => {
  const pass = () => true;
  const none = () => false;
  it('adds what is new, drops what was trimmed, keeps serials', () => {
    const log = new BoundedEventLog<ConsoleRecord>(4);
    const rows = new ConsoleRows();
    log.append(
      ['1', '2', '3'].map((text) => said(text)),
      0,
    );
    rows.update(log, pass, none, 0, Number.POSITIVE_INFINITY);
    log.append(
      ['4', '5', '6'].map((text) => said(text)),
      3,
    );
    rows.update(log, pass, none, 0, Number.POSITIVE_INFINITY);
    expect(all(rows).map((row) => `${row.serial} ${row.line.text}`)).toEqual(['2 3', '3 4', '4 5', '5 6']);
    expect(rows.shown).toBe(4);
  });
  it('is as long as a bounded log, however much goes through it', () => {
    const log = new BoundedEventLog<ConsoleRecord>(3000);
    const rows = new ConsoleRows();
    for (let offset = 0; offset < 12_000; offset += 500) {
      log.append(
        Array.from({ length: 500 }, (_, i) => said(String(offset + i))),
        offset,
      );
      rows.update(log, pass, none, 0, Number.POSITIVE_INFINITY);
    }
    expect(rows.length).toBe(3000);
    expect(rows.shown).toBe(3000);
    expect([rows.slice(0, 1)[0]?.line.text, rows.slice(2999, 3000)[0]?.line.text]).toEqual(['9000', '11999']);
  });
  it('stands still while paused and catches up', () => {
    const log = new BoundedEventLog<ConsoleRecord>(100);
    const rows = new ConsoleRows();
    log.append([said('1'), said('2'), said('3')], 0);
    rows.update(log, pass, none, 0, 2);
    expect(rows.shown).toBe(2);
    rows.update(log, pass, none, 0, 3);
    expect(rows.shown).toBe(3);
  });
  it('unfolds a line into its bytes', () => {
    const log = new BoundedEventLog<ConsoleRecord>(100);
    const rows = new ConsoleRows();
    log.append([said('abc')], 0);
    rows.update(log, pass, () => true, 0, 1);
    expect(all(rows)[1]?.detail).toMatch(/^0000 {2}61 62 63 +\|abc\|$/);
    expect(rows.shown).toBe(1);
  });
  it('hides what is before "clear" and reads again after a reset', () => {
    const log = new BoundedEventLog<ConsoleRecord>(100);
    const rows = new ConsoleRows();
    log.append([said('1'), said('2')], 0);
    rows.update(log, pass, none, 1, 2);
    expect(all(rows).map((row) => row.line.text)).toEqual(['2']);
    rows.reset();
    rows.update(log, pass, none, 0, 2);
    expect(rows.shown).toBe(2);
  });
  it('exports lines, not their unfolded parts', () => {
    const log = new BoundedEventLog<ConsoleRecord>(100);
    const rows = new ConsoleRows();
    log.append([said('abc')], 0);
    rows.update(log, pass, () => true, 0, 1);
    expect(linesAsText(all(rows), true)).toBe('1970-01-01T00:00:00.000Z\ttext\tabc\t616263');
  });
});

describe('bytes', () => {
  it('round trip through hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
        expect([...(parseHex(hex) ?? [])]).toEqual([...bytes]);
      }),
    );
  });
  it.each(['', '5', '5g', 'x'])('refuses "%s"', (text) => expect(parseHex(text)).toBeUndefined());
  it('takes commas and 0x', () => expect([...(parseHex('0x5A, 0x01') ?? [])]).toEqual([0x5a, 1]));
  it('prints what is not ASCII as a dot', () => expect(hexRow('00ff41', 0)).toMatch(/\|\.\.A\|$/));
  it('ends a line as asked', () => {
    expect([...lineBytes('a', 'crlf')]).toEqual([97, 13, 10]);
    expect([...lineBytes('ü', 'none')]).toEqual([0xc3, 0xbc]);
  });
});

it('history walks back and returns to what was being typed', () => {
  const history = new SendHistory();
  for (const line of ['one', 'two', 'two']) history.add(line);
  expect([history.walk(-1, 'typing'), history.walk(-1, 'two'), history.walk(-1, 'one')]).toEqual(['two', 'one', 'one']);
  expect([history.walk(1, 'one'), history.walk(1, 'two')]).toEqual(['two', 'typing']);
});

it('the address holds the whole view', () => {
  fc.assert(
    fc.property(
      fc.record({
        board: fc.constantFrom(undefined, 'b1'),
        kinds: fc.subarray([...LINE_KINDS], { minLength: 1 }).map((kinds) => new Set(kinds)),
        search: fc.string({ maxLength: 50 }),
        regex: fc.boolean(),
        raw: fc.boolean(),
        time: fc.constantFrom('clock' as const, 'delta' as const),
      }),
      (address) => {
        expect(readConsoleAddress(writeConsoleAddress(address))).toEqual(address);
      },
    ),
  );
});

it('only the rows in sight exist, at the top, in the middle, at the end and when the list shrank', () => {
  expect(visibleWindow(20_000, 22, 0, 440)).toEqual({ first: 0, end: 32 });
  expect(visibleWindow(20_000, 22, 220_000, 440)).toEqual({ first: 9988, end: 10_032 });
  expect(visibleWindow(20_000, 22, 20_000 * 22 - 440, 440).end).toBe(20_000);
  const shrunk = visibleWindow(5, 22, 220_000, 440);
  expect(shrunk.first).toBeLessThan(5);
  expect(shrunk.end).toBe(5);
  expect(visibleWindow(0, 22, 0, 440)).toEqual({ first: 0, end: 0 });
});
