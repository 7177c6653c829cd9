import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asHttpUrl, asWebSocketUrl, isThisComputer, withoutSecrets } from './shown-url.ts';

test('no secret is shown, whatever it is called', () => {
  expect(withoutSecrets('wss://me:pw@hub.example/a?access_token=x&api_key=y&sample_rate=5')).toBe(
    'wss://hub.example/a?access_token=***&api_key=***&sample_rate=5',
  );
  expect(withoutSecrets('not yet known')).toBe('not yet known');
  fc.assert(fc.property(fc.string(), (text) => void withoutSecrets(`https://a.example/${text}`)));
});

test('this computer is told from the rest of the world', () => {
  for (const here of ['http://localhost:7420/up', 'ws://127.0.0.1/x', 'http://[::1]:1/', 'http://127.1.2.3/'])
    expect([here, isThisComputer(here)]).toEqual([here, true]);
  for (const there of ['https://lab.example/', 'http://127.0.0.1.example/', 'http://localhost.example/', ''])
    expect([there, isThisComputer(there)]).toEqual([there, false]);
});

test('each transport has its own scheme for the same place', () => {
  expect(['http://a/', 'https://a/', 'wss://a/'].map(asWebSocketUrl)).toEqual(['ws://a/', 'wss://a/', 'wss://a/']);
  expect(['ws://a/', 'wss://a/', 'https://a/'].map(asHttpUrl)).toEqual(['http://a/', 'https://a/', 'https://a/']);
});
