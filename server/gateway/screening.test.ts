import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventScreen } from './event-screen.ts';
import { maskAddresses } from './mask-addresses.ts';
import { looksLikeJson, screenText } from './screening.ts';

/** Takes `secret` out; lets nothing of `private` through. */
const screen = (_path: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('private' in value) return undefined;
  if (!('secret' in value)) return value;
  const { secret: _, ...rest } = value;
  return rest;
};

test('what holds nothing passes as the very text, NaN and long numbers too', () => {
  for (const text of ['{"a": 1.0}', '{"a":12345678901234567890}', '{"a":NaN,"b":-Infinity}'])
    expect(screenText(screen, '/p', text)).toEqual({ is: 'pass', text });
  expect(screenText(undefined, '/p', '{half')).toEqual({ is: 'pass', text: '{half' });
});

test('what holds something passes without it; what may not pass, or cannot be read, does not', () => {
  expect(screenText(screen, '/p', '{"secret":1,"a":NaN}')).toEqual({ is: 'pass', text: '{"a":null}' });
  expect(screenText(screen, '/p', '{"private":1}')).toEqual({ is: 'withheld' });
  expect(screenText(screen, '/p', '{"secret":1')).toEqual({ is: 'bad-json' });
});

test('records of a hub are screened one by one', () => {
  const text = '{"type":6}\u001e{"private":1}\u001e{"secret":1,"b":2}\u001e';
  expect(screenText(screen, '/p', text)).toEqual({ is: 'pass', text: '{"type":6}\u001e{"b":2}\u001e' });
  expect(screenText(screen, '/p', '{"private":1}\u001e')).toEqual({ is: 'withheld' });
});

test('what can be looked through and not be written again is withheld; it ends nothing', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  expect(screenText(screen, '/p', `{"secret":1,"a":${deep}}`)).toEqual({ is: 'withheld' });
  const broken = (): unknown => {
    throw new TypeError('not thought of');
  };
  expect(screenText(broken, '/p', '{"a":1}')).toEqual({ is: 'withheld' });
});

test('the end of a record is no plain word', () => {
  expect(looksLikeJson('ret":1}\u001e')).toBe(true);
});

test('plain words are no JSON; half an object is meant to be', () => {
  expect(['pong', '[DONE]', 'keepalive'].map(looksLikeJson)).toEqual([false, false, false]);
  expect(['{"a', ' [1', '{'].map(looksLikeJson)).toEqual([true, true, true]);
});

const events = (chunks: readonly string[]) => {
  const counted: string[] = [];
  const one = new EventScreen(screen, '/p', (reason) => counted.push(reason));
  return { text: chunks.map((chunk) => one.push(chunk)).join(''), counted };
};

test('an event stream keeps names, ids, comments and retry, however it is cut', () => {
  const source =
    ': hi\n\nid: 1\nevent: tick\ndata: {"secret":1,"a":2}\n\nretry: 500\nid: 2\ndata: {"private":1}\n\ndata: [DONE]\n\nid: 3\r\ndata: {"b":\r\ndata: 1}\r\n\r\ndata: {"half\n\n';
  const expected =
    ': hi\nid: 1\nevent: tick\ndata: {"a":2}\n\nretry: 500\nid: 2\n\ndata: [DONE]\n\nid: 3\ndata: {"b":\ndata: 1}\n\n';
  expect(events([source])).toEqual({ text: expected, counted: ['withheld', 'bad-json'] });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 60 }), (sizes) => {
      const chunks: string[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(source.slice(at, at + size));
        at += size;
      }
      chunks.push(source.slice(at));
      expect(events(chunks).text).toBe(expected);
    }),
  );
});

test('a record of a hub that is spread over events is screened when it is whole', () => {
  const one = new EventScreen(screen, '/p', () => undefined, true);
  const said = ['data: {"type":6}\u001e{"secr\n\n', 'data: et":1,"b"\n\n', 'data: :2}\u001e\n\n'].map((piece) =>
    one.push(piece),
  );
  expect(said).toEqual(['data: {"type":6}\u001e\n\n', '', 'data: {"b":2}\u001e\n\n']);
});

test('an event that never ends is given up', () => {
  const one = new EventScreen(screen, '/p', () => undefined);
  let ended = false;
  for (let n = 0; n < 40 && !ended; n++) ended = one.push(`data: ${'x'.repeat(100_000)}\n`) === undefined;
  expect(ended).toBe(true);
});

test('private addresses are masked, public ones and times are not', () => {
  // Put together here, so that no such address stands in the repository.
  const four = (...parts: number[]) => parts.join('.');
  const ten = four(10, 0, 0, 7);
  expect(maskAddresses(`Cannot connect to host ${ten}:8001 [refused]`)).toBe(
    'Cannot connect to host [address]:8001 [refused]',
  );
  for (const address of [
    four(192, 168, 1, 9),
    four(172, 16, 0, 1),
    four(172, 31, 9, 9),
    four(169, 254, 1, 1),
    four(100, 64, 0, 1),
    '127.0.0.1',
  ])
    expect(maskAddresses(`at ${address}.`), address).toBe('at [address].');
  for (const address of ['::1', 'fd12:3456::1', 'fe80::1', `::ffff:${ten}`])
    expect(maskAddresses(`at [${address}]:80`), address).toBe('at [[address]]:80');
  for (const address of ['0:0:0:0:0:0:0:1', '::ffff:a00:7', '::ffff:0a00:0007'])
    expect(maskAddresses(`at [${address}]:80`), address).toBe('at [[address]]:80');
  for (const text of [
    '::ffff:808:808',
    'std::string',
    '8.8.8.8',
    '172.32.0.1',
    '2001:db8::1',
    '2026-08-14T10:00:00.000001',
    'version 10.2.3',
    '1.2.3.4.5',
    'a::b',
    '12:30:15',
  ])
    expect(maskAddresses(text), text).toBe(text);
});

test('masking as long a text as is ever masked takes no time', () => {
  for (const part of [':', '1.', 'f:', '1:2.', '::1 ', '1.2.3.4.']) {
    const startedAt = performance.now();
    maskAddresses(part.repeat(65_536 / part.length));
    expect(performance.now() - startedAt, part).toBeLessThan(1_000);
  }
});

test('masking never throws and leaves no private address of four numbers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 10 }), (before, after) => {
      expect(typeof maskAddresses(before + after)).toBe('string');
      const address = [10, 1, 2, 3].join('.');
      expect(maskAddresses(`${before} ${address} ${after}`)).not.toContain(` ${address} `);
    }),
  );
});
