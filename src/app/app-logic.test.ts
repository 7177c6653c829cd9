import { describe, expect, it } from 'vitest';
import { parseLook } from '../components/look.ts';
import { errorLines, operatingSystem } from '../i18n/errors.ts';
import { stopWords } from './emergency-stop.ts';
import { searchEntries } from './palette-entries.ts';
import { shortcutFor } from './shortcuts.ts';

const VIEWS = [{ path: '/console', key: 'c' }];
const press = (key: string, more: Partial<Parameters<typeof shortcutFor>[0]> = {}) =>
  shortcutFor({ key, ctrl: false, alt: false, typing: false, before: undefined, ...more }, VIEWS);

describe('shortcuts', () => {
  it('goes by g and a letter, never while typing', () => {
    expect(press('c')).toBeUndefined();
    expect(press('c', { before: 'g' })).toEqual({ do: 'go', path: '/console' });
    expect(press('?', { typing: true })).toBeUndefined();
    expect(press('k', { ctrl: true, typing: true })).toEqual({ do: 'palette' });
  });
});

it('the palette finds all words in any order, beginnings first', () => {
  const entry = (label: string) => ({ id: label, label, detail: '', run: { go: '/' } });
  const found = searchEntries([entry('Board: read tone'), entry('Tone of the board'), entry('Settings')], 'tone board');
  expect(found.map(({ label }) => label)).toEqual(['Tone of the board', 'Board: read tone']);
});

it('a saved look that is broken or foreign becomes the default', () => {
  expect(parseLook('{"theme":"light","contrast":7}')).toEqual({ theme: 'light', contrast: 'auto', density: 'auto' });
  expect(parseLook('not json').theme).toBe('dark');
  expect(parseLook('null').theme).toBe('dark');
});

describe('errors', () => {
  it('give the command that mends them where there is one', () => {
    expect(errorLines('port-no-permission', 'linux').command).toContain('dialout');
    expect(errorLines('port-no-permission', 'windows').now).toContain('Device Manager');
    expect(errorLines('port-in-use', 'mac').command).toContain('lsof');
  });
  it('never says that nothing was sent, or nothing about it, when something may have been', () => {
    for (const code of ['owner-offline', 'bus-down', 'relay-offline'] as const) {
      const { data } = errorLines(code, 'linux', 'the server did not answer; the bytes may have been sent');
      expect(data, code).toContain('may have');
      expect(errorLines(code, 'linux', 'nothing was sent').data, code).not.toContain('may have');
    }
  });
  it('says why something is not allowed, when that is known', () => {
    const { what } = errorLines('not-allowed', 'linux', 'an emergency stop is not called back');
    expect(what).toBe('An emergency stop is not called back.');
    expect(errorLines('not-allowed', 'linux').what).toBe('Your role does not allow this.');
  });
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64)', 'linux'],
    ['Mozilla/5.0 (Linux; Android 15)', 'android'],
    ['Mozilla/5.0 (X11; CrOS x86_64)', 'chromeos'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X)', 'mac'],
    ['Mozilla/5.0 (Windows NT 10.0)', 'windows'],
    ['something', 'other'],
  ])('%s is %s', (agent, os) => expect(operatingSystem(agent)).toBe(os));
});

it('a stop that failed is never taken for one that worked', () => {
  const update = (
    state: Parameters<typeof stopWords>[0] extends infer U
      ? NonNullable<U> extends { state: infer S }
        ? S
        : never
      : never,
  ) => stopWords({ id: '1', board: 'b', name: 'estop', params: {}, by: 'me', at: 0, state });
  expect(stopWords(undefined).level).toBe('wait');
  expect(update({ is: 'done', acknowledged: true, rttMs: 4, answer: 'ok' }).level).toBe('ok');
  expect(update({ is: 'done', acknowledged: false, rttMs: undefined, answer: undefined }).level).toBe('warn');
  const failed = update({ is: 'failed', error: { code: 'command-timeout', message: 'no answer' }, answer: undefined });
  expect(failed).toEqual({ level: 'alarm', text: 'NOT stopped (no answer): switch off its supply' });
});
