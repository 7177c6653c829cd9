import { expect, test } from 'vitest';
import { SaidCheck } from './said-check.ts';

const END = '\u001e';
const may = (check: SaidCheck, text: string): boolean => check.passed(text) !== undefined;
const HANDSHAKE = `{"protocol":"json","version":1}${END}`;

test('JSON by its type, and only when it is a whole object', () => {
  const check = new SaidCheck({ send: ['subscribe', 'ping'] });
  expect(may(check, '{"type":"ping"}')).toBe(true);
  for (const text of [
    '{"type":"stimulate"}',
    '{"type":["ping"]}',
    '{"type":6}',
    '[{"type":"ping"}]',
    'ping',
    '{"type":"ping"',
    'null',
    '123',
  ])
    expect(may(check, text), text).toBe(false);
  expect(check.mayBinary()).toBe(false);
  expect(may(check, HANDSHAKE), 'later than first it is no handshake').toBe(false);
});

test('SignalR by its target, in any case, record by record', () => {
  const check = new SaidCheck({ send: ['JoinDashboardGroup'] });
  expect(may(check, HANDSHAKE)).toBe(true);
  expect(check.isSignalr).toBe(true);
  const join = `{"type":1,"target":"joindashboardgroup","arguments":[]}${END}`;
  expect(may(check, join)).toBe(true);
  expect(may(check, `{"type":6}${END}`)).toBe(true);
  expect(may(check, `{"type":6}${END}${join}`)).toBe(true);
  for (const text of [
    `{"type":1,"target":"SendCommand","arguments":[]}${END}`,
    `${join}{"type":1,"target":"SendCommand"}${END}`,
    `{"type":4,"target":"SendCommand"}${END}`,
    `{"type":1}${END}`,
    `{"type":"1","target":"JoinDashboardGroup"}${END}`,
    '{"type":1,"target":"JoinDashboardGroup"}',
    `{"type":1,"target":"JoinDash`,
    `{"type":2}${END}`,
  ])
    expect(may(check, text), text).toBe(false);
});

test('the handshake may carry what follows it', () => {
  const both = `${HANDSHAKE}{"type":1,"target":"Join","arguments":[]}${END}`;
  expect(may(new SaidCheck({ send: ['Join'] }), both)).toBe(true);
  expect(may(new SaidCheck({ send: [] }), both)).toBe(false);
});

test('binary and anything where the list says so', () => {
  expect(new SaidCheck({ send: ['binary'] }).mayBinary()).toBe(true);
  expect(may(new SaidCheck({ send: ['binary'] }), '{"text":"hi"}')).toBe(false);
  const any = new SaidCheck({ send: ['*'] });
  expect([may(any, 'anything'), any.mayBinary()]).toEqual([true, true]);
});

test('what was judged is what goes on: a name that comes twice has one meaning only', () => {
  const check = new SaidCheck({ send: ['ping'] });
  expect(check.passed('{"type":"stimulate","type":"ping"}')).toBe('{"type":"ping"}');
  expect(check.passed('{"type":"ping","type":"stimulate"}')).toBeUndefined();
  const hub = new SaidCheck({ send: ['Join'] });
  expect(hub.passed(HANDSHAKE)).toBe(HANDSHAKE);
  expect(hub.passed(`{"type":1,"target":"Command","target":"Join"}${END}{"type": 6}${END}`)).toBe(
    `{"type":1,"target":"Join"}${END}{"type":6}${END}`,
  );
});

test('the words of the list that are no types are none', () => {
  expect(may(new SaidCheck({ send: ['binary', 'user_speech'] }), '{"type":"binary"}')).toBe(false);
});

test('a hub speaks JSON here: what comes in another encoding could not be looked through', () => {
  expect(may(new SaidCheck({ send: ['Join'] }), `{"protocol":"messagepack","version":1}${END}`)).toBe(false);
});

test('what an upstream refuses to hear by POST is not said on its socket either', () => {
  const check = new SaidCheck({ send: ['create_session'] }, { refuse: (said) => Object.hasOwn(said, 'user_id') });
  expect(may(check, '{"type":"create_session","user_id":"u"}')).toBe(false);
  expect(may(check, '{"type":"create_session"}')).toBe(true);
});

test('nesting that nobody can write again is refused, not an end of the server', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  expect(may(new SaidCheck({ send: ['ping'] }), `{"type":"ping","a":${deep}}`)).toBe(false);
});
