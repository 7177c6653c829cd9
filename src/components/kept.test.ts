import { afterEach, expect, test, vi } from 'vitest';
import { readKept, writeKept } from './kept.ts';

afterEach(() => vi.unstubAllGlobals());

test('where there is storage it keeps, and forgets', () => {
  const map = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, text: string) => map.set(key, text),
    removeItem: (key: string) => map.delete(key),
  });
  expect(readKept('a')).toBeNull();
  expect(writeKept('a', '1')).toBe(true);
  expect(readKept('a')).toBe('1');
  expect(writeKept('a', null)).toBe(true);
  expect(readKept('a')).toBeNull();
});

test('where storage is forbidden, full or not there at all, nothing is thrown and it is told', () => {
  const refuse = () => {
    throw new DOMException('', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, removeItem: refuse });
  expect(readKept('a')).toBeNull();
  expect(writeKept('a', '1')).toBe(false);
  expect(writeKept('a', null)).toBe(false);
  vi.stubGlobal('localStorage', undefined);
  expect(readKept('a')).toBeNull();
  expect(writeKept('a', '1')).toBe(false);
});
