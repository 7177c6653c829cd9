import { MessageType } from '@microsoft/signalr';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TolerantProtocol } from './signalr-protocol.ts';

const END = '\x1e';

function read(pieces: readonly (string | ArrayBuffer)[], maxBytes = 1_000) {
  const log: string[] = [];
  const protocol = new TolerantProtocol({
    maxBytes,
    onInvocation: ({ target, arguments: args }) => log.push(`${target} ${JSON.stringify(args)}`),
    onOther: (type) => log.push(`type ${type}`),
    onSent: (record) => log.push(`sent ${record}`),
    onUnreadable: (_, inARow) => log.push(`unreadable ${inARow}`),
    onTooLarge: () => log.push('too large'),
    onUnknownType: (type) => log.push(`unknown ${type}`),
    onClose: (error, allowReconnect) => log.push(`close ${error} ${allowReconnect}`),
  });
  const messages = pieces.flatMap((piece) => protocol.parseMessages(piece));
  return { log, messages, protocol };
}
const invocation = (target: string, ...args: unknown[]): string =>
  JSON.stringify({ type: 1, target, arguments: args }) + END;

test('several records in a message, one record in several messages', () => {
  const a = invocation('A', 1);
  const b = invocation('B', { x: 'é' });
  expect(read([a + b]).log).toEqual(['A [1]', 'B [{"x":"é"}]']);
  expect(read([...(a + b)]).log).toEqual(['A [1]', 'B [{"x":"é"}]']);
});

test('a record that cannot be read costs itself, and a good one forgives it', () => {
  const bad = [
    'not json',
    '[]',
    '{}',
    '{"type":"1"}',
    '{"type":1}',
    '{"type":3,"result":1}',
    '{"type":1,"target":"A","arguments":{}}',
  ];
  const { log } = read([`${bad.join(END)}${END}${invocation('A')}nonsense${END}`]);
  expect(log).toEqual([...bad.map((_, index) => `unreadable ${index + 1}`), 'A []', 'unreadable 1']);
});

test('the library gets what it must answer or wait for, and nothing else', () => {
  const { messages, log } = read([
    `${invocation('A')}{"type":1,"target":"B","invocationId":"1","arguments":[]}${END}{"type":3,"invocationId":"0"}${END}` +
      `{"type":6}${END}{"type":99}${END}{"type":7,"error":"away","allowReconnect":true}${END}`,
  ]);
  expect(messages.map(({ type }) => type)).toEqual([
    MessageType.Invocation,
    MessageType.Completion,
    MessageType.Ping,
    MessageType.Close,
  ]);
  expect(log).toEqual(['A []', 'B []', 'type 3', 'type 6', 'unknown 99', 'type 7', 'close away true']);
});

test('a record beyond the limit ends it before it fills memory', () => {
  const pieces = Array.from({ length: 1_000 }, () => 'x'.repeat(100));
  expect(read(pieces).log).toEqual(['too large']);
  expect(read([pieces.join('') + END]).log).toEqual(['too large']);
});

test('bytes may be cut inside a character', () => {
  const bytes = new TextEncoder().encode(invocation('A', 'naïve 🍄'));
  const pieces = [...bytes].map((byte) => Uint8Array.of(byte).buffer);
  expect(read(pieces).log).toEqual(['A ["naïve 🍄"]']);
});

test('however records are cut, they say the same', () => {
  const record = fc.oneof(
    fc.tuple(fc.string({ minLength: 1, maxLength: 5 }), fc.json()).map(([target, json]) => invocation(target, json)),
    fc.constantFrom(`{"type":6}${END}`, `broken${END}`, END, `{"type":12}${END}`),
  );
  fc.assert(
    fc.property(fc.array(record, { maxLength: 10 }), fc.array(fc.nat(200), { maxLength: 20 }), (records, lengths) => {
      const whole = records.join('');
      const pieces: string[] = [];
      let at = 0;
      for (const length of lengths) {
        pieces.push(whole.slice(at, at + length));
        at += length;
      }
      pieces.push(whole.slice(at));
      expect(read(pieces, 100_000).log).toEqual(read([whole], 100_000).log);
      expect(read([...whole], 100_000).log).toEqual(read([whole], 100_000).log);
    }),
  );
});

test('any text at all is read without throwing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.json(), fc.constant(END)), { maxLength: 30 }),
      (pieces) => void read(pieces),
    ),
  );
});
