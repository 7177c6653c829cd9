import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { acceptKey, parseUpgrade, refusalResponse, type Upgrade } from './handshake.ts';

const HEADERS = {
  host: 'relay.example',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'hyphae.v1',
};

const ask = (
  headers: Record<string, string | undefined> = {},
  { method = 'GET', httpVersion = '1.1', deflate = true } = {},
): Upgrade =>
  parseUpgrade({ method, httpVersion, headers: { ...HEADERS, ...headers } } as unknown as IncomingMessage, {
    subprotocol: 'hyphae.v1',
    deflate,
  });

const extensionsOf = (offer: string, deflate = true): string | undefined => {
  const upgrade = ask({ 'sec-websocket-extensions': offer }, { deflate });
  if (!upgrade.ok) return upgrade.reason;
  const answer = /Sec-WebSocket-Extensions: (.*)\r\n/.exec(upgrade.headers)?.[1];
  expect(upgrade.deflate).toBe(answer !== undefined);
  return answer;
};

test('the key of RFC 6455 §1.3', () => {
  expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('the whole answer', () => {
  expect(ask()).toEqual({
    ok: true,
    deflate: false,
    headers:
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: hyphae.v1\r\n\r\n',
  });
});

test.each([
  ['the case of tokens', { upgrade: 'WebSocket', connection: 'upgrade' }],
  ['several tokens', { upgrade: 'h2c, websocket', connection: 'keep-alive, Upgrade' }],
  ['several subprotocols, ours not first', { 'sec-websocket-protocol': 'other.v2,  hyphae.v1 , bearer.abc' }],
  ['a key with loose last bits', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZR==' }],
])('%s does not matter', (_, headers) => {
  expect(ask(headers)).toMatchObject({ ok: true });
});

test.each([
  ['no Upgrade', { upgrade: undefined }, '400 Bad Request', 'ws-upgrade-missing'],
  ['another Upgrade', { upgrade: 'websocket2' }, '400 Bad Request', 'ws-upgrade-missing'],
  ['no Connection', { connection: undefined }, '400 Bad Request', 'ws-connection-not-upgrade'],
  ['a Connection without upgrade', { connection: 'keep-alive' }, '400 Bad Request', 'ws-connection-not-upgrade'],
  ['no version', { 'sec-websocket-version': undefined }, '426 Upgrade Required', 'ws-version'],
  ['an old version', { 'sec-websocket-version': '8' }, '426 Upgrade Required', 'ws-version'],
  ['two versions', { 'sec-websocket-version': '13, 8' }, '426 Upgrade Required', 'ws-version'],
  ['no key', { 'sec-websocket-key': undefined }, '400 Bad Request', 'ws-bad-key'],
  ['a short key', { 'sec-websocket-key': 'dGhlIHNhbXBsZQ==' }, '400 Bad Request', 'ws-bad-key'],
  ['a long key', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZSBsb25nZXI=' }, '400 Bad Request', 'ws-bad-key'],
  ['a key with a line break', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==\n' }, '400 Bad Request', 'ws-bad-key'],
  ['two keys', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==, x' }, '400 Bad Request', 'ws-bad-key'],
  ['no subprotocol', { 'sec-websocket-protocol': undefined }, '400 Bad Request', 'subprotocol-missing'],
  ['another subprotocol', { 'sec-websocket-protocol': 'hyphae.v10' }, '400 Bad Request', 'subprotocol-missing'],
])('%s is refused', (_, headers, status, reason) => {
  expect(ask(headers)).toEqual({ ok: false, status, reason });
});

test('another method or an old HTTP is refused', () => {
  expect(ask({}, { method: 'POST' })).toEqual({
    ok: false,
    status: '405 Method Not Allowed',
    reason: 'ws-method-not-get',
  });
  expect(ask({}, { httpVersion: '1.0' })).toEqual({ ok: false, status: '400 Bad Request', reason: 'ws-http-version' });
});

const PLAIN = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

test.each([
  ['Firefox', 'permessage-deflate', PLAIN],
  ['Chrome and Safari', 'permessage-deflate; client_max_window_bits', PLAIN],
  ['a client window', 'permessage-deflate; client_max_window_bits=10', PLAIN],
  ['both without takeover', 'permessage-deflate;server_no_context_takeover ;client_no_context_takeover', PLAIN],
  ['the full server window', 'permessage-deflate; server_max_window_bits=15', `${PLAIN}; server_max_window_bits=15`],
  ['a quoted value', 'permessage-deflate; server_max_window_bits="15"', `${PLAIN}; server_max_window_bits=15`],
  ['a small server window', 'permessage-deflate; server_max_window_bits=10', undefined],
  ['a fallback', 'permessage-deflate; server_max_window_bits=10, permessage-deflate', PLAIN],
  ['another extension first', 'x-webkit-deflate-frame, permessage-deflate', PLAIN],
  ['only another extension', 'bbf-usp-protocol; a=1', undefined],
  ['an unknown parameter', 'permessage-deflate; level=9', undefined],
  ['a parameter twice', 'permessage-deflate; client_max_window_bits; client_max_window_bits', undefined],
  ['a value where none belongs', 'permessage-deflate; server_no_context_takeover=1', undefined],
  ['a window too large', 'permessage-deflate; client_max_window_bits=16', undefined],
  ['a window with a zero', 'permessage-deflate; server_max_window_bits=015', undefined],
  ['a server window without a value', 'permessage-deflate; server_max_window_bits', undefined],
  ['nothing', '', undefined],
  ['a stray comma', 'permessage-deflate,', 'ws-bad-extensions'],
  ['a name with a value', 'permessage-deflate=1', 'ws-bad-extensions'],
  ['an open quote', 'permessage-deflate; a="1', 'ws-bad-extensions'],
  ['no token', ';', 'ws-bad-extensions'],
  ['a control character', 'permessage\u0001deflate', 'ws-bad-extensions'],
])('deflate is negotiated: %s', (_, offer, answer) => {
  expect(extensionsOf(offer)).toBe(answer);
});

test('without deflate nothing is agreed on, whatever is offered', () => {
  expect(extensionsOf('permessage-deflate', false)).toBeUndefined();
});

test('a long hostile offer is answered at once', () => {
  expect(extensionsOf(`${'a; '.repeat(5_000)}"`)).toBe('ws-bad-extensions');
  expect(extensionsOf(`a${' '.repeat(16_000)}"`)).toBe('ws-bad-extensions');
});

test('a refusal says what to do next', () => {
  expect(refusalResponse({ status: '426 Upgrade Required', reason: 'ws-version' })).toBe(
    'HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\nContent-Length: 11\r\n\r\nws-version\n',
  );
  expect(refusalResponse({ status: '405 Method Not Allowed', reason: 'x' })).toContain('\r\nAllow: GET\r\n');
  expect(refusalResponse({ status: '403 Forbidden', reason: 'origin-not-allowed' })).toContain(
    '\r\n\r\norigin-not-allowed\n',
  );
});
