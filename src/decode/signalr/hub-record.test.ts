import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadRun } from './bad-run.ts';
import { readHubHandshake, readHubRecord } from './hub-record.ts';
import { readNegotiation } from './negotiation.ts';

test.each([
  [
    '{"type":1,"target":"A","arguments":[1,{}]}',
    { is: 'invocation', target: 'A', args: [1, {}], invocationId: undefined },
  ],
  ['{"type":1,"target":"A"}', { is: 'invocation', target: 'A', args: [], invocationId: undefined }],
  [
    '{"type":1,"target":"A","arguments":[],"invocationId":"7"}',
    { is: 'invocation', target: 'A', args: [], invocationId: '7' },
  ],
  [
    '{"type":3,"invocationId":"0","result":null}',
    { is: 'completion', invocationId: '0', result: null, error: undefined },
  ],
  [
    '{"type":3,"invocationId":"0","error":"no"}',
    { is: 'completion', invocationId: '0', result: undefined, error: 'no' },
  ],
  ['{"type":6}', { is: 'ping' }],
  ['{"type":7}', { is: 'close', error: undefined, allowReconnect: false }],
  ['{"type":7,"error":"e","allowReconnect":true}', { is: 'close', error: 'e', allowReconnect: true }],
  ['{"type":42}', { is: 'other', type: 42, record: { type: 42 } }],
  ['{"type":1,"target":"","arguments":[]}', { is: 'bad', why: 'bad-invocation' }],
  ['{"type":1,"target":"A","arguments":{}}', { is: 'bad', why: 'bad-invocation' }],
  ['{"type":3}', { is: 'bad', why: 'bad-completion' }],
  ['{}', { is: 'bad', why: 'no-type' }],
  ['{"type":"1"}', { is: 'bad', why: 'no-type' }],
  ['[]', { is: 'bad', why: 'not-object' }],
  ['{', { is: 'bad', why: 'bad-json' }],
])('reads %s', (text, record) => {
  expect(readHubRecord(text)).toEqual(record);
});

test('the handshake is accepted, rejected with words, or something else altogether', () => {
  expect(readHubHandshake('{}')).toEqual({ is: 'accepted' });
  expect(readHubHandshake('{"error":"no"}')).toEqual({ is: 'rejected', error: 'no' });
  expect(readHubHandshake('{"type":6}')).toEqual({ is: 'bad', why: 'not-object' });
  expect(readHubHandshake('<html>')).toEqual({ is: 'bad', why: 'bad-json' });
});

test('never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(readHubRecord(text)).toHaveProperty('is');
      expect(readHubHandshake(text)).toHaveProperty('is');
    }),
  );
});

test('a negotiation gives the token to connect with; without one the id is it', () => {
  const base = { connectionId: 'id', availableTransports: [{ transport: 'WebSockets' }, { nothing: 1 }, null] };
  expect(readNegotiation({ ...base, negotiateVersion: 1, connectionToken: 'to+ken' })).toEqual({
    is: 'negotiated',
    negotiation: { connectionId: 'id', connectQuery: 'id=to%2Bken', transports: ['WebSockets'] },
  });
  expect(readNegotiation(base)).toMatchObject({ negotiation: { connectQuery: 'id=id' } });
  expect(readNegotiation({ url: 'https://x', accessToken: 't' })).toEqual({
    is: 'redirect',
    url: 'https://x',
    accessToken: 't',
  });
  expect(readNegotiation({ error: 'no' })).toEqual({ is: 'rejected', error: 'no' });
  expect(readNegotiation({ ...base, negotiateVersion: 1 })).toEqual({ is: 'bad' });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(readNegotiation(value)).toHaveProperty('is');
    }),
  );
});

test('five bad records in a row are too many; a good one between them forgives', () => {
  const run = new BadRun();
  expect([run.bad(), run.bad(), run.bad(), run.bad()]).toEqual([false, false, false, false]);
  run.good();
  expect([run.bad(), run.bad(), run.bad(), run.bad(), run.bad()]).toEqual([false, false, false, false, true]);
});
