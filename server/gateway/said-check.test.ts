import { expect, test } from 'vitest';
import { SaidCheck } from './said-check.ts';

const END = '\u001e';
const HANDSHAKE = `{"protocol":"json","version":1}${END}`;

test('JSON by its type, and only when it is a whole object', () => {
  const check = new SaidCheck({ send: ['subscribe', 'ping'] });
  expect(check.mayText('{"type":"ping"}')).toBe(true);
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
    expect(check.mayText(text), text).toBe(false);
  expect(check.mayBinary()).toBe(false);
  expect(check.mayText(HANDSHAKE), 'later than first it is no handshake').toBe(false);
});

test('SignalR by its target, in any case, record by record', () => {
  const check = new SaidCheck({ send: ['JoinDashboardGroup'] });
  expect(check.mayText(HANDSHAKE)).toBe(true);
  expect(check.isSignalr).toBe(true);
  const join = `{"type":1,"target":"joindashboardgroup","arguments":[]}${END}`;
  expect(check.mayText(join)).toBe(true);
  expect(check.mayText(`{"type":6}${END}`)).toBe(true);
  expect(check.mayText(`{"type":6}${END}${join}`)).toBe(true);
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
    expect(check.mayText(text), text).toBe(false);
});

test('the handshake may carry what follows it', () => {
  const both = `${HANDSHAKE}{"type":1,"target":"Join","arguments":[]}${END}`;
  expect(new SaidCheck({ send: ['Join'] }).mayText(both)).toBe(true);
  expect(new SaidCheck({ send: [] }).mayText(both)).toBe(false);
});

test('binary and anything where the list says so', () => {
  expect(new SaidCheck({ send: ['binary'] }).mayBinary()).toBe(true);
  expect(new SaidCheck({ send: ['binary'] }).mayText('{"text":"hi"}')).toBe(false);
  const any = new SaidCheck({ send: ['*'] });
  expect([any.mayText('anything'), any.mayBinary()]).toEqual([true, true]);
});
