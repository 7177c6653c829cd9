import { expect, test } from 'vitest';
import { readAgentOptions } from './agent-options.ts';

const LEAST = ['--serial', '/dev/ttyACM0', '--to', 'https://hyphae.example'];

test('a port and a server are enough; boards are shared unless told otherwise', () => {
  expect(readAgentOptions(LEAST, { XDG_STATE_HOME: '/state' })).toMatchObject({
    serials: ['/dev/ttyACM0'],
    url: 'wss://hyphae.example/live',
    baudRate: undefined,
    token: undefined,
    shared: true,
    idFile: '/state/hyphae/agent.json',
    log: 'info',
  });
  expect(readAgentOptions([...LEAST, '--share'], {})?.shared).toBe(true);
  expect(readAgentOptions([...LEAST, '--no-share'], {})?.shared).toBe(false);
});

test.each([
  ['http://localhost:7420', 'ws://localhost:7420/live'],
  ['http://localhost:7420/', 'ws://localhost:7420/live'],
  ['wss://hyphae.example/live', 'wss://hyphae.example/live'],
  ['https://example.org/lab/', 'wss://example.org/lab/live'],
  ['https://example.org/lab', 'wss://example.org/lab/live'],
])('%s is at %s', (to, url) => {
  expect(readAgentOptions(['--serial', 'COM3', '--to', to], {})?.url).toBe(url);
});

test('the token comes from the option, else from the environment', () => {
  const env = { HYPHAE_TOKEN: ' from-env\n' };
  expect(readAgentOptions(LEAST, env)?.token).toBe('from-env');
  expect(readAgentOptions([...LEAST, '--token', 'from-option'], env)?.token).toBe('from-option');
});

test.each([
  [['--to', 'https://hyphae.example'], '--serial is missing'],
  [['--serial', '/dev/ttyACM0'], '--to is missing'],
  [[...LEAST, '--serial', '/dev/ttyACM0'], 'given twice'],
  [[...LEAST, '--to', 'hyphae.example:7420'], '--to hyphae.example:7420'],
  [[...LEAST, '--baud', 'fast'], '--baud fast'],
  [[...LEAST, '--log', 'loud'], 'error, info, debug'],
  [[...LEAST, '--name', ' '], '--name'],
  [[...LEAST, '--token', 'a b'], 'token'],
  [[...LEAST, '--colour'], '--colour'],
])('%j is refused with the word to mend', (args, word) => {
  expect(() => readAgentOptions(args, {})).toThrow(word);
});

test('help is no mistake', () => {
  expect(readAgentOptions(['--help'], {})).toBeUndefined();
});
