import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from './board-status.ts';
import { boardStatusSchema } from './board-status-schema.ts';
import { FROM_RELAY, type FromRelay } from './from-relay.ts';
import { parseMessage } from './parse-message.ts';
import { TO_RELAY, type ToRelay } from './to-relay.ts';
import { boundedJsonSchema } from './wire-schemas.ts';

const status = {
  id: 'b1',
  name: 'Bench',
  path: { is: 'simulated' },
  phase: { is: 'open', since: 1 },
  provenance: 'simulated',
  usb: undefined,
  identity: EMPTY_IDENTITY,
  health: { ...EMPTY_HEALTH, errors: { crc_mismatch: 2 } },
  commands: ['status'],
  hasOutputs: false,
  outputs: 'off',
  share: { is: 'private' },
  pair: undefined,
} as const;
const read = (message: unknown) => parseMessage<ToRelay>(JSON.stringify(message), TO_RELAY);

test('a status survives the wire, with what JSON leaves out as undefined again', () => {
  const parsed = v.parse(boardStatusSchema, JSON.parse(JSON.stringify(status)));
  expect(parsed).toEqual(status);
  expect(Object.hasOwn(parsed, 'pair') && Object.hasOwn(parsed.health, 'lastReset')).toBe(true);
});

test.each([
  ['a name with a line break', { name: 'a\nb' }],
  ['an endless name', { name: 'x'.repeat(81) }],
  ['an id that is a path', { id: '../x' }],
  ['a phase nobody knows', { phase: { is: 'exploded', since: 1 } }],
  ['a date beyond dates', { phase: { is: 'open', since: 1e300 } }],
  ['a negative count', { health: { ...EMPTY_HEALTH, lost: -1 } }],
  ['no identity', { identity: null }],
  ['a thousand commands', { commands: Array.from({ length: 1_000 }, () => 'x') }],
  ['a cadence of nothing', { health: { ...EMPTY_HEALTH, cadenceMs: 0 } }],
])('a status with %s is refused, and the field is named', (_, change) => {
  const parsed = read({ t: 'offer', rid: 3, board: 'b1', status: { ...status, ...change } });
  expect(parsed).toMatchObject({ is: 'bad', rid: 3 });
  expect(parsed.is === 'bad' && parsed.reason).toContain(Object.keys(change)[0]);
});

test('what is claimed about sharing is not believed', () => {
  const lie = { ...status, share: { is: 'shared', watchers: [], mine: true } };
  expect(v.parse(boardStatusSchema, lie).share).toEqual({ is: 'private' });
});

test('JSON of any shape is bounded in depth and nodes, without recursion', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  expect(v.is(boundedJsonSchema, deep)).toBe(false);
  expect(
    v.is(
      boundedJsonSchema,
      Array.from({ length: 100_000 }, () => 1),
    ),
  ).toBe(false);
  expect(v.is(boundedJsonSchema, JSON.parse('{"a":{"__proto__":{"x":1}}}'))).toBe(false);
  expect(v.is(boundedJsonSchema, { a: [1, { b: null }] })).toBe(true);
});

test('a newer peer is not an error; a message type from a prototype is not a message', () => {
  expect(read({ t: 'from-the-future' })).toEqual({ is: 'unknown-type', type: 'from-the-future' });
  expect(read({ t: 'constructor' })).toMatchObject({ is: 'unknown-type' });
  expect(read({ t: 'ping', at: 1, more: 'fields' })).toEqual({ is: 'message', message: { t: 'ping', at: 1 } });
});

test('any text, and any JSON under a real type, is read or refused, never thrown', () => {
  const types = [...Object.keys(TO_RELAY), ...Object.keys(FROM_RELAY)];
  const anyMessage = fc
    .record({ t: fc.constantFrom(...types) })
    .chain((base) =>
      fc
        .dictionary(
          fc.constantFrom('rid', 'id', 'board', 'channel', 'status', 'records', 'request', 'puts', 'gap'),
          fc.jsonValue(),
        )
        .map((rest) => JSON.stringify({ ...rest, ...base })),
    );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), anyMessage), (text) => {
      expect(['message', 'unknown-type', 'bad']).toContain(parseMessage<ToRelay>(text, TO_RELAY).is);
      expect(['message', 'unknown-type', 'bad']).toContain(parseMessage<FromRelay>(text, FROM_RELAY).is);
    }),
    { numRuns: 2_000 },
  );
});
