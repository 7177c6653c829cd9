import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTarget, sortedQuery } from './asked-target.ts';
import { compilePath, RouteTable } from './route-match.ts';

const path = (url: string) => {
  const target = readTarget(url);
  return typeof target === 'string' ? target : target.path;
};

test('a path goes on as it is written', () => {
  expect(readTarget('/up/mas-devices/api/devices/mycobrain--dev-ttyACM0?limit=5&a=%20b')).toEqual({
    slug: 'mas-devices',
    path: '/api/devices/mycobrain--dev-ttyACM0',
    segments: ['api', 'devices', 'mycobrain--dev-ttyACM0'],
    query: 'limit=5&a=%20b',
  });
  expect(path('/up/crep/a/COM7%3A1')).toBe('/a/COM7%3A1');
  expect(path('/up/crep/a/')).toBe('/a/');
});

test('whatever could be read in two ways is refused', () => {
  for (const [url, why] of [
    ['http://evil.example/up/crep/a', 'not-a-path'],
    ['//evil.example/up/crep/a', 'not-a-path'],
    ['/up/crep', 'bad-path'],
    ['/up//a', 'unknown-upstream'],
    ['/up/CREP/a', 'unknown-upstream'],
    ['/up/crep:8080/a', 'unknown-upstream'],
    ['/up/crep@evil.example/a', 'unknown-upstream'],
    ['/up/crep/../mas-devices/a', 'bad-path'],
    ['/up/crep/a/./b', 'bad-path'],
    ['/up/crep/a/%2e%2e/b', 'bad-path'],
    ['/up/crep/a/%2E./b', 'bad-path'],
    ['/up/crep/a%2fb', 'bad-path'],
    ['/up/crep/a%5Cb', 'bad-path'],
    ['/up/crep/a\\b', 'bad-path'],
    ['/up/crep/a//b', 'bad-path'],
    ['/up/crep/a;x=1/b', 'bad-path'],
    ['/up/crep/a%3bx', 'bad-path'],
    ['/up/crep/a%252e', 'bad-path'],
    ['/up/crep/a%00', 'bad-path'],
    ['/up/crep/a%0d%0aX:1', 'bad-path'],
    ['/up/crep/a%zz', 'bad-path'],
    ['/up/crep/a%ff', 'bad-path'],
    ['/up/crep/a b', 'bad-path'],
    ['/up/crep/a#b', 'bad-path'],
    ['/up/crep/ä', 'bad-path'],
    ['/up/crep/a?x=\u0000', 'bad-query'],
    ['/up/crep/a?x=%0d%0a', 'bad-query'],
    ['/up/crep/a?x=#y', 'bad-query'],
    [`/up/crep/${'a'.repeat(3_000)}`, 'target-too-long'],
    [`/up/crep/${'a/'.repeat(40)}a`, 'target-too-long'],
    [`/up/crep/a?${'x'.repeat(9_000)}`, 'target-too-long'],
  ] as const)
    expect(path(url), url).toBe(why);
});

test('keys and our own words in a query stay here, however they are spelled', () => {
  const query = (text: string) => {
    const target = readTarget(`/up/crep/a?${text}`);
    return typeof target === 'string' ? target : target.query;
  };
  expect(query('access_token=x&a=1&API_KEY=y&hyphae=1&apikey=z&x-api-key=q&&b=2')).toBe('a=1&b=2');
  expect(query('%61ccess_token=x&api%5Fkey=y&+api_key=z')).toBe('');
  expect(query('token=kept&id=7')).toBe('token=kept&id=7');
  expect(sortedQuery('b=2&a=1')).toBe(sortedQuery('a=1&b=2'));
  expect(sortedQuery('a=1&b=2&a=3'), 'of the same name the last may count').not.toBe(sortedQuery('a=3&b=2&a=1'));
});

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '/',
      '\\',
      '//',
      '%5c',
      ';',
      '%00',
      '@',
      ':',
      '?',
      '#',
      '%',
      'a',
      'api',
      '*',
      '**',
      '~',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
  { maxLength: 12 },
);

test('a hostile path never throws, and what passes stays below its upstream', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const target = readTarget(`/up/crep/${parts.join('')}`);
      if (typeof target === 'string') return;
      const url = new URL(`http://upstream.example:1/base${target.path}?${target.query}`);
      expect(url.host).toBe('upstream.example:1');
      expect(url.pathname).toBe(`/base${target.path}`);
      expect(decodeURIComponent(target.path)).not.toMatch(/\\|\/\.\.?(\/|$)|\0/);
    }),
    { numRuns: 3_000 },
  );
});

test('no hostile path gets past a list, other than a value in the place of its star', () => {
  const matches = compilePath('/api/devices/*/telemetry');
  fc.assert(
    fc.property(hostile, (parts) => {
      const target = readTarget(`/up/crep/api/devices/${parts.join('')}/telemetry`);
      if (typeof target === 'string' || !matches(target.segments)) return;
      expect(target.segments).toHaveLength(4);
      expect(decodeURIComponent(target.segments[2] ?? '')).not.toMatch(/[/\\]|^\.*$/);
    }),
    { numRuns: 3_000 },
  );
});

test('paths: exact, one segment, any more', () => {
  const fits = (pattern: string, text: string) => compilePath(pattern)(text.slice(1).split('/'));
  expect(fits('/a/b', '/a/b')).toBe(true);
  expect(fits('/a/b', '/a/b/')).toBe(false);
  expect(fits('/a/b/', '/a/b/')).toBe(true);
  expect(fits('/a/b', '/a/B')).toBe(false);
  expect(fits('/a/b', '/a/%62')).toBe(false);
  expect(fits('/a/*', '/a/x')).toBe(true);
  expect(fits('/a/*', '/a/')).toBe(false);
  expect(fits('/a/*', '/a/x/y')).toBe(false);
  expect(fits('/a/**', '/a/x/y')).toBe(true);
  expect(fits('/a/**', '/a')).toBe(false);
  expect(fits('/a/**', '/ab/x')).toBe(false);
  expect(fits('/**', '/x')).toBe(true);
});

test('a table knows which of a path’s routes is asked for', () => {
  const table = new RouteTable(
    [
      { is: 'http', methods: ['GET', 'POST'], path: '/hub', cadenceMs: 0, role: 'viewer' },
      { is: 'stream', path: '/hub', role: 'viewer' },
      { is: 'socket', path: '/hub', role: 'viewer', send: [] },
      { is: 'stream', methods: ['POST'], path: '/said', role: 'operator' },
      { is: 'http', methods: ['GET'], path: '/other', cadenceMs: 0, role: 'viewer' },
    ],
    ['/hub', '/said'],
  );
  expect(table.request(['hub'], 'GET', true)?.is).toBe('stream');
  expect(table.request(['hub'], 'GET', false)?.is).toBe('http');
  expect(table.request(['hub'], 'POST', true)?.is).toBe('http');
  expect(table.request(['said'], 'POST', false)?.is).toBe('stream');
  expect(table.request(['said'], 'GET', false)).toBeUndefined();
  expect(table.socket(['hub'])?.is).toBe('socket');
  expect(table.methods(['hub'])).toEqual(['GET', 'POST']);
  expect(table.request(['other'], 'GET', false), 'narrowed away').toBeUndefined();
});
