import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
const served = new Set<Socket>();

beforeEach(async () => {
  echo = createServer((socket) => {
    served.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await openTcpProxy(() => (echo.address() as AddressInfo).port);
});
afterEach(() => {
  proxy.close();
  for (const socket of served) socket.destroy();
  served.clear();
  echo.close();
});

/** A client that keeps what it got. */
function open(): { readonly socket: Socket; readonly got: () => string; until(holds: () => boolean): Promise<void> } {
  let got = '';
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('data', (chunk) => {
    got += chunk.toString();
  });
  socket.on('error', () => undefined);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };
  return { socket, got: () => got, until };
}

test('passes as it comes, and later when told to', async () => {
  const client = open();
  client.socket.write('one ');
  await client.until(() => client.got() === 'one ');
  proxy.delay(20);
  client.socket.write('two');
  await client.until(() => client.got() === 'one two');
  proxy.delay(50);
  client.socket.write(' three');
  await new Promise((resolve) => setTimeout(resolve, 10));
  proxy.delay(0);
  client.socket.write(' four');
  await client.until(() => client.got().length >= 'one two three four'.length);
  expect(client.got()).toBe('one two three four');
});

test('cuts in the middle, after exactly so many bytes', async () => {
  const client = open();
  client.socket.write('x');
  await client.until(() => client.got() === 'x');
  proxy.cutAfter(() => 3);
  client.socket.write('abcdef');
  await client.until(() => client.socket.destroyed);
  expect(client.got()).toBe('xabc');
});

test('holds without a loss', async () => {
  const client = open();
  client.socket.write('x');
  await client.until(() => client.got() === 'x');
  proxy.set('hold');
  client.socket.write('later');
  const late = open();
  late.socket.write('new');
  await late.until(() => proxy.connections() === 2);
  expect(client.got()).toBe('x');
  proxy.set('pass');
  await client.until(() => client.got() === 'xlater');
  await late.until(() => late.got() === 'new');
});

test('a connection that lost something stays dead until somebody sends on it; new ones are well', async () => {
  const client = open();
  client.socket.write('x');
  await client.until(() => client.got() === 'x');
  proxy.set('swallow');
  client.socket.write('gone');
  const inTheDark = open();
  inTheDark.socket.write('hello?');
  await inTheDark.until(() => proxy.connections() === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.set('pass');
  expect([client.socket.destroyed, inTheDark.socket.destroyed]).toEqual([false, false]);
  client.socket.write('anybody?');
  await client.until(() => client.socket.destroyed);
  expect(client.got()).toBe('x');
  const fresh = open();
  fresh.socket.write('y');
  await fresh.until(() => fresh.got() === 'y');
});

test('refuses old and new connections', async () => {
  const client = open();
  client.socket.write('x');
  await client.until(() => client.got() === 'x');
  proxy.set('refuse');
  await client.until(() => client.socket.destroyed);
  const late = open();
  await late.until(() => late.socket.destroyed);
});
